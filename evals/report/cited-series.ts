// The series of a recording that an incident rests on, found by the ids of its signals; and how the true culprit's looked.
import type { Recording } from '../../simulator/recording.ts'
import type { Target } from '../labels.ts'
import { median } from '../measures.ts'

export type Points = { name: string; at: number[]; values: number[] }

/** In the order of the ids; those that are no series, or of none in the recording, are passed over. */
export function citedSeries(recording: Recording, ids: readonly string[]): Points[] {
  const all = seriesIn(recording)
  return ids.flatMap(id => {
    const said = parsed(id)
    return (said && all.find(series => isSame(series, said))) ?? []
  })
}

/** Of the target's own series the one that left its past furthest between two moments; undefined where it has none. */
export function loudestOf(recording: Recording, { name }: Target, from: number, to: number): Points | undefined {
  const own = seriesIn(recording).filter(({ labels }) =>
    Object.values(labels).some(value => value === name || value.startsWith(`${name}-`)),
  )
  const [loudest] = own
    .map(series => ({ series, by: departure(series, from, to) }))
    .filter(({ by }) => by > 0)
    .sort((a, b) => b.by - a.by)
  return loudest?.series
}

type Labelled = Points & { metric: string; labels: Record<string, string> }

function seriesIn({ series, records }: Recording): Labelled[] {
  const measured = new Map<string, Labelled>()
  for (const { at, namespace, metric, dimensions, values } of records['cloudwatch/metrics']) {
    for (const [statistic, value] of Object.entries(values)) {
      const labels = { ...dimensions, namespace, statistic }
      const key = JSON.stringify([metric, Object.entries(labels).sort()])
      const name = `${metric} ${statistic} of ${Object.values(dimensions).join(', ')}`
      const held: Labelled = measured.get(key) ?? { name, metric, labels, at: [], values: [] }
      held.at.push(at)
      held.values.push(value)
      measured.set(key, held)
    }
  }
  const scraped = series.map(({ metric, labels, at, values }) => {
    const of = Object.entries(labels).flatMap(([label, value]) => (label === 'container' ? [] : [value]))
    const name = `${metric}${isCounter(metric) ? ' a second' : ''} of ${of.join(', ')}`
    const points = isCounter(metric) ? perSecond(at, values) : { at: [...at], values: [...values] }
    return { name, metric, labels, ...points }
  })
  return [...scraped, ...measured.values()]
}

const COUNTER = /_total$/

function isCounter(metric: string): boolean {
  return COUNTER.test(metric)
}

/** What a counter grew by a second; a restart counts as nothing. */
function perSecond(at: ArrayLike<number>, values: ArrayLike<number>): { at: number[]; values: number[] } {
  const steps = Array.from({ length: Math.max(0, at.length - 1) }, (_, i) => i + 1)
  return {
    at: steps.map(i => at[i]!),
    values: steps.map(i => Math.max(0, values[i]! - values[i - 1]!) / ((at[i]! - at[i - 1]!) / 1_000)),
  }
}

type Said = { metric: string; labels: Map<string, string> }

/** 'grafana:up{job="cart",pod="cart-1"}' */
function parsed(id: string): Said | undefined {
  const [, metric, labels = ''] = /^\w+:([^{]+)\{(.*)\}$/.exec(id) ?? []
  if (metric === undefined) return undefined
  const pairs = [...labels.matchAll(/([\w.]+)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, label = '', value = '']) => [label, value.replace(/\\(.)/g, '$1')] as const,
  )
  return { metric, labels: new Map(pairs) }
}

function isSame({ metric, labels }: Labelled, said: Said): boolean {
  const stem = (name: string) => name.replace(COUNTER, '').replace(/_per_second$/, '')
  const own = Object.entries(labels)
  return (
    (metric === said.metric || stem(metric) === stem(said.metric)) &&
    own.length === said.labels.size &&
    own.every(([label, value]) => said.labels.get(label) === value)
  )
}

/** How far the median between two moments lies from that before, in deviations of the time before; 0 where it cannot be told. */
function departure({ at, values }: Points, from: number, to: number): number {
  const before = values.filter((_, i) => at[i]! < from)
  const during = values.filter((_, i) => from <= at[i]! && at[i]! <= to)
  if (before.length < 3 || during.length === 0) return 0
  const usual = median(before)
  const spread = median(before.map(value => Math.abs(value - usual))) + 0.05 * Math.abs(usual) + 1e-9
  return Math.abs(median(during) - usual) / spread
}
