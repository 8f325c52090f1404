// Reading plain JSON whose shape is only partly known.
export type JsonMap = Record<string, unknown>

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether two values say the same; the order of keys does not count, a member that is undefined is absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  if (!isMap(a) || !isMap(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every(key => sameJson(a[key], b[key]))
}

/** Without members that are null: what a server's typed objects make of them. */
export function withoutNulls<T>(value: T): T
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => withoutNulls(item))
  if (!isMap(value)) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNulls(member)]))
}

/** Without members that say nothing: null, an empty map, an empty list. Go clients write these out, others leave them out. */
export function meaningful(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaningful)
  if (!isMap(value)) return value
  const members = Object.entries(value).map(([key, member]) => [key, meaningful(member)] as const)
  return Object.fromEntries(members.filter(([, member]) => !isEmpty(member)))
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0)
}

/** `valueAt(pod, 'spec.nodeName')`; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: string): unknown {
  return readerOf(path)(value)
}

/** The same for a path that is asked of many values. */
export function readerOf(path: string): (value: unknown) => unknown {
  const keys = path.split('.')
  return value => {
    let here = value
    for (const key of keys) here = isMap(here) ? here[key] : undefined
    return here
  }
}

/** The same value with keys in order, as text: equal for what `sameJson` calls the same. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}
