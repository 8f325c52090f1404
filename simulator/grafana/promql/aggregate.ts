// sum, avg, max, min, count and topk over groups of an instant vector.
import { type Labels, drop, keep, keyOf, metricName, remembered } from '../labels.ts'
import type { Aggregator, Grouping } from './expression.ts'
import { larger, smaller } from './functions.ts'
import type { Element, Vector } from './vector.ts'

/** An aggregation bound to its grouping; `parameter` is topk's k. Groups come in order of first appearance. */
export function aggregation(operator: Aggregator, grouping: Grouping): (vector: Vector, parameter: number) => Vector {
  const groupOf = remembered(labels => grouped(labels, grouping))

  return (vector, parameter) => {
    const groups = new Map<string, { labels: Labels; members: Element[] }>()
    for (const element of vector) {
      const { key, labels } = groupOf(element.labels)
      const group = groups.get(key)
      if (group) group.members.push(element)
      else groups.set(key, { labels, members: [element] })
    }
    if (operator === 'topk') return [...groups.values()].flatMap(({ members }) => largest(members, parameter))
    return [...groups.values()].map(({ labels, members }) => ({ labels, value: combined(operator, members) }))
  }
}

function grouped(labels: Labels, { by, labels: names }: Grouping): { key: string; labels: Labels } {
  const kept = by ? keep(labels, names) : drop(labels, [metricName, ...names])
  return { key: keyOf(kept), labels: kept }
}

function combined(operator: Exclude<Aggregator, 'topk'>, members: Element[]): number {
  const values = members.map(element => element.value)
  switch (operator) {
    case 'count':
      return values.length
    case 'sum':
      return sum(values)
    case 'avg':
      return sum(values) / values.length
    case 'max':
      return values.reduce(larger)
    case 'min':
      return values.reduce(smaller)
  }
}

/** NaN counts as smallest. */
function largest(members: Element[], k: number): Element[] {
  return [...members].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a))).slice(0, Math.max(0, Math.trunc(k)))
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function rank({ value }: Element): number {
  return Number.isNaN(value) ? -Infinity : value
}
