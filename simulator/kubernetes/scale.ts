// The scale subresource: a workload's number of replicas as an object of its own, without generation or annotations.
import type { Cluster } from './cluster.ts'
import { wrongType } from './fields.ts'
import { isMap, type JsonMap } from './json.ts'
import type { Metadata, Workload } from './objects.ts'
import { patched } from './patch.ts'
import type { Route } from './route.ts'
import { selectorText } from './selectors.ts'
import { badRequest, conflict, invalid, invalidPatch } from './status.ts'
import { commit, demandCurrent, existing, type WriteOptions } from './commit.ts'

export function readScale(cluster: Cluster, route: Route): JsonMap {
  return scaleOf(existing(cluster, route))
}

/** A PATCH with that content type, or a PUT without one; answers the Scale as it is then. */
export function writeScale(
  cluster: Cluster,
  route: Route,
  contentType: string | undefined,
  body: string,
  options: WriteOptions,
): JsonMap {
  const { resource, name = '' } = route
  const workload: Workload = existing(cluster, route)
  const result = contentType === undefined ? parsed(body) : patched(contentType, scaleOf(workload), body)
  const type = wrongType('Scale', result)
  if (type !== undefined || !isMap(result)) throw invalidPatch(result, type ?? 'not an object')

  const { uid, resourceVersion } = result.metadata as Partial<Metadata>
  if (uid !== undefined && uid !== workload.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${workload.metadata.uid}`
    throw conflict(resource, name, why, `${resource.name}/scale`)
  }
  demandCurrent(resource, name, resourceVersion, workload.metadata.resourceVersion)
  const replicas = isMap(result.spec) ? Number(result.spec.replicas ?? 0) : 0
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`
    throw invalid('Scale', 'autoscaling', name, [{ reason: 'FieldValueInvalid', field: 'spec.replicas', message }])
  }
  const scaled = { ...workload, spec: { ...workload.spec, replicas } }
  return scaleOf(commit(cluster, resource, workload, scaled, { ...options, subresource: 'scale' }))
}

/** At 0 replicas the number is left out, as Go leaves out zeros. */
function scaleOf({ metadata, spec, status }: Workload): JsonMap {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const replicas = spec?.replicas ?? 1
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: status?.replicas ?? 0, selector: selectorText(spec?.selector) },
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw badRequest(`error decoding Scale: ${(error as Error).message}`)
  }
}
