// The guarded JSON Patch: what must still hold, then what changes, in one request that the API server takes whole or not at all.
// The same object, plan and changes give the same bytes.
import { ACTION_ID } from '../classify.ts'
import type { Planned } from '../classify.ts'
import type { Operation } from '../client.ts'

export type JsonMap = { [key: string]: unknown }

/** A value at a place, whether or not something is there yet. */
export type Setting = { path: string[]; value: unknown }

/** `object` is the workload as just read: it decides only which maps must be made, the guard decides whether any of it happens. */
export function guardedPatch(object: JsonMap, { uid, generation, actionId }: Planned, settings: Setting[]): string {
  const operations: Operation[] = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/generation', value: generation },
    // Always null and never left out: a `test` without a value makes old API servers panic.
    { op: 'test', path: '/metadata/deletionTimestamp', value: null },
    ...ownAnnotation(object),
    ...settings.flatMap(setting => set(object, setting)),
    ...set(object, { path: ['metadata', 'annotations', ACTION_ID], value: actionId }),
  ]
  return JSON.stringify(operations)
}

/** On StatefulSets and DaemonSets an annotation does not move the generation: a fence put there must hold by itself. */
function ownAnnotation(object: JsonMap): Operation[] {
  const annotations = mapAt(object, ['metadata', 'annotations'])
  if (!annotations) return []
  return [{ op: 'test', path: pointer(['metadata', 'annotations', ACTION_ID]), value: annotations[ACTION_ID] ?? null }]
}

/** Adds below the first map that is missing, and makes sure that it still is: `add` would replace one that appeared meanwhile. */
function set(object: JsonMap, { path, value }: Setting): Operation[] {
  for (let depth = 1; depth < path.length; depth++) {
    const parent = path.slice(0, depth)
    if (mapAt(object, parent)) continue
    const made = path.slice(depth).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
    return [
      { op: 'test', path: pointer(parent), value: null },
      { op: 'add', path: pointer(parent), value: made },
    ]
  }
  return [{ op: 'add', path: pointer(path), value }]
}

export function mapAt(object: unknown, path: string[]): JsonMap | undefined {
  let found = object
  for (const key of path) found = isMap(found) ? found[key] : undefined
  return isMap(found) ? found : undefined
}

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** RFC 6901 */
function pointer(path: string[]): string {
  return path.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
