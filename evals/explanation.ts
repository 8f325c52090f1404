// Does the explanation name what an expert would name, and claim nothing an expert would not?
import type { WireIncident } from '#mcp-servers/wire.ts'
import type { Label } from './labels.ts'
import { interval, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import { about, RANK } from './replayed.ts'
import type { Followed } from './replayed.ts'

export type ExplanationFact = { healthy: boolean; pass: boolean; required?: number }

export function explanationFact(label: Label, incidents: readonly Followed[]): ExplanationFact | undefined {
  const { text } = label
  if (!text) return undefined
  if (text.category === 'healthy') {
    const open = incidents.filter(({ resolved }) => resolved === Infinity)
    return { healthy: true, pass: !open.some(({ last }) => RANK[last.severity] >= RANK.high) }
  }
  const window = {
    start: label.start,
    end: label.end,
    catch: [label.start, label.end] as [number, number],
    category: '',
  }
  const [first] = about(window, incidents, true)
  if (!first) return { healthy: false, pass: false, required: 0 }
  const last = first.followed.last
  const [told, claim] = [toldBy(last, first.incident), claimOf(last, first.incident)]
  const found = text.required.filter(word => told.includes(word.toLowerCase()))
  const required = text.required.length > 0 ? found.length / text.required.length : 1
  const forbidden = text.forbidden.some(word => claim.includes(spaced(word.toLowerCase())))
  return { healthy: false, required, pass: required === 1 && !forbidden }
}

/** Title, description and the first three causes, with their entity as it is printed. */
function toldBy({ title, description }: WireIncident, { rootCauses }: WireIncident): string {
  const causes = rootCauses
    .slice(0, 3)
    .flatMap(({ fault = '', entity, reasons }) => [fault, JSON.stringify(entity), ...reasons])
  return [title, description, ...causes].join(' ').toLowerCase()
}

function claimOf({ title }: WireIncident, { rootCauses }: WireIncident): string {
  return spaced(`${title} ${rootCauses[0]?.fault ?? ''}`.toLowerCase())
}

function spaced(text: string): string {
  return text.replaceAll('_', ' ')
}

export function explanation(
  facts: readonly ExplanationFact[],
  seed: number,
): Record<string, number | Interval | undefined> {
  const sick = facts.filter(({ healthy }) => !healthy)
  const healthy = facts.filter(fact => fact.healthy)
  return {
    n: facts.length,
    pass: interval(
      facts.map(({ pass }) => Number(pass)),
      mean,
      seed,
    ),
    requiredKeywords: interval(
      sick.map(({ required = 0 }) => required),
      mean,
      seed,
    ),
    healthyLeftAlone: interval(
      healthy.map(({ pass }) => Number(pass)),
      mean,
      seed,
    ),
  }
}
