// The simulated cloud as each vendor's API sees it: the time, what has become visible by now, and the turn a cure gives it.
import type { Millis, RecordKind, RecordOf, Recording, Series } from './recording.ts'
import type { Story } from './story.ts'

export type Cloud = {
  readonly story: Story
  now(): Millis
  /** Records visible by now with from <= at <= to, oldest first. Those later than the cure come from `afterCure` (alarms 30 s later). */
  records<K extends RecordKind>(kind: K, from: Millis, to: Millis): RecordOf[K][]
  /** Every series with a point visible by now; the same series before and after the cure is one. */
  series(): Series[]
  dashboards(): Recording['dashboards']
  /** The moment from which telemetry is that of `afterCure`, if the cure has happened. */
  curedAt(): Millis | undefined
  cure(at: Millis): void
}

/** An alarm judges its last three points of 10 s: it goes on as it was for as long after the telemetry has turned. */
const alarmLagMillis = 30_000

export function openCloud(story: Story, clock: () => Millis): Cloud {
  let curedAt: Millis | undefined
  const visible = new Map<Series, Series>()
  let known: Series[] | undefined

  return {
    story,
    now: clock,
    records(kind, from, to) {
      const until = Math.min(to, clock())
      const lag = kind === 'cloudwatch/alarms' || kind === 'grafana/alerts' ? alarmLagMillis : 0
      const turnsAt = curedAt === undefined ? Infinity : curedAt + lag
      const early = between(story.recording.records[kind], from, Math.min(until, turnsAt))
      if (until <= turnsAt || !story.afterCure) return early
      return early.concat(between(story.afterCure.records[kind], Math.max(from, turnsAt + 1), until))
    },
    series() {
      const now = clock()
      known ??= curedAt === undefined ? story.recording.series : join(story, curedAt)
      return known.filter(series => series.at.length > 0 && (series.at[0] ?? Infinity) <= now).map(upTo)

      function upTo(series: Series): Series {
        const end = firstAfter(series.at, now)
        if (end === series.at.length) return series
        const last = visible.get(series)
        if (last?.at.length === end) return last
        const cut = { ...series, at: series.at.subarray(0, end), values: series.values.subarray(0, end) }
        visible.set(series, cut)
        return cut
      }
    },
    dashboards: () => story.recording.dashboards,
    curedAt: () => curedAt,
    cure(at) {
      if (curedAt !== undefined || !story.afterCure) return
      curedAt = at
      known = undefined
      visible.clear()
    },
  }
}

function join(story: Story, curedAt: Millis): Series[] {
  const byKey = new Map(story.recording.series.map(series => [keyOf(series), before(series, curedAt)]))
  for (const series of story.afterCure?.series ?? []) {
    const known = byKey.get(keyOf(series))
    byKey.set(keyOf(series), { ...series, ...concat(known, after(series, curedAt, known)) })
  }
  return [...byKey.values()]
}

function before(series: Series, moment: Millis): Series {
  const end = firstAfter(series.at, moment)
  return { ...series, at: series.at.subarray(0, end), values: series.values.subarray(0, end) }
}

/** A counter goes on from where it was: a jump would be read as a burst of requests, a fall as a restart. */
function after(series: Series, moment: Millis, earlier: Series | undefined): Series {
  const start = firstAfter(series.at, moment)
  const values = series.values.subarray(start)
  const [last, own] = [earlier?.values.at(-1), series.values[start - 1]]
  const moved =
    isCounter(series.metric) && last !== undefined && own !== undefined
      ? values.map(value => value + last - own)
      : values
  return { ...series, at: series.at.subarray(start), values: moved }
}

/** https://prometheus.io/docs/practices/naming/: an accumulating count ends in _total; _count, _sum and _bucket are of histograms. */
function isCounter(metric: string): boolean {
  return /_(total|count|sum|bucket)$/.test(metric)
}

function concat(first: Series | undefined, second: Series): Pick<Series, 'at' | 'values'> {
  return { at: joined(first?.at, second.at), values: joined(first?.values, second.values) }
}

function joined(first: Float64Array = new Float64Array(), second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

function keyOf(series: Series): string {
  return JSON.stringify([series.metric, Object.entries(series.labels).sort()])
}

function between<T extends { at: Millis }>(records: T[], from: Millis, to: Millis): T[] {
  const start = firstIndex(records.length, i => (records[i]?.at ?? 0) >= from)
  const end = firstIndex(records.length, i => (records[i]?.at ?? 0) > to)
  return records.slice(start, end)
}

/** Index of the first moment later than `moment`, or the length. */
function firstAfter(at: Float64Array, moment: Millis): number {
  return firstIndex(at.length, i => (at[i] ?? 0) > moment)
}

function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
