// What a group did from the onset of a trouble on, one value a step: in scales of its own past, and in its own unit.
import type { Millis } from '#incident/signal.ts'
import { amount } from '../amount.ts'
import { deviationOf, leastScale } from '../detectors/groups.ts'
import type { Usual } from '../detectors/groups.ts'
import type { GroupState, Learnt, SeriesState } from '../learnt.ts'
import { IQR_OF_NORMAL, median, quantileOfSorted } from '../statistics.ts'
import { requestsIn, trafficOf } from '../traffic.ts'

export type Trace = {
  group: GroupState
  /** Times of the steps of the trouble, oldest first, at least one. */
  times: Millis[]
  /** Median over the group's series, in scales, in the bad direction; n steps, NaN where missing. */
  scaled: number[]
  /** How far beyond the usual in the bad direction, in the series' unit (latency: seconds); n steps. */
  excess: number[]
  values: number[]
  /** The step before the first, where there is one. */
  before: { scaled: number; excess: number }
  level: number
  scale: number
  /** Of the leading series. */
  metric: string
  unit: string
  /** Whether there was enough before the onset to call anything usual. */
  hasHistory: boolean
  /** `scaled` of the steps before the onset, oldest first, at most 360. Costs a walk over them the first time. */
  past(): number[]
}

/** Traces around one onset, each made once. */
export type Traces = (group: GroupState) => Trace | undefined

const LEAST_HISTORY = 10
const MOST_HISTORY = 360
/** Later steps tell of what came of a trouble, not of what began it. */
const MOST_STEPS = 30

export function openTraces(learnt: Learnt, onset: Millis): Traces {
  const made = new Map<string, Trace | undefined>()
  return group => {
    if (!made.has(group.id)) made.set(group.id, traceOf(learnt, group, onset))
    return made.get(group.id)
  }
}

/** Undefined where the group has no step at or after the onset. */
export function traceOf(learnt: Learnt, group: GroupState, onset: Millis): Trace | undefined {
  const members = group.members.flatMap(id => learnt.series.get(id) ?? []).filter(series => series.size > 0)
  const centrals = members.filter(series => series.feature.central)
  const lead = (centrals.length > 0 ? centrals : members).toSorted((a, b) => b.size - a.size)[0]
  if (!lead) return undefined
  const begin = onset - group.step / 2
  const start = placeAt(lead, begin)
  if (start >= lead.size) return undefined
  const traffic = trafficOf(learnt, group)
  const requests = traffic && requestsIn(learnt, traffic, lead.times[Math.max(0, start - 1)]!, group.step)
  const views = members.map(series => ({ series, usual: usualBefore(series, begin, requests) }))
  const leading = views.find(({ series }) => series === lead)!.usual
  const near = group.step / 2
  const times = [...lead.times.subarray(start, Math.min(lead.size, start + MOST_STEPS))]
  const steps = times.map(time => stepAt(views, time, near))
  const earlier = start > 0 ? stepAt(views, lead.times[start - 1]!, near) : undefined
  let past: number[] | undefined
  return {
    group,
    times,
    scaled: steps.map(step => step.scaled),
    excess: steps.map(step => step.excess),
    values: steps.map(step => step.value),
    before: { scaled: earlier?.scaled || 0, excess: earlier?.excess || 0 },
    level: leading.level,
    scale: leading.scale,
    metric: lead.signal.metric,
    unit: unitOf(lead),
    hasHistory: start >= LEAST_HISTORY,
    past() {
      past ??= [...lead.times.subarray(Math.max(0, start - MOST_HISTORY), start)].map(
        time => stepAt(views, time, near).scaled,
      )
      return past
    },
  }
}

type View = { series: SeriesState; usual: Usual }

/** Where means and medians are measured, they alone say how much; tails say how unusual. */
function stepAt(views: readonly View[], time: Millis, near: Millis): { scaled: number; excess: number; value: number } {
  const scaled: number[] = []
  const excess: number[] = []
  const values: number[] = []
  const hasCentral = views.some(({ series }) => series.feature.central)
  for (const { series, usual } of views) {
    const place = placeAt(series, time - near)
    if (place >= series.size || series.times[place]! > time + near) continue
    const value = series.values[place]!
    const { bad, seconds, central } = series.feature
    scaled.push(deviationOf(series, value, usual))
    if (hasCentral && !central) continue
    excess.push((bad || 1) * (value - usual.level) * seconds)
    values.push(value)
  }
  return { scaled: middle(scaled), excess: middle(excess), value: middle(values) }
}

function middle(values: number[]): number {
  return values.length === 1 ? values[0]! : median(values)
}

/** Names of cpu series say their unit when their source does not. */
function unitOf({ signal, feature }: SeriesState): string {
  if (signal.unit !== '' || feature.measure !== 'cpu' || feature.form !== 'size') return signal.unit
  return /milli/i.test(signal.metric) ? 'millicores' : 'cores'
}

/**
 * From the values before `begin`; of fewer than ten, from the last two: what one tenth and the number of requests make of
 * their scatter. A share of requests scatters by its own least: a tenth of all of them would be a disaster.
 */
function usualBefore(series: SeriesState, begin: Millis, requests: number | undefined): Usual {
  const end = placeAt(series, begin)
  const before = series.values.slice(Math.max(0, end - MOST_HISTORY), end)
  const hasHistory = before.length >= LEAST_HISTORY
  const sorted = (hasHistory ? before : before.slice(-2)).sort()
  const level = sorted.length > 0 ? quantileOfSorted(sorted, 0.5) : series.values[0]!
  const least = leastScale(series, level, requests)
  if (!hasHistory) {
    if (series.feature.measure === 'availability') return { level, scale: least }
    return { level, scale: Math.max(Math.abs(level) * Math.sqrt(0.01 + 1 / Math.max(1, requests ?? 1)), least) }
  }
  const spread = quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)
  return { level, scale: Math.max(spread / IQR_OF_NORMAL, least) }
}

/** Place of the first point at or after `time`. */
function placeAt({ times, size }: SeriesState, time: Millis): number {
  let low = 0
  let high = size
  while (low < high) {
    const between = (low + high) >> 1
    if (times[between]! < time) low = between + 1
    else high = between
  }
  return low
}

/** 'latency 4.1 s (usually 0.3 s)': the worst of the first four steps. */
export function shownChange({ group, values, level, metric, unit }: Trace): string {
  const { feature } = group
  const window = values.slice(0, 4).filter(value => !Number.isNaN(value))
  const worst = feature.bad < 0 ? Math.min(...window) : Math.max(...window)
  const isNamed = feature.measure !== 'other' && feature.measure !== 'saturation'
  const name = isNamed ? feature.measure : metric.replaceAll('_', ' ')
  return `${name} ${amount(worst, feature, unit)} (usually ${amount(level, feature, unit)})`
}
