// The clusters that are read. Each has connections, memory, a breaker and patience of its own, so that one that is down costs
// nothing of the others. One alone needs no name; of several each tool takes the name, and a write cannot do without it.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { ToolCall } from '#incident/tool-call.ts'
import type { Reading, Signal } from '#incident/signal.ts'
import { writes } from '../define.ts'
import type { ReadTool, Tool, WriteTool } from '../define.ts'
import { createResilience } from '../resilience.ts'
import type { RoomDeps } from '../resilience.ts'
import { openClient } from './client.ts'
import type { KubernetesClient } from './client.ts'
import { cacheLists } from './list-cache.ts'
import type { CachingClient } from './list-cache.ts'
import { createLogMemory } from './log-memory.ts'
import type { LogMemory } from './log-memory.ts'
import type { KubernetesSettings } from './settings.ts'

export type Cluster = {
  /** Among several: what it is called in arguments, and in ids of signals. */
  name?: string
  /** As cards call it. */
  shown?: string | undefined
  client: KubernetesClient
  /** Lists may come from memory. */
  reading: CachingClient
  memory: LogMemory
  deps: RoomDeps
}

/** At least one. */
export function openClusters(settings: KubernetesSettings, deps: RoomDeps): Cluster[] {
  const { contexts = {}, cluster: shown, ...alone } = settings
  const several = Object.entries(contexts).map(([name, own]): Cluster => {
    const resilience = createResilience({ ...deps, name: `kubernetes ${name}` })
    const whole = { ...alone, context: name, ...own }
    return { name, shown: name, ...openCluster(whole, deps), deps: { ...deps, resilience } }
  })
  return several.length > 0 ? several : [{ shown, ...openCluster(alone, deps), deps }]
}

function openCluster(settings: KubernetesSettings, { log }: RoomDeps): Pick<Cluster, 'client' | 'reading' | 'memory'> {
  const client = openClient(settings)
  const reading = settings.watch === false ? { ...client, lastKnown: () => undefined } : cacheLists(client, { log })
  return { client, reading, memory: createLogMemory() }
}

/** The same tools for each cluster, as one list of tools that take the cluster's name. */
export function acrossClusters(clusters: readonly Cluster[], toolsOf: (cluster: Cluster) => Tool[]): Tool[] {
  const lists = new Map(clusters.map(cluster => [cluster.name, toolsOf(cluster)]))
  const [[first, tools] = [undefined, []]] = lists
  if (first === undefined) return tools
  const names = z.enum([...lists.keys()].filter(name => name !== undefined))

  return tools.map((tool, index) => {
    const of = (name: unknown): Tool => {
      const found = lists.get(names.parse(name))?.[index]
      if (!found) throw new Fault('not_found', 'There is no such cluster.')
      return found
    }
    return writes(tool) ? writeAcross(tool, names, of) : readAcross(tool, names.default(first), of)
  })
}

type Names = z.ZodEnum<Record<string, string>>

function readAcross(tool: ReadTool, names: z.ZodDefault<Names>, of: (name: unknown) => Tool): ReadTool {
  return {
    ...tool,
    input: tool.input.extend({ cluster: names }),
    async run({ cluster, ...input }, context) {
      const chosen = of(cluster)
      if (writes(chosen)) throw new Error(`${tool.name} reads in one cluster and writes in another`)
      return chosen.run(input, context)
    },
  }
}

function writeAcross(tool: WriteTool, names: Names, of: (name: unknown) => Tool): WriteTool {
  const chosen = (cluster: unknown): WriteTool => {
    const found = of(cluster)
    if (!writes(found)) throw new Error(`${tool.name} writes in one cluster and reads in another`)
    return found
  }
  return {
    ...tool,
    input: tool.input.extend({ cluster: names }),
    dryRun: async ({ cluster, ...input }, context) =>
      withInverse(await chosen(cluster).dryRun(input, context), String(cluster)),
    write: async ({ cluster, ...input }, context, permit) =>
      withInverse(await chosen(cluster).write(input, context, permit), String(cluster)),
  }
}

function withInverse(answer: Record<string, unknown>, cluster: string): Record<string, unknown> {
  const { inverse } = answer
  return inverse ? { ...answer, inverse: inCluster(inverse as ToolCall, cluster) } : answer
}

/** What was read of one of several, by its name: nothing is taken for the same thing in another, and done there. */
export function ofCluster(name: string, reading: Reading): Reading {
  const signals = reading.signals.map((signal): Signal => {
    const own = { ...signal, id: signal.id.replace(/^kubernetes:/, `kubernetes:${name}:`) }
    if (own.kind === 'state' && own.remedy) {
      return { ...own, remedy: { ...own.remedy, call: inCluster(own.remedy.call, name) } }
    }
    if (own.kind === 'change' && own.change.undo) {
      return { ...own, change: { ...own.change, undo: inCluster(own.change.undo, name) } }
    }
    return own
  })
  return { ...reading, signals, missing: reading.missing.map(each => ({ ...each, what: `${each.what} of ${name}` })) }
}

function inCluster(call: ToolCall, cluster: string): ToolCall {
  return { ...call, arguments: { ...call.arguments, cluster } }
}
