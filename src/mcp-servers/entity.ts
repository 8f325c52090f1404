// Whom labels are about: labels of a series, a log stream or an alert, dimensions of a metric. One rule for every source, so that
// two sources that see the same service call it by the same name.
import type { Entity } from '#incident/signal.ts'

/** Nobody is named: honest, and never the name of a real service. */
export const NOBODY = 'unknown'

/**
 * The entity that `labels` name. Service: the first present of SERVICE; then the pod's owner, read from the pod's name;
 * then the scrape job; then the host; then the namespace.
 * entityOf({ namespace: 'shop', pod: 'cart-5f6585d649-fnmft' })
 *   // { namespace: 'shop', kind: 'Pod', name: 'cart-5f6585d649-fnmft', service: 'cart' }
 */
export function entityOf(labels: Readonly<Record<string, string>>): Entity {
  const value = valuesByName(labels)
  const pod = first(value, POD)
  const host = hostOf(first(value, HOST))
  const namespace = first(value, NAMESPACE)
  const named = first(value, SERVICE) ?? (pod && ownerOf(pod)) ?? value.get('job') ?? host
  const entity: Entity = { service: named ?? namespace ?? NOBODY }
  const cluster = first(value, CLUSTER)
  if (cluster) entity.cluster = cluster
  if (namespace) entity.namespace = namespace
  if (!named && namespace) return { ...entity, kind: 'Namespace', name: namespace }
  return { ...entity, ...objectOf(value, pod, host, entity.service) }
}

/**
 * The workload whose pod this is, by how Kubernetes names pods: Deployments add a hash of the template and five characters,
 * StatefulSets a number, DaemonSets five characters.
 */
export function ownerOf(pod: string): string {
  const [, deployment] = /^(.{1,200}?)-(?=[a-z]{0,9}\d)[a-z0-9]{6,10}-[a-z0-9]{5}$/.exec(pod) ?? []
  const [, statefulSet] = /^(.{1,200})-\d{1,4}$/.exec(pod) ?? []
  const [, daemonSet] = /^(.{1,200})-(?=[a-z]{0,4}\d)[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(pod) ?? []
  return deployment ?? statefulSet ?? daemonSet ?? pod
}

// Names as people write them, without case, dots, dashes and underscores: app.kubernetes.io/name, app_kubernetes_io_name.
const SERVICE = [
  'service',
  'servicename',
  'app',
  'appkubernetesioname',
  'workload',
  'workloadname',
  'deployment',
  'kubedeployment', // Datadog's names for Kubernetes tags begin with kube_
  'k8sdeploymentname', // OpenTelemetry's
  'statefulset',
  'daemonset',
  'microservice',
]
const POD = ['pod', 'podname', 'kubepod', 'k8spodname']
const HOST = ['node', 'nodename', 'k8snodename', 'host', 'hostname', 'instance']
const NAMESPACE = ['namespace', 'kubenamespace', 'k8snamespacename']
const CLUSTER = ['cluster', 'clustername', 'k8sclustername']
const OBJECTS = [
  ['Deployment', ['deployment', 'kubedeployment', 'k8sdeploymentname']],
  ['StatefulSet', ['statefulset', 'kubestatefulset']],
  ['DaemonSet', ['daemonset', 'kubedaemonset']],
] as const

function objectOf(
  value: ReadonlyMap<string, string>,
  pod: string | undefined,
  host: string | undefined,
  service: string,
): Pick<Entity, 'kind' | 'name'> {
  if (pod) return { kind: 'Pod', name: pod }
  for (const [kind, names] of OBJECTS) {
    const name = first(value, names)
    if (name) return { kind, name }
  }
  const workload = first(value, ['workload', 'workloadname'])
  const kind = OBJECTS.find(([each]) => each.toLowerCase() === value.get('workloadtype')?.toLowerCase())?.[0]
  if (workload && kind) return { kind, name: workload }
  return host === service && host !== undefined ? { kind: 'Node', name: host } : {}
}

function valuesByName(labels: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const byName = new Map<string, string>()
  for (const [name, value] of Object.entries(labels)) {
    const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
    if (value !== '' && !byName.has(plain)) byName.set(plain, value)
  }
  return byName
}

function first(value: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = value.get(name)
    if (found) return found
  }
  return undefined
}

/** Without the port that Prometheus adds to an instance. */
function hostOf(address: string | undefined): string | undefined {
  return address?.replace(/:\d{1,5}$/, '')
}
