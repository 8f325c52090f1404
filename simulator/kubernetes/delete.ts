// DELETE: a pod stops, an object with finalizers waits for them, anything else goes and what it owned goes with it.
import { parsed } from './body.ts'
import type { Cluster } from './cluster.ts'
import { existing, type WriteOptions, type Written } from './commit.ts'
import { isMap } from './json.ts'
import { stamp } from './objects.ts'
import { pods } from './resources.ts'
import type { Route } from './route.ts'
import { conflict } from './status.ts'
import { shown } from './versions.ts'

/** The object as it went, or a Status that says it is gone. */
export function deleteObject(cluster: Cluster, route: Route, body: string, options: WriteOptions): Written {
  const { resource, name = '' } = route
  const current = existing(cluster, route)
  const asked = body === '' ? {} : parsed(body)
  const { uid, resourceVersion } = isMap(asked.preconditions) ? asked.preconditions : {}
  if (uid !== undefined && uid !== current.metadata.uid)
    throw conflict(
      resource,
      name,
      `the UID in the precondition (${String(uid)}) does not match the UID in record (${current.metadata.uid}). The object might have been deleted and then recreated`,
    )
  if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion)
    throw conflict(
      resource,
      name,
      `the ResourceVersion in the precondition (${String(resourceVersion)}) does not match the ResourceVersion in record (${current.metadata.resourceVersion}). The object might have been modified`,
    )
  const details = { name, group: resource.group || undefined, kind: resource.name, uid: current.metadata.uid }
  const gone = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
  const dry = options.dryRun || (Array.isArray(asked.dryRun) && asked.dryRun.includes('All'))
  if (dry) return { object: resource === pods ? current : gone, warnings: [] }

  const at = cluster.cloud.now()
  const target = resource.kept ?? resource
  const held = (current.metadata.finalizers?.length ?? 0) > 0
  if (current.metadata.deletionTimestamp) return { object: shown(resource, current), warnings: [] }
  cluster.claim(current)
  if (held) {
    const generation = target.generation && (current.metadata.generation ?? 1) + 1
    const metadata = { ...current.metadata, generation, deletionTimestamp: stamp(at), deletionGracePeriodSeconds: 0 }
    return { object: shown(resource, cluster.store.put(target, { ...current, metadata })), warnings: [] }
  }
  cluster.controllers.remove(target, current, at)
  const stopping = cluster.store.get(target, route.namespace, name)
  return { object: stopping ? shown(resource, stopping) : gone, warnings: [] }
}
