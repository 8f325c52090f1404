// Parts of an object: the fields a caller names, and as much of a large one as an answer holds. Pure.
import { isMap } from './conceal.ts'
import type { Json, JsonMap } from './conceal.ts'

/**
 * The value at `spec.containers.image`; through a list, that of each item. Undefined: there is none.
 * valueAt({ spec: { containers: [{ image: 'a' }, { image: 'b' }] } }, 'spec.containers.image') -> ['a', 'b']
 */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  const [field = '', ...rest] = path.split('.')
  if (Array.isArray(value)) return value.flatMap(item => valueAt(item, path) ?? [])
  if (!isMap(value)) return undefined
  const next = Object.hasOwn(value, field) ? value[field] : undefined
  return rest.length === 0 ? next : valueAt(next, rest.join('.'))
}

/**
 * The object as deep as `bytes` of its JSON allow; what lies deeper is told by its size: "{5 fields}", "[12 items]". Where
 * even its first fields are too large, the longest texts are cut too.
 */
export function fit(object: JsonMap, bytes: number): { object: JsonMap; truncated: boolean } {
  const fits = (candidate: Json): boolean => Buffer.byteLength(JSON.stringify(candidate)) <= bytes
  if (fits(object)) return { object, truncated: false }
  for (let depth = DEEPEST; depth > 1; depth--) {
    const shallow = outline(object, depth, Infinity)
    if (isMap(shallow) && fits(shallow)) return { object: shallow, truncated: true }
  }
  const least = outline(object, 2, SHORT_TEXT)
  if (isMap(least) && fits(least)) return { object: least, truncated: true }
  const fields = outline(object, 1, SHORT_TEXT)
  return { object: isMap(fields) ? fields : {}, truncated: true }
}

const DEEPEST = 12 // a field of a container's probe lies at 7
const SHORT_TEXT = 200

function outline(value: Json, depth: number, longest: number): Json {
  if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}…` : value
  if (Array.isArray(value)) {
    return depth === 0 ? `[${value.length} items]` : value.map(item => outline(item, depth - 1, longest))
  }
  if (!isMap(value)) return value
  if (depth === 0) return `{${Object.keys(value).length} fields}`
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, outline(each, depth - 1, longest)]))
}
