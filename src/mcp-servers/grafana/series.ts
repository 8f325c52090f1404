// New points of everything watched, in as few requests as it takes: true samples of many names in one, expressions in another.
import type { Log } from '#incident/observe.ts'
import type { Millis, Missing, Reading, Relation, SeriesPoints, Window } from '#incident/signal.ts'
import { allEnded, gather } from '../gather.ts'
import { safe } from '../safe.ts'
import type { Grafana, Samples } from './client.ts'
import type { Expression } from './dashboards.ts'
import { seriesOfFrames } from './frames.ts'
import { callRelations, expressionHead, seriesHead } from './mapper.ts'
import type { SeriesHead } from './mapper.ts'
import { rangeModel } from './query-model.ts'
import { means, pointsAfter, rates, spacingOf } from './samples.ts'
import type { Kind, Sample } from './samples.ts'
import type { GrafanaSettings } from './schema.ts'
import { rateOf, unitOf } from './unit.ts'
import type { Ask, Watched, WatchedPrometheus } from './watched.ts'

/** A scrape is stamped when it begins and stored when it has ended, ten seconds later at most by default. */
const LATE: Millis = 15_000
/** A rate needs the sample before the window; until the spacing of counters is known, twice the longest usual one. */
const LONGEST_SPACING: Millis = 300_000
const NAMES_AT_ONCE = 100
const EXPRESSIONS_AT_ONCE = 50
const MOST_HEADS = 20_000

export function openSeries(grafana: Grafana, settings: GrafanaSettings, log: Log) {
  const heads = new Map<string, SeriesHead>() // what a label set means is worked out once
  const spacings = new Map<string, Millis>() // data source -> longest spacing of its counters
  const refused = new Set<string>() // expressions the data source does not take

  return async (watched: Watched, window: Window, ask: Ask): Promise<Partial<Reading>> => {
    const parts = [
      ...watched.prometheus.map(each => ({
        what: `series of ${safe(each.source.name)}`,
        read: () => readNames(each, window, ask),
      })),
      { what: 'expressions of dashboards and rules', read: () => readExpressions(watched, window, ask) },
    ]
    const { signals, relations, missing } = await gather('grafana', parts, log)
    missing.push(...watched.missing)
    if (refused.size > 0) missing.push(left('expressions', `${refused.size} of dashboards and rules were refused`))
    if (signals.length > settings.mostSeries) {
      const over = signals.length - settings.mostSeries
      missing.push(left('series', `${over} over the bound of ${settings.mostSeries} are left out`))
    }
    return { signals: signals.slice(0, settings.mostSeries), relations: pairs(relations), missing }
  }

  async function readNames({ source, kinds }: WatchedPrometheus, { from, to }: Window, ask: Ask) {
    const after = from - LATE
    const names = [...kinds.keys()]
    const gauges = names.filter(name => kinds.get(name) === 'gauge')
    const counters = names.filter(name => kinds.get(name) !== 'gauge')
    const readBack = 2 * (spacings.get(source.uid) ?? LONGEST_SPACING)
    const [ofGauges, ofCounters] = await allEnded([
      inChunks(gauges, chunk => ask('read series', each => grafana.samples(source, chunk, { from: after, to }, each))),
      inChunks(counters, chunk =>
        ask('read counters', each => grafana.samples(source, chunk, { from: after - readBack, to }, each)),
      ),
    ])
    const spacing = longestSpacing(ofCounters)
    if (spacing !== undefined) spacings.set(source.uid, Math.min(spacing, LONGEST_SPACING))

    const signals: SeriesPoints[] = []
    const edges: { head: SeriesHead; samples: Sample[] }[] = []
    const take = ({ labels, samples }: Samples, kind: Kind, points: Sample[]) => {
      const head = headOf(labels, kind)
      add(signals, head, points)
      if (head.edge) edges.push({ head, samples })
    }
    const sums = new Map(
      ofCounters.filter(each => kinds.get(nameOf(each)) === 'sum').map(each => [familyOf(each), each]),
    )
    for (const each of ofGauges) take(each, 'gauge', pointsAfter(each.samples, after))
    for (const each of ofCounters) {
      if (kinds.get(nameOf(each)) === 'sum') continue
      take(each, 'counter', rates(each.samples, after))
      const sum = sums.size > 0 ? sums.get(familyOf(each)) : undefined
      if (sum) take(each, 'sum', means(sum.samples, each.samples, after))
    }
    return { signals, relations: callRelations(edges) }
  }

  async function readExpressions({ expressions, prometheus }: Watched, { from, to }: Window, ask: Ask) {
    const signals: SeriesPoints[] = []
    const relations: Relation[] = []
    const due = expressions.filter(each => !refused.has(each.text))
    const stepOf = new Map(prometheus.map(({ source, step }) => [source.uid, step]))
    await inChunks(
      due,
      async chunk => {
        const longest = Math.max(...chunk.map(each => stepOf.get(each.source.uid) ?? 0))
        const queries = chunk.map((each, i) => {
          const stepMillis = stepOf.get(each.source.uid) ?? longest
          const mostPoints = Math.ceil((to - from + 2 * longest) / stepMillis) + 1
          return { refId: `Q${i}`, source: each.source, model: rangeModel(each.text), stepMillis, mostPoints }
        })
        const answers = await ask('evaluate expressions', each =>
          grafana.query(queries, { from: from - longest, to }, each),
        )
        for (const [i, expression] of chunk.entries()) {
          const answer = answers.get(`Q${i}`)
          if (answer?.error) refused.add(expression.text)
          const after = from - (stepOf.get(expression.source.uid) ?? longest)
          for (const { labels, samples } of seriesOfFrames(answer?.frames ?? [])) {
            const head = expressionHeadOf(expression, labels)
            add(
              signals,
              head,
              samples.filter(([at]) => at > after && at <= to),
            )
            relations.push(...callRelations([{ head, samples }]))
          }
        }
        return []
      },
      EXPRESSIONS_AT_ONCE,
    )
    return { signals, relations }
  }

  function headOf(labels: Record<string, string>, kind: Kind): SeriesHead {
    return remembered(`${kind} ${JSON.stringify(labels)}`, () => {
      const name = labels['__name__'] ?? ''
      const metric = kind === 'counter' ? rateOf(name) : kind === 'sum' ? name.replace(/_count$/, '') : name
      return seriesHead(metric, unitOf(metric), labels, kind === 'sum' ? { statistic: 'mean' } : {})
    })
  }

  function expressionHeadOf(expression: Expression, labels: Record<string, string>): SeriesHead {
    return remembered(`${expression.text} ${JSON.stringify(labels)}`, () => expressionHead(expression, labels))
  }

  function remembered(key: string, make: () => SeriesHead): SeriesHead {
    const known = heads.get(key)
    if (known) return known
    if (heads.size >= MOST_HEADS) heads.clear()
    const head = make()
    heads.set(key, head)
    return head
  }
}

