// An instant vector: one value for each label set, at one moment.
import { type Labels, drop, keyOf, metricName, remembered } from '../labels.ts'
import { QueryError } from '../query-error.ts'

export type Element = { labels: Labels; value: number }
export type Vector = Element[]

/** Label sets without the metric name, as results of functions and arithmetic carry them. */
export const withoutName = remembered(labels => drop(labels, [metricName]))

/** Throws as Prometheus does when two elements cannot be told apart, as after rate() over several metrics. */
export function distinct(vector: Vector): Vector {
  if (new Set(vector.map(element => keyOf(element.labels))).size < vector.length) {
    throw new QueryError('execution', 'vector cannot contain metrics with the same labelset')
  }
  return vector
}
