// Answers LogQL over the recording's log records: lines in a span of time, and counts of lines on a grid of moments.
import type { Cloud } from '../cloud.ts'
import type { Millis, RecordOf } from '../recording.ts'
import { type Labels, drop, keep, keyOf } from './labels.ts'
import type { CountQuery, LineQuery } from './logql.ts'
import { countUpTo, type Points } from './promql/samples.ts'
import { badQuery } from './query-error.ts'

export type Line = RecordOf['grafana/logs']
export type Direction = 'forward' | 'backward'

const mostSteps = 11_000 // Loki's own bound on points of a series

/** Lines with from <= at < to, as Loki counts, that the query asks for: the newest (backward) or oldest (forward) `limit`. */
export function readLines(
  cloud: Cloud,
  query: LineQuery,
  { from, to, limit, direction }: { from: Millis; to: Millis; limit: number; direction: Direction },
): Line[] {
  const chosen: Line[] = []
  const belongs = streamFilter(query)
  const records = cloud.records('grafana/logs', from, to)
  const count = records.length
  for (let i = 0; i < count && chosen.length < limit; i++) {
    const line = records[direction === 'forward' ? i : count - 1 - i]
    if (line && line.at < to && belongs(line) && query.passes(line.line)) chosen.push(line)
  }
  return chosen
}

/** How many lines (or lines per second) lie in (moment - range, moment], at each moment of the grid; none gives no point. */
export function countLines(
  cloud: Cloud,
  query: CountQuery,
  { start, end, step }: { start: Millis; end: Millis; step: Millis },
): Points[] {
  if (!(step > 0))
    throw badQuery('zero or negative query resolution step widths are not accepted. Try a positive integer')
  if ((end - start) / step > mostSteps) {
    throw badQuery(
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    )
  }
  return [...momentsByGroup(cloud, query, start - query.range, end).values()].flatMap(({ labels, at }) => {
    const points: Points = { labels, at: [], values: [] }
    for (let k = 0; start + k * step <= end; k++) {
      const moment = start + k * step
      const count = countUpTo(at, moment) - countUpTo(at, moment - query.range)
      if (count === 0) continue
      points.at.push(moment)
      points.values.push(query.perSecond ? (count * 1000) / query.range : count)
    }
    return points.at.length > 0 ? [points] : []
  })
}

/** The label sets of streams that have a line in the span, each once. */
export function streams(cloud: Cloud, from: Millis, to: Millis): Labels[] {
  const byKey = new Map<string, Labels>()
  for (const { labels } of cloud.records('grafana/logs', from, to)) byKey.set(keyOf(labels), labels)
  return [...byKey.values()]
}

function momentsByGroup(
  cloud: Cloud,
  query: CountQuery,
  from: Millis,
  to: Millis,
): Map<string, { labels: Labels; at: Millis[] }> {
  const belongs = streamFilter(query.lines)
  const groups = new Map<string, { labels: Labels; at: Millis[] }>()
  const groupOfStream = new Map<string, Labels>()
  for (const line of cloud.records('grafana/logs', from, to)) {
    if (!belongs(line) || !query.lines.passes(line.line)) continue
    const stream = keyOf(line.labels)
    const labels = groupOfStream.get(stream) ?? grouped(line.labels, query)
    groupOfStream.set(stream, labels)
    const group = groups.get(keyOf(labels))
    if (group) group.at.push(line.at)
    else groups.set(keyOf(labels), { labels, at: [line.at] })
  }
  return groups
}

function grouped(labels: Labels, { sum }: CountQuery): Labels {
  if (!sum) return labels
  return sum.by ? keep(labels, sum.labels) : drop(labels, sum.labels)
}

/** Whether a line's stream matches, worked out once for each stream. */
function streamFilter({ matchers }: LineQuery): (line: Line) => boolean {
  const known = new Map<string, boolean>()
  return ({ labels }) => {
    const key = keyOf(labels)
    const matches = known.get(key) ?? matchers.every(each => each.matches(labels[each.label] ?? ''))
    known.set(key, matches)
    return matches
  }
}
