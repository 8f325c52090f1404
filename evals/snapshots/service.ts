// Services, and the slices and endpoints that follow from them and the pods they select.
import type { Millis } from '../../simulator/recording.ts'
import type { Labels, Pod, Service, Thing } from './kinds.ts'
import { isReady } from './pod.ts'
import { add, digest, metadataOf, next, remove, stamp, type World } from './world.ts'

export type ServiceText = {
  namespace: string
  name: string
  /** Service port to the pods' port, by number or name; named where there is a name. */
  ports: { name?: string; port: number; target: number | string }[]
  selector?: Labels
  headless?: boolean
  /** Headless ones that name pods before they are ready. */
  early?: boolean
  type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  externalName?: string
  labels?: Labels
  created?: Millis
}

/** What every pod asks for names. */
const NAME_SERVER = '172.20.0.10'

export function serviceOf(world: World, text: ServiceText): Service {
  const { namespace, name, ports, selector, headless = false, type = 'ClusterIP' } = text
  const { created = world.at - 40 * 86_400_000 } = text
  const address = headless
    ? 'None'
    : name === 'kube-dns'
      ? NAME_SERVER
      : `172.20.${next(world, 'cluster addresses')}.${17 + name.length * 3}`
  const outside = type === 'NodePort' || type === 'LoadBalancer'
  return add<Service>(world, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(world, 'Service', namespace, name, { created, labels: text.labels ?? { ...selector } }),
    spec: {
      type,
      ...(type === 'ExternalName'
        ? { externalName: text.externalName }
        : { clusterIP: address, clusterIPs: [address], ipFamilies: ['IPv4'], internalTrafficPolicy: 'Cluster' }),
      ...(selector && { selector }),
      ...(text.early && { publishNotReadyAddresses: true }),
      sessionAffinity: 'None',
      ports: ports.map(({ name: port, port: number, target }) => ({
        ...(port !== undefined && { name: port }),
        port: number,
        targetPort: target,
        protocol: 'TCP',
        ...(outside && { nodePort: 30_000 + ((number * 7) % 2_700) }),
      })),
    },
    status: {
      loadBalancer:
        type === 'LoadBalancer' ? { ingress: [{ hostname: `${digest(name).slice(0, 12)}.lb.cloud.example` }] } : {},
    },
  })
}

/** What the endpoint controllers keep for every Service with a selector, from the pods as they are. */
export function settleEndpoints(world: World): void {
  remove(world, ...world.objects.filter(({ kind, metadata }) => isManaged(kind, metadata.labels)))
  const services = world.objects.filter(({ kind }) => kind === 'Service') as Service[]
  for (const service of services) if (service.spec.selector) settleOne(world, service, service.spec.selector)
}

function settleOne(world: World, service: Service, selector: Labels): void {
  const { namespace, name } = service.metadata
  const created = Date.parse(service.metadata.creationTimestamp)
  const early = service.spec.publishNotReadyAddresses === true
  const pods = (world.objects.filter(({ kind }) => kind === 'Pod') as Pod[]).filter(
    pod =>
      pod.metadata.namespace === namespace &&
      pod.status.podIP !== undefined &&
      pod.status.phase !== 'Failed' &&
      pod.status.phase !== 'Succeeded' &&
      Object.entries(selector).every(([key, value]) => pod.metadata.labels[key] === value),
  )
  const ports = service.spec.ports.flatMap(port => {
    const numbers = pods.map(pod => portOf(pod, port.targetPort)).filter(number => number !== undefined)
    const named = port.name === undefined ? {} : { name: port.name }
    return numbers.length === 0 && pods.length > 0 ? [] : [{ ...named, port: numbers[0] ?? port.port, protocol: 'TCP' }]
  })
  const endpoints = pods.map(pod => {
    const stopping = pod.metadata.deletionTimestamp !== undefined
    const serving = pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
    return {
      addresses: [pod.status.podIP],
      conditions: { ready: (early || serving) && !stopping, serving, terminating: stopping },
      nodeName: pod.spec.nodeName,
      targetRef: { kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    }
  })
  const managed = { ...service.metadata.labels }
  add(world, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: metadataOf(world, 'EndpointSlice', namespace, `${name}-${digest(`${namespace}${name}`).slice(0, 5)}`, {
      created,
      labels: {
        ...managed,
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': stamp(world.at - 600_000) },
      owner: service,
    }),
    addressType: 'IPv4',
    endpoints,
    ports: pods.length === 0 ? null : ports,
  } satisfies Thing)
  const reference = (pod: Pod) => ({
    ip: pod.status.podIP,
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
  })
  const ready = pods.filter(pod => early || isReady(pod))
  const others = pods.filter(pod => !ready.includes(pod) && pod.metadata.deletionTimestamp === undefined)
  const subset = {
    ...(ready.length > 0 && { addresses: ready.map(reference) }),
    ...(others.length > 0 && { notReadyAddresses: others.map(reference) }),
    ports,
  }
  add(world, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: metadataOf(world, 'Endpoints', namespace, name, {
      created,
      labels: { ...managed, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
    }),
    ...(ports.length > 0 && ready.length + others.length > 0 && { subsets: [subset] }),
  } satisfies Thing)
}

/** A pod's number for a Service's target port; undefined where it has no port of that name. */
function portOf({ spec }: Pod, target: number | string): number | undefined {
  if (typeof target === 'number') return target
  const ports = spec.containers.flatMap(({ ports: its = [] }) => its)
  return ports.find(({ name }) => name === target)?.containerPort
}

function isManaged(kind: string, labels: Labels): boolean {
  if (kind === 'EndpointSlice')
    return labels['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io'
  return kind === 'Endpoints' && labels['endpoints.kubernetes.io/managed-by'] !== undefined
}
