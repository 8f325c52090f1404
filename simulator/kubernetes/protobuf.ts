// The one thing that kubectl will only say in protobuf: an access review. Reads as much of the wire format as that takes.
// https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
import type { JsonMap } from './json.ts'

const magic = 'k8s\u0000'

/**
 * The review in a body of type application/vnd.kubernetes.protobuf, as its JSON would be; undefined for what cannot be read.
 * The body has come through UTF-8, so lengths above 127 are lost: names of the usual length survive.
 */
export function readReview(body: string): JsonMap | undefined {
  if (!body.startsWith(magic)) return undefined
  const envelope = fieldsOf(Buffer.from(body.slice(magic.length)))
  const spec = fieldsOf(fieldsOf(envelope?.get(2))?.get(2))
  if (!spec) return undefined
  const resource = named(spec.get(1), ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'])
  const nonResource = named(spec.get(2), ['path', 'verb'])
  const user = spec.get(3)?.toString()
  return {
    spec: {
      ...(resource && { resourceAttributes: resource }),
      ...(nonResource && { nonResourceAttributes: nonResource }),
      user,
    },
  }
}

/** Field number -> bytes of each length-delimited field; numbers are read over. Undefined for anything else. */
function fieldsOf(message: Buffer | undefined): Map<number, Buffer> | undefined {
  if (!message) return undefined
  const fields = new Map<number, Buffer>()
  for (let at = 0; at < message.length; ) {
    const key = message[at] ?? 0
    const value = message[at + 1] ?? 0
    if (key > 127 || value > 127) return undefined
    at += 2
    if ((key & 7) === 0) continue
    if ((key & 7) !== 2 || at + value > message.length) return undefined
    fields.set(key >> 3, message.subarray(at, at + value))
    at += value
  }
  return fields
}

function named(message: Buffer | undefined, names: string[]): JsonMap | undefined {
  const fields = fieldsOf(message)
  return fields && Object.fromEntries(names.map((name, i) => [name, fields.get(i + 1)?.toString() ?? '']))
}
