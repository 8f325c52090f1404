// The JSON of a list. An object is written once, however often it is listed: a hundred thousand Events in pages of 500 would
// otherwise be written anew for each client that reads them.
import type { JsonMap } from './json.ts'
import type { StoredObject } from './objects.ts'

const written = new WeakMap<StoredObject, string>()

/** Items of a typed list do not repeat their kind. */
export function listBody(kind: string, apiVersion: string, metadata: JsonMap, items: readonly StoredObject[]): string {
  const head = JSON.stringify({ kind: `${kind}List`, apiVersion, metadata }).slice(0, -1)
  return `${head},"items":[${items.map(itemJson).join(',')}]}\n`
}

function itemJson(object: StoredObject): string {
  const known = written.get(object)
  if (known !== undefined) return known
  const { apiVersion: _version, kind: _kind, ...item } = object
  const json = JSON.stringify(item)
  written.set(object, json)
  return json
}