function add(signals: SeriesPoints[], { signal }: SeriesHead, points: Sample[]): void {
  const last = points.at(-1)
  if (last) signals.push({ ...signal, at: last[0], points })
}

async function inChunks<T, R>(
  items: readonly T[],
  read: (chunk: T[]) => Promise<R[]>,
  size = NAMES_AT_ONCE,
): Promise<R[]> {
  const results: R[] = []
  for (let i = 0; i < items.length; i += size) {
    for (const result of await read(items.slice(i, i + size))) results.push(result)
  }
  return results
}

function nameOf({ labels }: Samples): string {
  return labels['__name__'] ?? ''
}

/** The same for `x_sum` and `x_count` of one family and label set. */
function familyOf({ labels }: Samples): string {
  const { __name__: name = '', ...others } = labels
  return JSON.stringify([name.replace(/_(?:sum|count)$/, ''), Object.entries(others).sort()])
}

function longestSpacing(all: readonly Samples[]): Millis | undefined {
  let longest: Millis | undefined
  for (const { samples } of all) {
    const spacing = spacingOf(samples)
    if (spacing !== undefined && spacing > (longest ?? 0)) longest = spacing
  }
  return longest
}

function pairs(relations: readonly Relation[]): Relation[] {
  const byPair = new Map(relations.map(relation => [JSON.stringify([relation.from, relation.to]), relation]))
  return [...byPair.values()]
}

function left(what: string, why: string): Missing {
  return { source: 'grafana', what, why }
}
