// The Grafanas that are read. Each has a client, links, a breaker and patience of its own, so that one that is down costs
// nothing of the others. One alone needs no name; of several each tool takes the name.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Reading, Signal } from '#incident/signal.ts'
import type { ReadTool } from '../define.ts'
import { nearest } from '../nearest.ts'
import { createResilience } from '../resilience.ts'
import type { RoomDeps } from '../resilience.ts'
import { openGrafana } from './client.ts'
import type { Grafana } from './client.ts'
import { openLinks } from './links.ts'
import type { Links } from './links.ts'
import { DEFAULT_NAME } from './schema.ts'
import type { GrafanaSettings } from './schema.ts'

export type Instance = {
  /** What it is called in arguments and in signals, where there are several. */
  name: string
  settings: GrafanaSettings
  grafana: Grafana
  links: Links
  deps: RoomDeps
}

/** The default one first. */
export function openInstances({ others = {}, ...own }: GrafanaSettings, deps: RoomDeps): [Instance, ...Instance[]] {
  const named = Object.entries(others).map(([name, { token, tokenFile, ...more }]): Instance => {
    const setting = `sources.grafana.others.${name}.token`
    const settings = { ...more, token: token ?? readToken(tokenFile ?? '', `${setting}File`) }
    const resilience = createResilience({ ...deps, name: `grafana ${name}` })
    const grafana = openGrafana(settings, {
      name: `Grafana ${name}`,
      urlSetting: `sources.grafana.others.${name}.url`,
      tokenSetting: setting,
    })
    return { name, settings, grafana, links: openLinks(settings.url), deps: { ...deps, resilience } }
  })
  const first = { name: DEFAULT_NAME, settings: own, grafana: openGrafana(own), links: openLinks(own.url), deps }
  return [first, ...named]
}

function readToken(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new Fault('validation', `${setting} names ${path}, which cannot be read.`, { cause })
  }
}

/** The same tools for each Grafana, as one list of tools that take its name; absent, the default one is asked. */
export function acrossInstances(
  instances: readonly [Instance, ...Instance[]],
  toolsOf: (instance: Instance) => ReadTool[],
): ReadTool[] {
  const lists = new Map(instances.map(instance => [instance.name, toolsOf(instance)]))
  const [[, tools] = [undefined, []]] = lists
  if (lists.size === 1) return tools
  const names = namesOf([...lists.keys()])

  return tools.map((tool, index): ReadTool => {
    const each = [...lists.values()].flatMap(list => list[index] ?? [])
    return {
      ...tool,
      input: tool.input.extend({ grafana: names.default(DEFAULT_NAME) }),
      async run({ grafana, ...input }, context) {
        const chosen = lists.get(names.parse(grafana))?.[index]
        if (!chosen) throw new Error(`${tool.name} is not a tool of each Grafana`)
        return chosen.run(input, context)
      },
      // Only the one that was asked has what goes beside this answer.
      attach: output => each.map(({ attach }) => attach?.(output) ?? []).find(({ length }) => length > 0) ?? [],
    }
  })
}

function namesOf(known: string[]): z.ZodEnum<Record<string, string>> {
  return z.enum(known, {
    error({ input }) {
      const meant = nearest(String(input), known)
      return `there is none by this name; ${meant ? `the nearest is ${meant}` : `there are ${known.join(', ')}`}`
    },
  })
}

/**
 * What was read of one of several, by its name: nothing is taken for the same thing in another one. What the default one
 * saw keeps its ids; those of the others begin with `grafana/<name>:`, as no metric of the default one can.
 */
export function ofInstance(name: string, reading: Reading): Reading {
  const isDefault = name === DEFAULT_NAME
  const signals = reading.signals.map((signal): Signal => {
    const labels = { ...signal.labels, grafana: name }
    if (isDefault) return { ...signal, labels }
    const own = { ...signal, labels, id: signal.id.replace(/^grafana:/, `grafana/${name}:`) }
    return own.kind === 'alarm' ? { ...own, text: `${name}: ${own.text}` } : own
  })
  return { ...reading, signals, missing: reading.missing.map(each => ({ ...each, what: `${each.what} of ${name}` })) }
}
