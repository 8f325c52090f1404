// Label sets as Prometheus and Loki know them: a canonical key, and what is left of a set when labels are kept or dropped.
export type Labels = Readonly<Record<string, string>>

/** The label that holds a series' metric name. */
export const metricName = '__name__'

const keys = new WeakMap<Labels, string>()

/** The same text for the same labels in any order; kept, since a replay asks it of the same objects thousands of times. */
export function keyOf(labels: Labels): string {
  const known = keys.get(labels)
  if (known !== undefined) return known
  const key = JSON.stringify(Object.entries(labels).sort(byName))
  keys.set(labels, key)
  return key
}

export function keep(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)))
}

export function drop(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))
}

/** The labels that all sets carry with the same value. */
export function inCommon(sets: readonly Labels[]): Labels {
  const [first = {}, ...others] = sets
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every(labels => labels[name] === value)),
  )
}

/** A function of label sets that is worked out once for each set. */
export function remembered<T>(work: (labels: Labels) => T): (labels: Labels) => T {
  const results = new WeakMap<Labels, { result: T }>()
  return labels => {
    const known = results.get(labels)
    if (known) return known.result
    const result = work(labels)
    results.set(labels, { result })
    return result
  }
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
