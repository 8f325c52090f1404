// The tool get_alerts: alerts of Grafana's rules and of its Prometheus, with the silences that keep them quiet.
import { z } from 'zod'
import { asFault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe, safeLabels } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import { alertRows, silencesOf } from './alert-rows.ts'
import type { Grafana } from './client.ts'
import type { Links } from './links.ts'
import { pageInput, pageOf, pageOutput, pageText } from '../list-page.ts'

const labels = z.record(z.string(), z.string())

const alertSchema = z.object({
  rule: z.string(),
  state: z.enum(['firing', 'pending', 'error', 'inactive']),
  since: z.iso.datetime().optional(),
  labels,
  summary: z.string().optional(),
  silencedBy: z.array(z.string()).optional(),
  url: z.string().optional(),
})
const silenceSchema = z.object({
  id: z.string(),
  state: z.string(),
  matchers: z.array(z.string()),
  from: z.string(),
  to: z.string(),
  comment: z.string(),
})
BRIEF.add(alertSchema, {
  description: 'Also: since, labels, summary, silencedBy (ids of silences), url',
  fields: ['rule', 'state'],
})
BRIEF.add(silenceSchema, { description: 'id, state, matchers, from, to, comment', fields: [] })

export function getAlerts(grafana: Grafana, links: Links, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_alerts',
    title: 'Alerts, rules and silences',
    description: 'Alert rules with what fires or pends of each, longest first, and the silences in force or to come.',
    input: z.object({
      state: z
        .enum(['active', 'firing', 'pending', 'inactive', 'all'])
        .default('active')
        .describe('active: firing, pending or in error'),
      labels: labels.optional().describe('that the alert must carry'),
      ...pageInput(50, 200),
    }),
    output: z.object({
      items: z.array(alertSchema),
      silences: z.array(silenceSchema),
      missing: z.array(z.string()).optional(),
      ...pageOutput,
    }),
    text: ({ items, silences, missing = [], ...page }) =>
      pageText(
        [
          ...items.map(({ rule, state, since, labels: own, summary, silencedBy }) =>
            [state, since && `since ${since}`, silencedBy && '(silenced)', `${rule}${labelText(own)}`, summary]
              .filter(Boolean)
              .join('  '),
          ),
          ...silences.map(
            ({ id, state, matchers, to, comment }) =>
              `silence ${id} (${state}) until ${to}: ${matchers.join(', ')}  ${comment}`,
          ),
          ...missing.map(what => `missing: ${what}`),
        ],
        page,
      ),
    async run({ state, labels: wanted = {}, ...page }, { signal, now }) {
      const missing: string[] = []
      const ask = <T>(what: string, once: (each: AbortSignal) => Promise<T>) => resilience.run(what, once, { signal })
      /** One part that cannot be read leaves the others standing, and is named. */
      const part = <T>(what: string, once: (each: AbortSignal) => Promise<T[]>): Promise<T[]> =>
        ask(what, once).catch((error: unknown) => {
          missing.push(`${what}: ${asFault(error).message}`)
          return []
        })
      const [rules, routed, silences, theirs] = await Promise.all([
        ask('list alert rules', each => grafana.rules(each)),
        part('list silenced alerts', each => grafana.routedAlerts(each)),
        part('list silences', each => grafana.silences(each)),
        part('list data sources', each => grafana.dataSources(each)).then(sources =>
          Promise.all(
            sources
              .filter(({ type }) => type === 'prometheus')
              .map(source => part(`list alerts of ${safe(source.name)}`, each => grafana.alertsOf(source, each))),
          ),
        ),
      ])
      const rows = alertRows({ rules, theirs: theirs.flat(), routed }, links)
        .filter(row => STATES[state].includes(row.state))
        .filter(row => Object.entries(safeLabels(wanted)).every(([name, value]) => row.labels[name] === value))
      const none =
        state === 'active' ? 'Nothing fires. state: all lists the rules too.' : 'None. Leave out state or labels.'
      const empty = missing.length > 0 ? 'None in what could be read.' : none
      return {
        ...pageOf(rows, page, { empty, narrow: 'Narrow by labels or state.' }),
        silences: silencesOf(silences, now()),
        ...(missing.length > 0 && { missing }),
      }
    },
  })
}

const STATES: Record<'active' | 'firing' | 'pending' | 'inactive' | 'all', readonly string[]> = {
  active: ['firing', 'pending', 'error'],
  firing: ['firing'],
  pending: ['pending'],
  inactive: ['inactive'],
  all: ['firing', 'pending', 'error', 'inactive'],
}

function labelText(own: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(own).filter(([name]) => name !== 'alertname')
  return pairs.length > 0 ? `{${pairs.map(([name, value]) => `${name}=${value}`).join(', ')}}` : ''
}
