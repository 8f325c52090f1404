// Was an incident opened when a fault began, and none when there was none? Beside it, how much normal time lay under an open one.
import { parseDuration } from '../src/duration.ts'
import type { Label } from './labels.ts'
import { f1, interval, mean, median } from './measures.ts'
import type { Interval } from './measures.ts'
import type { Followed } from './replayed.ts'
import { freeSlots } from './schedule.ts'
import type { Span } from './schedule.ts'

export type WindowFact = {
  category: string
  opened: boolean
  open: boolean
  delaySeconds?: number
  delaySteps?: number
}

export type DetectionFact = {
  windows: WindowFact[]
  right: number
  wrong: number
  /** Of the wrong ones, those opened where the timetable of the faults has a place and the list has none. */
  inFreeSlots: number
  normalMillis: number
  coveredMillis: number
  /** The same of normal time after the last fault, where there is one. */
  after: { wrong: number; normalMillis: number; coveredMillis: number }
}

export function detectionFacts(label: Label, incidents: readonly Followed[]): DetectionFact {
  const windows = label.windows.map(({ start, category, catch: [from, to] }) => {
    const inside = incidents.filter(({ opened }) => from <= opened && opened < to).map(({ opened }) => opened)
    const delaySeconds = Math.max(0, Math.min(...inside) - start) / 1_000
    return {
      category,
      opened: inside.length > 0,
      open: incidents.some(({ opened, resolved }) => opened < to && resolved > from),
      ...(inside.length > 0 && { delaySeconds, delaySteps: delaySeconds / stepSeconds(label) }),
    }
  })
  const catches = label.windows.map(window => window.catch)
  const wrong = incidents.filter(({ opened }) => within(opened, label.scoredNormal))
  const free = freeSlots(label.windows)
  const end = catches.length > 0 ? Math.max(...catches.map(([, to]) => to)) : Infinity
  return {
    windows,
    right: incidents.filter(({ opened }) => within(opened, catches)).length,
    wrong: wrong.length,
    inFreeSlots: wrong.filter(({ opened }) => within(opened, free)).length,
    ...normalTime(label.scoredNormal, incidents),
    after: {
      wrong: wrong.filter(({ opened }) => opened >= end).length,
      ...normalTime(
        label.scoredNormal.filter(([from]) => from >= end),
        incidents,
      ),
    },
  }
}

function normalTime(spans: readonly Span[], incidents: readonly Followed[]) {
  return {
    normalMillis: sum(spans.map(([from, to]) => to - from)),
    coveredMillis: sum(spans.map(span => covered(span, incidents))),
  }
}

/** Of the data: what the delay is counted in. */
function stepSeconds({ tick }: Label): number {
  return (parseDuration(tick) ?? 60_000) / 1_000
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
  const wrong = sum(facts.map(fact => fact.wrong))
  const inFreeSlots = sum(facts.map(fact => fact.inFreeSlots))
  const spared = facts.map(fact => ({ ...fact, wrong: fact.wrong - fact.inFreeSlots }))
  const incidents = f1Rows(facts).filter(({ kind }) => kind === 'incident')
  const normal = sum(facts.map(fact => fact.normalMillis))
  const delays = windows.flatMap(({ delaySeconds }) => delaySeconds ?? [])
  const steps = windows.flatMap(({ delaySteps }) => delaySteps ?? [])
  const [per, unit] = perDay ? (['Day', 86_400_000] as const) : (['Hour', 3_600_000] as const)
  const after = sum(facts.map(fact => fact.after.normalMillis))
  return {
    windows: windows.length,
    recall: interval(opened, mean, seed),
    recallOpenIncident: windows.length > 0 ? mean(windows.map(({ open }) => Number(open))) : undefined,
    precision: interval(
      incidents.map(({ hit }) => hit),
      mean,
      seed,
    ) ?? { value: 0, low: 0, high: 0 },
    f1: interval(f1Rows(facts), f1Of, seed),
    ...(inFreeSlots > 0 && {
      f1FreeSlotsSetAside: interval(f1Rows(spared), f1Of, seed),
      falseInFreeSlots: inFreeSlots,
    }),
    medianDelaySeconds: delays.length > 0 ? median(delays) : undefined,
    medianDelaySteps: steps.length > 0 ? median(steps) : undefined,
    falseIncidents: wrong,
    normalHours: normal / 3_600_000,
    [`falsePer${per}`]: normal > 0 ? (wrong / normal) * unit : undefined,
    normalTimeCovered: normal > 0 ? sum(facts.map(fact => fact.coveredMillis)) / normal : undefined,
    ...(after > 0 &&
      after < normal && {
        hoursAfterFaults: after / 3_600_000,
        [`falseAfterFaultsPer${per}`]: (sum(facts.map(fact => fact.after.wrong)) / after) * unit,
        timeAfterFaultsCovered: sum(facts.map(fact => fact.after.coveredMillis)) / after,
      }),
  }
}

export type F1Row = { kind: 'fault' | 'incident'; hit: number }

/** A row a fault, hit where an incident was opened; a row an incident, hit where there was a fault. */
export function f1Rows(facts: readonly Pick<DetectionFact, 'windows' | 'right' | 'wrong'>[]): F1Row[] {
  const row = (kind: F1Row['kind']) => (hit: number) => ({ kind, hit })
  return [
    ...facts.flatMap(({ windows }) => windows.map(({ opened }) => Number(opened))).map(row('fault')),
    ...facts.flatMap(({ right }) => Array<number>(right).fill(1)).map(row('incident')),
    ...facts.flatMap(({ wrong }) => Array<number>(wrong).fill(0)).map(row('incident')),
  ]
}

export function f1Of(rows: readonly F1Row[]): number {
  const share = (kind: F1Row['kind']) => {
    const hits = rows.filter(row => row.kind === kind).map(({ hit }) => hit)
    return hits.length > 0 ? mean(hits) : 0
  }
  return f1(share('incident'), share('fault'))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
