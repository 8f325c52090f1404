// An object of the cluster as it may leave this room: without the values that are secrets, or stand under names of such.
import { looksRandom } from '#incident/encoded.ts'
import { isSecretName } from '#incident/secret-name.ts'
import { safe } from '../safe.ts'

export type Json = null | boolean | number | string | Json[] | JsonMap
export type JsonMap = { [field: string]: Json }

const HIDDEN = '[redacted]'

/**
 * The same object without the data of Secrets, values of environment variables, headers, annotations and ConfigMaps whose
 * names say secret or whose looks do, what follows a flag such as --password, and what looks like a secret in any text; also without
 * managedFields and the copy that kubectl apply keeps in an annotation, which would repeat it all.
 */
export function conceal(kind: string, object: JsonMap): JsonMap {
  const { metadata, ...rest } = object
  return {
    ...(isMap(metadata) && { metadata: concealMetadata(metadata) }),
    ...concealFields(rest, kind),
  }
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function concealMetadata({ managedFields: _managed, annotations, ...rest }: JsonMap): JsonMap {
  const { [LAST_APPLIED]: _applied, ...kept } = isMap(annotations) ? annotations : {}
  return { ...concealFields(rest, ''), ...(Object.keys(kept).length > 0 && { annotations: concealNamed(kept) }) }
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

function concealFields(map: JsonMap, kind: string): JsonMap {
  return Object.fromEntries(
    Object.entries(map).map(([field, value]): [string, Json] => {
      if (!DATA_FIELDS.includes(field)) return [safe(field), concealValue(value)]
      if (kind === 'Secret') return [field, isMap(value) ? mapValues(value, () => HIDDEN) : HIDDEN]
      if (!isMap(value)) return [field, concealValue(value)]
      if (field === 'binaryData')
        return [field, mapValues(value, data => `${String(data).length} characters of base64`)]
      return [field, kind === 'ConfigMap' ? concealNamed(value) : concealValue(value)]
    }),
  )
}

const DATA_FIELDS: readonly string[] = ['data', 'stringData', 'binaryData']

function concealValue(value: Json): Json {
  if (typeof value === 'string') return safe(value)
  if (Array.isArray(value)) return value.map((item, index) => (followsFlag(value, index) ? HIDDEN : concealValue(item)))
  if (!isMap(value)) return value
  const { name = value['key'], value: given } = value
  const isPair = typeof name === 'string' && typeof given === 'string'
  const concealed = mapValues(value, concealValue)
  if (isMap(value['metadata'])) concealed['metadata'] = concealMetadata(value['metadata']) // of a pod template
  return isPair ? { ...concealed, value: concealUnder(name, given) } : concealed
}

/** Names and values that a person chose: annotations, the data of a ConfigMap. */
function concealNamed(map: JsonMap): JsonMap {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [
      safe(name),
      typeof value === 'string' ? concealUnder(name, value) : concealValue(value),
    ]),
  )
}

/**
 * A value that only says there is none stays: it often is the cause. So does where a secret is kept. What is a token by its
 * looks goes whatever its name.
 */
function concealUnder(name: string, value: string): string {
  if (isSecretName(name) && !TELLING.test(value)) return HIDDEN
  if (TOKEN.test(value) && looksRandom(value)) return HIDDEN
  const said = safe(`${name}=${value}`)
  return said.endsWith(`=${HIDDEN}`) && !value.endsWith(HIDDEN) ? HIDDEN : safe(value)
}

const TELLING = /^(?:null|none|nil|undefined|true|false|\d{1,3})?$/i
const TOKEN = /^[\w+/-]{16,8192}={0,2}$/

/** ["--password", "hunter2"]: the second. A flag that holds its value is found in the text itself. */
function followsFlag(items: Json[], index: number): boolean {
  const before = items[index - 1]
  return (
    typeof items[index] === 'string' &&
    typeof before === 'string' &&
    /^--?[A-Za-z][\w.-]{0,60}$/.test(before) &&
    isSecretName(before)
  )
}

function mapValues(map: JsonMap, change: (value: Json) => Json): JsonMap {
  return Object.fromEntries(Object.entries(map).map(([field, value]) => [safe(field), change(value)]))
}
