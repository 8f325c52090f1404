// JSON Patch (RFC 6902) as kube-apiserver applies it, with the departures of its library (evanphx/json-patch v4.12):
// `replace` of an absent key of a map adds it; an absent key of a map that is there equals null in a `test`.
import { isMap, sameJson, type JsonMap } from './json.ts'

/** Why a patch did not apply. The server tells none of it: every one is the same bare 422. */
export class PatchFailed extends Error {}

/**
 * A `test` without `value` on an absent path: the handler of a real server panics and the client sees an empty reply
 * (json-patch before v4.13). What JSON.stringify makes of `value: undefined`.
 */
export class PatchPanicked extends Error {}

/**
 * Parses a JSON Patch. Numbers with a fraction or an exponent become text: the server compares numbers as
 * bytes, so `1.0` and `1e0` equal no integer, and are of the wrong type where an integer belongs.
 * Throws SyntaxError for what is no JSON, TypeError for what is no array of objects.
 */
export function parseJsonPatch(text: string): JsonMap[] {
  const operations: unknown = JSON.parse(text.replace(stringOrNumber, keepInteger))
  if (!Array.isArray(operations) || !operations.every(isMap))
    throw new TypeError('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  return operations
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

function keepInteger(token: string): string {
  return token.startsWith('"') || /^-?\d+$/.test(token) ? token : `"${token}"`
}

/** The document with all operations applied in order, or nothing of it: throws PatchFailed or PatchPanicked. */
export function applyJsonPatch(document: unknown, operations: JsonMap[]): unknown {
  const result = { root: structuredClone(document) }
  for (const operation of operations) apply(result, operation)
  return result.root
}

function apply(document: { root: unknown }, { op, path, from, value }: JsonMap): void {
  const target = locate(document, path)
  switch (op) {
    case 'test':
      return test(read(target), value)
    case 'add':
      return write(target, value, 'insert')
    case 'replace':
      return write(target, value, 'replace')
    case 'remove':
      return remove(target)
    case 'copy':
      return write(target, structuredClone(present(locate(document, from))), 'insert')
    case 'move': {
      const source = locate(document, from)
      const moved = present(source)
      remove(source)
      return write(locate(document, path), moved, 'insert')
    }
    default:
      throw new PatchFailed(`unknown op ${String(op)}`)
  }
}

function test(found: unknown, expected: unknown): void {
  const absent = found === undefined || found === null
  if (absent && expected === undefined) throw new PatchPanicked('test without value on an absent path')
  if (absent ? expected !== null : !sameJson(found, expected)) throw new PatchFailed('test failed')
}

type Target = { parent: JsonMap | unknown[]; key: string }

/** The place a pointer names; its parent must be there. */
function locate(document: { root: unknown }, pointer: unknown): Target {
  if (typeof pointer !== 'string') throw new PatchFailed('path is no string')
  if (pointer === '') return { parent: document, key: 'root' }
  if (!pointer.startsWith('/')) throw new PatchFailed('path does not start with /')
  const keys = pointer
    .slice(1)
    .split('/')
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const key = keys.pop() ?? ''
  let parent = document.root
  for (const step of keys) parent = read({ parent: container(parent), key: step })
  return { parent: container(parent), key }
}

function container(value: unknown): JsonMap | unknown[] {
  if (Array.isArray(value) || isMap(value)) return value
  throw new PatchFailed('parent is missing')
}

function read({ parent, key }: Target): unknown {
  if (!Array.isArray(parent)) return Object.hasOwn(parent, key) ? parent[key] : undefined
  return parent[index(parent, key, parent.length - 1)]
}

function present(target: Target): unknown {
  const value = read(target)
  if (value === undefined) throw new PatchFailed('from is missing')
  return value
}

function write({ parent, key }: Target, value: unknown, how: 'insert' | 'replace'): void {
  const written = value === undefined ? null : value
  if (!Array.isArray(parent)) Object.defineProperty(parent, key, { value: written, ...plainMember })
  else if (how === 'replace') parent[index(parent, key, parent.length - 1)] = written
  else parent.splice(key === '-' ? parent.length : index(parent, key, parent.length), 0, written)
}

/** Defined rather than assigned: a key named __proto__ is a key like any other. */
const plainMember = { enumerable: true, configurable: true, writable: true }

function remove({ parent, key }: Target): void {
  if (Array.isArray(parent)) parent.splice(index(parent, key, parent.length - 1), 1)
  else if (Object.hasOwn(parent, key)) delete parent[key]
  else throw new PatchFailed('nothing to remove')
}

function index(array: unknown[], key: string, last: number): number {
  const number = /^\d+$/.test(key) ? Number(key) : -1
  if (number < 0 || number > last) throw new PatchFailed(`no index ${key} in an array of ${array.length}`)
  return number
}
