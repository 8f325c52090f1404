// Finds the recording's series by metric name and label, as far as they are visible by now, without walking over all of them.
import type { Cloud } from '../cloud.ts'
import type { Millis, Series } from '../recording.ts'
import { type Labels, metricName } from './labels.ts'
import type { Matcher } from './matcher.ts'
import type { SelectSeries, VisibleSeries } from './promql/samples.ts'

type Index = { labels: Labels[]; postings: Map<string, Map<string, number[]>>; curedAt: Millis | undefined }

/**
 * A selector over the cloud's Prometheus. The cloud cuts its series to what is visible once for each moment asked about;
 * the index is rebuilt only when a series appears or a cure has joined others: time only adds series, and in a kept order.
 */
export function seriesIndex(cloud: Cloud): SelectSeries {
  let moment: Millis | undefined
  let visible: Series[] = []
  let index: Index = { labels: [], postings: new Map(), curedAt: undefined }
  const named = new WeakMap<Labels, Map<string, Labels>>()

  return matchers => {
    refresh()
    const positions = narrowed(index, matchers)
    const found: VisibleSeries[] = []
    for (const position of positions) {
      const labels = index.labels[position]
      const series = visible[position]
      if (!labels || !series || !matchers.every(each => each.matches(labels[each.label] ?? ''))) continue
      found.push({ labels, at: series.at, values: series.values })
    }
    return found
  }

  function refresh(): void {
    const now = cloud.now()
    const curedAt = cloud.curedAt()
    if (now === moment && curedAt === index.curedAt) return
    moment = now
    visible = cloud.series()
    if (visible.length === index.labels.length && curedAt === index.curedAt) return
    index = build(visible.map(withName), curedAt)
  }

  /** Kept for each series, so that what is remembered about a label set outlives the moment. */
  function withName(series: Series): Labels {
    const byMetric = named.get(series.labels) ?? new Map<string, Labels>()
    const labels = byMetric.get(series.metric) ?? { [metricName]: series.metric, ...nonEmpty(series.labels) }
    named.set(series.labels, byMetric.set(series.metric, labels))
    return labels
  }
}

function build(labels: Labels[], curedAt: Millis | undefined): Index {
  const postings: Index['postings'] = new Map()
  for (const [position, set] of labels.entries()) {
    for (const [name, value] of Object.entries(set)) {
      const byValue = postings.get(name) ?? new Map<string, number[]>()
      const positions = byValue.get(value) ?? []
      positions.push(position)
      postings.set(name, byValue.set(value, positions))
    }
  }
  return { labels, postings, curedAt }
}

/** Positions that can match: those of the matcher that leaves fewest; all, where no matcher asks for a value. */
function narrowed({ labels, postings }: Index, matchers: readonly Matcher[]): Iterable<number> {
  let fewest: number[] | undefined
  for (const matcher of matchers) {
    if (matcher.matches('') || matcher.operator === '!=' || matcher.operator === '!~') continue
    const positions = positionsOf(postings.get(matcher.label), matcher)
    if (!fewest || positions.length < fewest.length) fewest = positions
  }
  return fewest ?? labels.keys()
}

function positionsOf(byValue: Map<string, number[]> | undefined, matcher: Matcher): number[] {
  if (!byValue) return []
  const values = matcher.anyOf ?? [...byValue.keys()].filter(value => matcher.matches(value))
  return [...new Set(values)].flatMap(value => byValue.get(value) ?? [])
}

/** To Prometheus a label with an empty value is an absent one. */
function nonEmpty(labels: Labels): Labels {
  return Object.values(labels).includes('')
    ? Object.fromEntries(Object.entries(labels).filter(([, value]) => value))
    : labels
}
