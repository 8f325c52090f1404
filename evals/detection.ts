// Was an incident opened when a fault began, and none when there was none? Beside it, how much normal time lay under an open one.
import type { Label } from './labels.ts'
import { f1, interval, mean, median } from './measures.ts'
import type { Interval } from './measures.ts'
import type { Followed } from './replayed.ts'

export type DetectionFact = {
  windows: { opened: boolean; open: boolean; delaySeconds?: number }[]
  right: number
  wrong: number
  normalMillis: number
  coveredMillis: number
}

type Span = readonly [number, number]

export function detectionFacts(label: Label, incidents: readonly Followed[]): DetectionFact {
  const windows = label.windows.map(({ start, catch: [from, to] }) => {
    const inside = incidents.filter(({ opened }) => from <= opened && opened < to).map(({ opened }) => opened)
    return {
      opened: inside.length > 0,
      open: incidents.some(({ opened, resolved }) => opened < to && resolved > from),
      ...(inside.length > 0 && { delaySeconds: Math.max(0, Math.min(...inside) - start) / 1_000 }),
    }
  })
  const catches = label.windows.map(window => window.catch)
  return {
    windows,
    right: incidents.filter(({ opened }) => within(opened, catches)).length,
    wrong: incidents.filter(({ opened }) => within(opened, label.scoredNormal)).length,
    normalMillis: sum(label.scoredNormal.map(([a, b]) => b - a)),
    coveredMillis: sum(label.scoredNormal.map(span => covered(span, incidents))),
  }
}

function within(moment: number, spans: readonly Span[]): boolean {
  return spans.some(([a, b]) => a <= moment && moment < b)
}

/** How much of a span lies under at least one open incident. */
function covered([from, to]: Span, incidents: readonly Followed[]): number {
  let reach = from
  let total = 0
  const spans = incidents
    .filter(({ opened, resolved }) => opened < to && resolved > from)
    .map(({ opened, resolved }) => [Math.max(from, opened), Math.min(to, resolved)] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
  for (const [start, end] of spans) {
    total += Math.max(0, end - Math.max(start, reach))
    reach = Math.max(reach, end)
  }
  return total
}

export function detection(
  facts: readonly DetectionFact[],
  seed: number,
  perDay: boolean,
): Record<string, number | Interval | undefined> {
  const windows = facts.flatMap(fact => fact.windows)
  const opened = windows.map(window => Number(window.opened))
  const right = sum(facts.map(fact => fact.right))
  const wrong = sum(facts.map(fact => fact.wrong))
  const incidents = [...Array<number>(right).fill(1), ...Array<number>(wrong).fill(0)]
  const both = [...opened.map(hit => ({ kind: 'w', hit })), ...incidents.map(hit => ({ kind: 'i', hit }))]
  const normal = sum(facts.map(fact => fact.normalMillis))
  const delays = windows.flatMap(({ delaySeconds }) => delaySeconds ?? [])
  const unit = perDay ? 86_400_000 : 3_600_000
  return {
    windows: windows.length,
    recall: interval(opened, mean, seed),
    recallOpenIncident: windows.length > 0 ? mean(windows.map(({ open }) => Number(open))) : undefined,
    precision: interval(incidents, mean, seed) ?? { value: 0, low: 0, high: 0 },
    f1: interval(both, f1Of, seed),
    medianDelaySeconds: delays.length > 0 ? median(delays) : undefined,
    falseIncidents: wrong,
    normalHours: normal / 3_600_000,
    [`falsePer${perDay ? 'Day' : 'Hour'}`]: normal > 0 ? (wrong / normal) * unit : undefined,
    normalTimeCovered: normal > 0 ? sum(facts.map(fact => fact.coveredMillis)) / normal : undefined,
  }
}

function f1Of(rows: readonly { kind: string; hit: number }[]): number {
  const of = (kind: string) => rows.filter(row => row.kind === kind).map(({ hit }) => hit)
  const [recalled, precise] = [of('w'), of('i')]
  return f1(precise.length > 0 ? mean(precise) : 0, recalled.length > 0 ? mean(recalled) : 0)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
