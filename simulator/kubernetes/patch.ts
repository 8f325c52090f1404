// A PATCH request's body applied to an object, by its content type.
import type { JsonMap } from './json.ts'
import { applyJsonPatch, parseJsonPatch, PatchFailed } from './json-patch.ts'
import { applyMergePatch, applyStrategicPatch } from './merge-patch.ts'
import type { StoredObject } from './objects.ts'
import { badRequest, bareUnprocessable, notSimulated, unsupportedMediaType } from './status.ts'

const accepted = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]

/** The patched document, unchecked. Throws what the server answers: 400, 415, the bare 422; PatchPanicked for no answer. */
export function patched(contentType: string, object: StoredObject | JsonMap, body: string): unknown {
  const type = contentType.split(';')[0]?.trim()
  if (type === 'application/apply-patch+yaml') throw notSimulated('server-side apply')
  if (!accepted.includes(type ?? '')) throw unsupportedMediaType([...accepted, 'application/apply-patch+yaml'])
  if (type === 'application/json-patch+json') {
    const operations = decode(body, parseJsonPatch)
    try {
      return applyJsonPatch(object, operations)
    } catch (error) {
      throw error instanceof PatchFailed ? bareUnprocessable() : error
    }
  }
  const patch = decode(body, text => JSON.parse(text) as unknown)
  return type === 'application/merge-patch+json' ? applyMergePatch(object, patch) : applyStrategicPatch(object, patch)
}

function decode<T>(body: string, parse: (text: string) => T): T {
  try {
    return parse(body)
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`)
  }
}
