// What every change of an object goes through: its guard, its values, its generation; no-ops and dry runs end here.
// What follows from a change is the controllers' business.
import type { WrittenObject } from './body.ts'
import type { Cluster } from './cluster.ts'
import { invalidValues } from './fields.ts'
import { isMap, sameJson, withoutNulls, type JsonMap } from './json.ts'
import { stamp, type StoredObject, type Workload } from './objects.ts'
import { apiVersionOf, events, pods, type Resource } from './resources.ts'
import type { Route } from './route.ts'
import { badRequest, garbageVersion, invalid, modified, notFound } from './status.ts'
import { kept } from './versions.ts'

export type WriteOptions = {
  dryRun: boolean
  /** Unknown fields are an error instead of a warning. */
  strict: boolean
  fieldManager: string
}

/** What the client hears: the object as it is now, or would be; and warnings. */
export type Written = { object: unknown; warnings: string[] }

export function existing({ store }: Cluster, { resource, namespace, name = '' }: Route): StoredObject {
  const current = store.get(resource.kept ?? resource, namespace, name)
  if (!current) throw notFound(resource, name)
  return current
}

/**
 * Keeps what a client made of an object, answers it as kept (or as it would be). `written` speaks the version of `resource`.
 * Status, generation, uid and times are the server's; the same content again is no write at all.
 */
export function commit(
  cluster: Cluster,
  resource: Resource,
  current: StoredObject,
  written: WrittenObject,
  options: WriteOptions & { subresource?: string },
): StoredObject {
  const target = resource.kept ?? resource
  const { name, resourceVersion } = current.metadata
  demandCurrent(resource, name, written.metadata.resourceVersion, resourceVersion)
  if (written.metadata.name !== name)
    throw badRequest(`the name of the object (${written.metadata.name}) does not match the name on the URL (${name})`)

  const { namespace, uid, creationTimestamp, generation, deletionTimestamp, managedFields } = current.metadata
  const fixed = {
    name,
    namespace,
    uid,
    creationTimestamp,
    generation,
    deletionTimestamp,
    managedFields,
    resourceVersion,
  }
  const next: StoredObject = {
    ...defaulted(resource, kept(resource, withoutNulls(written))),
    apiVersion: apiVersionOf(target),
    kind: target.kind,
    metadata: { ...withoutNulls(written.metadata), ...fixed },
    status: current.status,
  }
  demandValid(resource, next, current)
  if (sameJson(next, current)) return current

  const at = cluster.cloud.now()
  next.metadata.managedFields = managed(current, options, target, at)
  if (countsAsGeneration(target, current, next)) next.metadata.generation = (generation ?? 1) + 1
  if (options.dryRun) return next
  cluster.claim(current)
  if (deletionTimestamp && !next.metadata.finalizers?.length && target !== pods) {
    cluster.controllers.remove(target, next, at)
    return next
  }
  const stored = cluster.store.put(target, next)
  cluster.controllers.changed(stored, at)
  return stored
}

/** The guard of merge patches and updates. Without a version, or with "0", none was asked for. */
export function demandCurrent(resource: Resource, name: string, asked: string | undefined, current: string): void {
  if (asked === undefined || asked === '' || asked === '0' || asked === current) return
  throw /^\d+$/.test(asked) ? modified(resource, name) : garbageVersion(asked)
}

function countsAsGeneration(resource: Resource, before: StoredObject, after: StoredObject): boolean {
  if (!resource.generation) return false
  if (!sameJson(before.spec, after.spec)) return true
  return (
    resource.generation === 'spec or annotations' && !sameJson(before.metadata.annotations, after.metadata.annotations)
  )
}

/** Throws 422 with all causes. */
export function demandValid(resource: Resource, object: StoredObject, before?: StoredObject): void {
  const causes = invalidValues(resource, object, before as Workload | undefined)
  const about = object.involvedObject
  if (
    (resource.kept ?? resource) === events &&
    isMap(about) &&
    (about.namespace ?? '') !== (object.metadata.namespace ?? '')
  )
    causes.push({
      reason: 'FieldValueInvalid',
      field: 'involvedObject.namespace',
      message: `Invalid value: ${JSON.stringify(about.namespace ?? '')}: does not match event.namespace`,
    })
  if (causes.length > 0) throw invalid(resource.kind, resource.group, object.metadata.name, causes)
}

/** The one default that matters here: a workload whose number of replicas is left out has one. */
export function defaulted(resource: Resource, object: JsonMap): JsonMap {
  if (!resource.subresources?.includes('scale') || !isMap(object.spec)) return object
  return { ...object, spec: { ...object.spec, replicas: object.spec.replicas ?? 1 } }
}

type Manager = { manager: string; operation: string; subresource?: string; [field: string]: unknown }

/** The record of who wrote, with this write in it. */
export function managed(
  before: StoredObject | undefined,
  { fieldManager, subresource }: WriteOptions & { subresource?: string },
  resource: Resource,
  at: number,
): Manager[] {
  const all = (before?.metadata.managedFields ?? []) as Manager[]
  const others = all.filter(({ manager, subresource: below }) => manager !== fieldManager || below !== subresource)
  const fields = { apiVersion: apiVersionOf(resource), time: stamp(at), fieldsType: 'FieldsV1', fieldsV1: {} }
  return [...others, { manager: fieldManager, operation: 'Update', ...fields, ...(subresource && { subresource }) }]
}
