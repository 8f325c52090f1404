// What a line of a watch says. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
import type { Fault } from '#incident/fault.ts'
import { faultOf, notKubernetes } from './answer.ts'
import { placedSchema, statusSchema, watchLineSchema } from './answer-schema.ts'

/** An object came, changed or went; or, as a bookmark, nothing did up to this version. `key`: `namespace/name`. */
export type WatchEvent = { version: string } & (
  | { type: 'ADDED' | 'MODIFIED'; key: string; object: unknown }
  | { type: 'DELETED'; key: string }
  | { type: 'BOOKMARK' }
)

/** Throws a Fault: of the Status that an ERROR holds, 410 as `expired`, and for what is no line of a watch. */
export function changeOf(line: unknown, path: string): WatchEvent {
  const parsed = watchLineSchema.safeParse(line)
  if (!parsed.success) throw notKubernetes(path)
  const { type, object } = parsed.data
  if (type === 'ERROR') throw errorOf(object, path)
  const placed = placedSchema.safeParse(object)
  if (!placed.success) throw notKubernetes(path)
  const { name = '', namespace, resourceVersion: version } = placed.data.metadata
  if (type === 'BOOKMARK') return { type, version }
  const key = keyOf({ name, namespace })
  return type === 'DELETED' ? { type, key, version } : { type, key, object, version }
}

/** As etcd orders them: `/` sorts as the end of a namespace's name does. */
export function keyOf({ namespace = '', name }: { namespace?: string | undefined; name: string }): string {
  return `${namespace}/${name}`
}

function errorOf(status: unknown, path: string): Fault {
  const { code = 500 } = statusSchema.safeParse(status).data ?? {}
  return faultOf({ status: code, body: JSON.stringify(status), cut: false }, `GET ${path}`)
}
