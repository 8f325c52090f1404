// What the server checks of an object that a client writes: types of the fields it knows, unknown fields, values.
// Known are metadata and the top level of the spec of workloads; deeper, anything passes.
import { isMap, sameJson, type JsonMap } from './json.ts'
import type { Metadata, Workload } from './objects.ts'
import type { Resource } from './resources.ts'
import { selects } from './selectors.ts'
import type { Cause } from './status.ts'

type Type = 'int32' | 'bool' | 'string' | 'object' | 'array' | 'strings'

const everyWorkload = { selector: 'object', template: 'object', minReadySeconds: 'int32' } as const
const specs: Record<string, Record<string, Type>> = {
  Deployment: {
    ...everyWorkload,
    replicas: 'int32',
    strategy: 'object',
    revisionHistoryLimit: 'int32',
    paused: 'bool',
    progressDeadlineSeconds: 'int32',
  },
  ReplicaSet: { ...everyWorkload, replicas: 'int32' },
  StatefulSet: {
    ...everyWorkload,
    replicas: 'int32',
    serviceName: 'string',
    volumeClaimTemplates: 'array',
    podManagementPolicy: 'string',
    updateStrategy: 'object',
    revisionHistoryLimit: 'int32',
    persistentVolumeClaimRetentionPolicy: 'object',
    ordinals: 'object',
  },
  DaemonSet: { ...everyWorkload, updateStrategy: 'object', revisionHistoryLimit: 'int32' },
  Scale: { replicas: 'int32' },
}
const metadata: Record<string, Type> = {
  name: 'string',
  namespace: 'string',
  uid: 'string',
  resourceVersion: 'string',
  labels: 'strings',
  annotations: 'strings',
  finalizers: 'array',
  ownerReferences: 'array',
}

/** The first field that holds what its type cannot, in the words of the decoder. */
export function wrongType(kind: string, object: unknown): string | undefined {
  if (!isMap(object)) return `json: cannot unmarshal ${nameOf(object)} into Go value of type v1.${kind}`
  if (!isMap(object.metadata)) return wrong(kind, 'metadata', object.metadata, 'v1.ObjectMeta')
  if (object.spec !== undefined && !isMap(object.spec)) return wrong(kind, 'spec', object.spec, `v1.${kind}Spec`)
  const inMetadata = firstWrong('ObjectMeta.metadata', metadata, object.metadata)
  return inMetadata ?? firstWrong(`${kind}Spec.spec`, specs[kind] ?? {}, isMap(object.spec) ? object.spec : {})
}

/**
 * The object without the spec's fields that its kind does not have, and their paths. `before`: the object as it was; what was
 * recorded of it stays, known here or not.
 */
export function withoutUnknown(
  kind: string,
  object: JsonMap,
  before?: JsonMap,
): { object: JsonMap; unknown: string[] } {
  if (!specs[kind]) return { object, unknown: [] }
  const known = { ...specs[kind], ...(isMap(before?.spec) && before.spec) }
  if (!isMap(object.spec)) return { object, unknown: [] }
  const unknown = Object.keys(object.spec).filter(field => !(field in known))
  if (unknown.length === 0) return { object, unknown }
  const spec = Object.fromEntries(Object.entries(object.spec).filter(([field]) => field in known))
  return { object: { ...object, spec }, unknown: unknown.map(field => `spec.${field}`) }
}

function firstWrong(where: string, types: Record<string, Type>, object: JsonMap): string | undefined {
  for (const [field, type] of Object.entries(types)) {
    const value = object[field]
    if (value === undefined || value === null) continue
    if (type === 'strings' && isMap(value)) {
      const other = Object.values(value).find(each => typeof each !== 'string')
      if (other !== undefined)
        return `json: cannot unmarshal ${nameOf(other)} into Go struct field ${where}.${field} of type string`
    } else if (!holds(type, value))
      return `json: cannot unmarshal ${nameOf(value)} into Go struct field ${where}.${field} of type ${type}`
  }
  return undefined
}

function wrong(kind: string, field: string, value: unknown, type: string): string {
  return `json: cannot unmarshal ${nameOf(value)} into Go struct field ${kind}.${field} of type ${type}`
}

function holds(type: Type, value: unknown): boolean {
  switch (type) {
    case 'int32':
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31
    case 'bool':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string'
    case 'array':
      return Array.isArray(value)
    default:
      return isMap(value)
  }
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

const labelValueCharacters = 63
const annotationsBytes = 256 * 1024

/** What is wrong with values of the right type; `before` is the object as it was, absent at creation. */
export function invalidValues(
  resource: Resource,
  object: JsonMap & { metadata: Metadata },
  before?: Workload,
): Cause[] {
  const causes: Cause[] = []
  const spec = (isMap(object.spec) ? object.spec : {}) as NonNullable<Workload['spec']>
  const numbers = Object.keys(specs[resource.kind] ?? {}).filter(field => specs[resource.kind]?.[field] === 'int32')
  for (const field of numbers) {
    const value = spec[field]
    if (typeof value === 'number' && value < 0)
      causes.push(bad(`spec.${field}`, value, 'must be greater than or equal to 0'))
  }
  for (const value of Object.values(object.metadata.labels ?? {}))
    if (value.length > labelValueCharacters)
      causes.push(bad('metadata.labels', value, `must be no more than ${labelValueCharacters} characters`))
  const annotations = Object.entries(object.metadata.annotations ?? {})
  if (annotations.reduce((bytes, [key, value]) => bytes + Buffer.byteLength(key + value), 0) > annotationsBytes)
    causes.push({
      reason: 'FieldValueTooLong',
      field: 'metadata.annotations',
      message: `Too long: must have at most ${annotationsBytes} bytes`,
    })

  if (!('selector' in (specs[resource.kind] ?? {}))) return causes
  if (before && !sameJson(spec.selector, before.spec?.selector))
    causes.push(bad('spec.selector', spec.selector, 'field is immutable'))
  const labels = spec.template?.metadata?.labels
  const changed = !before || !sameJson(labels, before.spec?.template?.metadata?.labels)
  if (changed && !selects(spec.selector, labels))
    causes.push(bad('spec.template.metadata.labels', labels ?? {}, '`selector` does not match template `labels`'))
  return causes
}

function bad(field: string, value: unknown, why: string): Cause {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` }
}
