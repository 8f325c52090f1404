// Who answers for a Service: its recorded Endpoints and EndpointSlices follow the pods of a workload that is driven here.
// Where none were recorded, none are made.
import { update, type ControlPlane } from './control-plane.ts'
import { isMap, sameJson, valueAt } from './json.ts'
import type { Pod, StoredObject, Workload } from './objects.ts'
import { isReady } from './pod-status.ts'
import { endpoints, endpointSlices, pods, services, type Resource } from './resources.ts'
import { selects } from './selectors.ts'
import type { Store } from './store.ts'

type Address = {
  ip: string
  nodeName?: string
  targetRef: { kind: 'Pod'; namespace?: string; name: string; uid: string }
}
type Found = { resource: Resource; object: StoredObject; service: StoredObject }

/** The Endpoints and EndpointSlices of the Services that select the workload's pods. */
export function endpointsOf(store: Store, workload: Workload): Found[] {
  const namespace = workload.metadata.namespace ?? ''
  const labels = workload.spec?.template?.metadata?.labels
  const found: Found[] = []
  for (const service of store.list(services, namespace)) {
    if (!labels || !selects(selectorOf(service), labels)) continue
    const object = store.get(endpoints, namespace, service.metadata.name)
    if (object) found.push({ resource: endpoints, object, service })
    for (const slice of store.list(endpointSlices, namespace))
      if (slice.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name)
        found.push({ resource: endpointSlices, object: slice, service })
  }
  return found
}

/** Writes who is ready now; what has not changed is left alone. */
export function publishEndpoints(plane: ControlPlane, workload: Workload): void {
  for (const { resource, object, service } of endpointsOf(plane.store, workload)) {
    const inNamespace = plane.store.list(pods, service.metadata.namespace ?? '') as readonly Pod[]
    const selected = inNamespace.filter(pod => selects(selectorOf(service), pod.metadata.labels))
    const answering = selected.filter(pod => pod.status?.podIP && !pod.metadata.deletionTimestamp)
    const told = resource === endpoints ? withSubsets(object, service, answering) : withEndpoints(object, answering)
    if (!sameJson(told, object)) update(plane, resource, told)
  }
}

function selectorOf(service: StoredObject): { matchLabels: Record<string, string> } | undefined {
  const selector = valueAt(service, 'spec.selector')
  return isMap(selector) ? { matchLabels: selector as Record<string, string> } : undefined
}

function withSubsets(object: StoredObject, service: StoredObject, answering: Pod[]): StoredObject {
  const addresses = answering.filter(isReady).map(addressOf)
  const notReadyAddresses = answering.filter(pod => !isReady(pod)).map(addressOf)
  const before = Array.isArray(object.subsets) ? object.subsets.find(isMap) : undefined
  const subset = {
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ports: before?.ports ?? portsOf(service),
  }
  return { ...object, subsets: answering.length > 0 ? [subset] : [] }
}

function withEndpoints(object: StoredObject, answering: Pod[]): StoredObject {
  const listed = answering.map(pod => {
    const { ip, ...rest } = addressOf(pod)
    const ready = isReady(pod)
    return { addresses: [ip], conditions: { ready, serving: ready, terminating: false }, ...rest }
  })
  return { ...object, endpoints: listed }
}

function addressOf({ metadata, spec, status }: Pod): Address {
  const { namespace, name, uid } = metadata
  return { ip: status?.podIP ?? '', nodeName: spec?.nodeName, targetRef: { kind: 'Pod', namespace, name, uid } }
}

/** Of a Service without pods until now: its target ports, as far as they are numbers. */
function portsOf(service: StoredObject): unknown[] {
  const ports = valueAt(service, 'spec.ports')
  return (Array.isArray(ports) ? ports : []).map(({ name, port, targetPort, protocol = 'TCP' }) => ({
    name,
    port: typeof targetPort === 'number' ? targetPort : port,
    protocol,
  }))
}
