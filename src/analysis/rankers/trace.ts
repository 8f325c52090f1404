// What a group did around the onset of a trouble, one value a step: in scales of its own past, and in its own unit.
import type { Millis } from '#incident/signal.ts'
import { deviationOf, leastScale } from '../detectors/groups.ts'
import type { Usual } from '../detectors/groups.ts'
import type { GroupState, Learnt, SeriesState } from '../learnt.ts'
import { IQR_OF_NORMAL, median, quantileOfSorted } from '../statistics.ts'
import { requestsIn, trafficOf } from '../traffic.ts'

export type Trace = {
  group: GroupState
  /** Times of the steps, oldest first. */
  times: Millis[]
  /** Median over the group's series, in scales, in the bad direction; n steps. */
  scaled: number[]
  /** How far beyond the usual in the bad direction, in the series' unit (latency: seconds); n steps. */
  excess: number[]
  values: number[]
  /** Place of the first step of the trouble. */
  start: number
  level: number
  scale: number
  /** Of the leading series. */
  metric: string
  unit: string
  /** Whether there was enough before the onset to call anything usual. */
  hasHistory: boolean
}

const LEAST_HISTORY = 10
const MOST_HISTORY = 360

/** Undefined where the group has no step at or after the onset. */
export function traceOf(learnt: Learnt, group: GroupState, onset: Millis): Trace | undefined {
  const members = group.members.flatMap(id => learnt.series.get(id) ?? []).filter(series => series.size > 0)
  const centrals = members.filter(series => series.feature.central)
  const lead = (centrals.length > 0 ? centrals : members).toSorted((a, b) => b.size - a.size)[0]
  if (!lead) return undefined
  const begin = onset - group.step / 2
  const start = placeAfter(lead, begin)
  if (start >= lead.size) return undefined
  const from = Math.max(0, start - MOST_HISTORY)
  const times = [...lead.times.subarray(from, lead.size)]
  const traffic = trafficOf(learnt, group)
  const requests = traffic && requestsIn(learnt, traffic, lead.times[Math.max(from, start - 1)]!)
  const views = members.map(series => ({ series, usual: usualBefore(series, begin, requests) }))
  const centralViews = views.filter(({ series }) => centrals.length === 0 || series.feature.central)
  const leading = views.find(({ series }) => series === lead)!.usual
  const { bad, seconds } = lead.feature
  const scaled: number[] = []
  const excess: number[] = []
  const values: number[] = []
  for (const time of times) {
    const valueOf = (view: (typeof views)[number]) => valueAt(view.series, time, group.step / 2)
    scaled.push(
      median(views.flatMap(view => bind(valueOf(view), value => deviationOf(view.series, value, view.usual)))),
    )
    values.push(median(centralViews.flatMap(view => bind(valueOf(view), value => value))))
    const beyond = centralViews.flatMap(view =>
      bind(valueOf(view), value => (bad || 1) * (value - view.usual.level) * seconds),
    )
    excess.push(median(beyond))
  }
  const hasHistory = start - from >= LEAST_HISTORY
  return {
    group,
    times,
    scaled,
    excess,
    values,
    start: start - from,
    level: leading.level,
    scale: leading.scale,
    metric: lead.signal.metric,
    unit: unitOf(lead),
    hasHistory,
  }
}

/** Names of cpu series say their unit when their source does not. */
function unitOf({ signal, feature }: SeriesState): string {
  if (signal.unit !== '' || feature.measure !== 'cpu' || feature.form !== 'size') return signal.unit
  return /milli/i.test(signal.metric) ? 'millicores' : 'cores'
}

function bind(value: number | undefined, to: (value: number) => number): number[] {
  return value === undefined ? [] : [to(value)]
}

/** From the values before `begin`; of fewer than ten, from the last two: what one tenth and the number of requests make of their scatter. */
function usualBefore(series: SeriesState, begin: Millis, requests: number | undefined): Usual {
  const end = placeAfter(series, begin)
  const before = series.values.slice(Math.max(0, end - MOST_HISTORY), end)
  const hasHistory = before.length >= LEAST_HISTORY
  const sorted = (hasHistory ? before : before.slice(-2)).toSorted()
  const level = sorted.length > 0 ? quantileOfSorted(sorted, 0.5) : series.values[0]!
  const least = leastScale(series, level, requests)
  if (hasHistory)
    return {
      level,
      scale: Math.max((quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)) / IQR_OF_NORMAL, least),
    }
  return { level, scale: Math.max(Math.abs(level) * Math.sqrt(0.01 + 1 / Math.max(1, requests ?? 1)), least) }
}

function placeAfter({ times, size }: SeriesState, time: Millis): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

function valueAt(series: SeriesState, time: Millis, within: Millis): number | undefined {
  const place = placeAfter(series, time - within)
  return place < series.size && series.times[place]! <= time + within ? series.values[place] : undefined
}
