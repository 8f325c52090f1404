// POST: a new object, with what the server gives it.
import { decoded } from './body.ts'
import type { Cluster } from './cluster.ts'
import { defaulted, demandValid, managed, type WriteOptions, type Written } from './commit.ts'
import { withoutNulls } from './json.ts'
import { lettersFor, uidFor } from './names.ts'
import { stamp, type Metadata } from './objects.ts'
import { apiVersionOf, namespaces } from './resources.ts'
import type { Route } from './route.ts'
import { alreadyExists, badRequest, invalid, namespaceTerminating, notFound } from './status.ts'
import { kept, shown } from './versions.ts'

export function createObject(cluster: Cluster, route: Route, body: string, options: WriteOptions): Written {
  const { resource, namespace } = route
  const { store } = cluster
  const target = resource.kept ?? resource
  const { object, warnings } = decoded(resource, body, options)
  const { generateName, namespace: own } = object.metadata
  const name =
    object.metadata.name ||
    (typeof generateName === 'string' ? `${generateName}${lettersFor(`${resource.name}/${store.version()}`, 5)}` : '')
  if (!name)
    throw invalid(resource.kind, resource.group, '', [
      {
        reason: 'FieldValueRequired',
        field: 'metadata.name',
        message: 'Required value: name or generateName is required',
      },
    ])
  if (namespace !== undefined) {
    if (own && own !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    const home = store.get(namespaces, undefined, namespace)
    if (!home) throw notFound(namespaces, namespace)
    if (home.metadata.deletionTimestamp) throw namespaceTerminating(resource, name, namespace)
  }
  if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created')
  if (store.get(target, namespace, name)) throw alreadyExists(resource, name)

  const at = cluster.cloud.now()
  const metadata: Metadata = {
    ...withoutNulls(object.metadata),
    name,
    namespace,
    uid: uidFor(`${resource.name}/${namespace}/${name}/${store.version()}`),
    creationTimestamp: stamp(at),
    resourceVersion: '',
    generation: target.generation && 1,
  }
  const plain = {
    ...defaulted(resource, kept(resource, withoutNulls(object))),
    apiVersion: apiVersionOf(target),
    kind: target.kind,
    metadata,
  }
  demandValid(resource, plain)
  const created = { ...plain, metadata: { ...metadata, managedFields: managed(undefined, options, target, at) } }
  if (options.dryRun) return { object: shown(resource, created), warnings }
  const stored = store.put(target, created)
  cluster.claim(stored)
  cluster.controllers.changed(stored, at)
  return { object: shown(resource, stored), warnings }
}
