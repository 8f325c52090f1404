// The cluster as one look found it, with the questions everything here asks of it: whose pod is this, is it well.
// Pure; reading it from the API server is look.ts.
import type { Entity, Millis, Missing } from '#incident/signal.ts'
import { entityOf as entityNamedBy, NOBODY, ownerOf as ownerByName } from '../entity.ts'
import { complaintsIn } from './complaints.ts'
import type { Complaint } from './complaints.ts'
import type { LogGroup } from './pod-logs.ts'
import { availableReplicas, hasRestarted, isDone, isReady, wantedReplicas } from './readiness.ts'
import { WORKLOAD_KINDS } from './schema.ts'
import type { Custom } from './custom-resources.ts'
import type {
  ApiService,
  Autoscaler,
  Claim,
  ConfigMap,
  DisruptionBudget,
  Ingress,
  IngressClass,
  Job,
  KubernetesEvent,
  Namespace,
  NetworkPolicy,
  Node,
  PodMetrics,
  Quota,
  ReplicaSet,
  Service,
  WebhookConfiguration,
  Workload,
} from './schema.ts'
import type { Pod } from './pod-schema.ts'

export type Objects = {
  pods: Pod[]
  workloads: Workload[]
  replicaSets: ReplicaSet[]
  services: Service[]
  nodes: Node[]
  namespaces: Namespace[]
  ingresses: Ingress[]
  events: KubernetesEvent[]
  claims: Claim[]
  quotas: Quota[]
  autoscalers: Autoscaler[]
  metrics: PodMetrics[]
  logs: LogGroup[]
  /** What the same logs said in the quarter of an hour before. */
  earlier: LogGroup[]
} & Explaining

/** What only explains a symptom: listed where there is one, else empty (look-further.ts). */
export type Explaining = {
  jobs: Job[]
  networkPolicies: NetworkPolicy[]
  budgets: DisruptionBudget[]
  webhooks: WebhookConfiguration[]
  apiServices: ApiService[]
  ingressClasses: IngressClass[]
  customs: Custom[]
  configMaps: ConfigMap[]
}

/** Names one object; `namespace` is absent for what stands in none. */
export type Reference = { kind: string; namespace?: string; name: string }

export type View = Objects & {
  at: Millis
  cluster?: string
  missing: Missing[]
  /** Some of it is of a while ago: it says what was wrong, and not who is well now. */
  isStale: boolean
  /** The workload a pod belongs to; the pod itself where it has none. */
  ownerOf(pod: Pod): Reference
  /** What an event is about, lifted to its workload where it has one. */
  subjectOf(event: KubernetesEvent): Reference
  workload(reference: Reference): Workload | undefined
  pod(namespace: string | undefined, name: string): Pod | undefined
  podsOf(reference: Reference): Pod[]
  replicaSetsOf(reference: Reference): ReplicaSet[]
  service(namespace: string | undefined, name: string): Service | undefined
  /** Pods a service or a budget selects; none for an empty selector. */
  selected(namespace: string | undefined, selector: Record<string, string>): Pod[]
  serviceAt(clusterIP: string): Service | undefined
  /** The pod with this address; undefined where several have it: those of the network of their node. */
  podAt(address: string): Pod | undefined
  /** A service that sends to the pod. */
  serviceOf(pod: Pod): Service | undefined
  eventsOf(reference: Reference): KubernetesEvent[]
  /** Lines of trouble in the logs of its pods. */
  logsOf(reference: Reference): LogGroup[]
  /** Those of the quarter of an hour before. */
  earlierOf(reference: Reference): LogGroup[]
  /** What workloads say in their logs of whom they cannot reach. */
  complaints(): readonly Complaint[]
  isHealthy(reference: Reference): boolean
  entityOf(reference: Reference): Entity
}

export function createView(
  at: Millis,
  objects: Objects,
  more: { cluster?: string; missing?: Missing[]; isStale?: boolean } = {},
): View {
  const workloads = new Map(objects.workloads.map(each => [keyOf(referenceOf(each)), each]))
  const replicaSets = new Map(objects.replicaSets.map(each => [path(each.metadata), each]))
  const pods = new Map(objects.pods.map(pod => [path(pod.metadata), pod]))
  const owners = new Map<Pod, Reference>()
  const podsByOwner = Map.groupBy(objects.pods, pod => keyOf(ownerOf(pod)))
  const podsByLabel = new Map<string, Map<string, Pod[]>>()
  const replicaSetsByOwner = Map.groupBy(objects.replicaSets, each => keyOf(ownerOfReplicaSet(each.metadata)))
  const services = new Map(objects.services.map(each => [path(each.metadata), each]))
  const eventsBySubject = Map.groupBy(objects.events, event => keyOf(subjectOf(event)))
  const health = new Map<string, boolean>()
  const serviceNames = new Map<string, string>()
  const addresses = new Map(objects.services.map(each => [each.spec?.clusterIP, each]))
  let podsByAddress: Map<string, Pod[]> | undefined
  let servicesByNamespace: Map<string | undefined, Service[]> | undefined
  let complaints: Complaint[] | undefined
  let logsByOwner: Map<string, LogGroup[]> | undefined
  let earlierByOwner: Map<string, LogGroup[]> | undefined

  return {
    ...objects,
    at,
    missing: more.missing ?? [],
    isStale: more.isStale ?? false,
    ...(more.cluster && { cluster: more.cluster }),
    ownerOf,
    subjectOf,
    workload: reference => workloads.get(keyOf(reference)),
    pod: (namespace, name) => pods.get(path({ namespace, name })),
    podsOf: reference => podsByOwner.get(keyOf(reference)) ?? [],
    replicaSetsOf: reference => replicaSetsByOwner.get(keyOf(reference)) ?? [],
    service,
    serviceAt,
    podAt,
    serviceOf,
    selected,
    logsOf(reference) {
      logsByOwner ??= Map.groupBy(objects.logs, ({ pod }) => keyOf(ownerOf(pod)))
      return logsByOwner.get(keyOf(reference)) ?? []
    },
    earlierOf(reference) {
      earlierByOwner ??= Map.groupBy(objects.earlier, ({ pod }) => keyOf(ownerOf(pod)))
      return earlierByOwner.get(keyOf(reference)) ?? []
    },
    complaints() {
      complaints ??= complaintsIn(objects.logs, { ownerOf, service, serviceAt, podAt, serviceOf })
      return complaints
    },
    eventsOf: reference => eventsBySubject.get(keyOf(reference)) ?? [],
    isHealthy(reference) {
      const key = keyOf(reference)
      const known = health.get(key) ?? judge(reference)
      health.set(key, known)
      return known
    },
    entityOf,
  }

  function service(namespace: string | undefined, name: string): Service | undefined {
    return services.get(path({ namespace, name }))
  }

  function serviceAt(clusterIP: string): Service | undefined {
    return addresses.get(clusterIP)
  }

  function podAt(address: string): Pod | undefined {
    podsByAddress ??= Map.groupBy(
      objects.pods.filter(pod => !isDone(pod)),
      ({ status }) => status?.podIP ?? '',
    )
    const [only, ...others] = podsByAddress.get(address) ?? []
    return others.length === 0 ? only : undefined
  }

  function serviceOf(pod: Pod): Service | undefined {
    servicesByNamespace ??= Map.groupBy(objects.services, ({ metadata }) => metadata.namespace)
    return servicesByNamespace.get(pod.metadata.namespace)?.find(({ spec }) => {
      const wanted = Object.entries(spec?.selector ?? {})
      return wanted.length > 0 && wanted.every(([label, value]) => pod.metadata.labels[label] === value)
    })
  }

  function ownerOf(pod: Pod): Reference {
    const known = owners.get(pod) ?? findOwner(pod)
    owners.set(pod, known)
    return known
  }

  function findOwner(pod: Pod): Reference {
    const { namespace, name } = pod.metadata
    const owner = controllerOf(pod.metadata.ownerReferences)
    if (!owner) return { kind: 'Pod', namespace, name }
    if (owner.kind === 'Node') return owner // static pods: what the node's own kubelet runs
    if (owner.kind === 'Job') return ownerOfJob({ namespace, name: owner.name })
    return owner.kind === 'ReplicaSet' ? ownerOfReplicaSet({ namespace, name: owner.name }) : { ...owner, namespace }
  }

  function ownerOfReplicaSet({ namespace, name }: { namespace?: string; name: string }): Reference {
    const known = replicaSets.get(path({ namespace, name }))
    const owner = known && controllerOf(known.metadata.ownerReferences)
    if (owner) return { ...owner, namespace }
    return known ? { kind: 'ReplicaSet', namespace, name } : { kind: 'Deployment', namespace, name: withoutHash(name) }
  }

  function subjectOf(event: KubernetesEvent): Reference {
    const { kind = '', name = '' } = event.involvedObject
    const namespace = event.involvedObject.namespace ?? (kind === 'Node' ? undefined : event.metadata.namespace)
    if (kind === 'ReplicaSet') return ownerOfReplicaSet({ namespace, name })
    if (kind === 'Job') return ownerOfJob({ namespace, name })
    if (kind !== 'Pod') return { kind, namespace, name }
    const pod = pods.get(path({ namespace, name }))
    return pod ? ownerOf(pod) : ownerOfGonePod(namespace, name)
  }

  /** A pod that is gone still says in its name whose it was. */
  function ownerOfGonePod(namespace: string | undefined, name: string): Reference {
    const owner = ownerByName(name)
    const kind = WORKLOAD_KINDS.find(each => workloads.has(keyOf({ kind: each, namespace, name: owner })))
    if (kind) return { kind, namespace, name: owner }
    return owner === name ? { kind: 'Pod', namespace, name } : { kind: 'Deployment', namespace, name: owner }
  }

  function selected(namespace: string | undefined, selector: Record<string, string>): Pod[] {
    const wanted = Object.entries(selector)
    const candidates = wanted.map(([label, value]) => labelled(label).get(path({ namespace, name: value })) ?? [])
    const [rarest = []] = candidates.sort((a, b) => a.length - b.length)
    return rarest.filter(pod => wanted.every(([label, value]) => pod.metadata.labels[label] === value))
  }

  /** By namespace and value, for the few labels that something selects by; a selector then looks only at its rarest pair. */
  function labelled(label: string): Map<string, Pod[]> {
    const known = podsByLabel.get(label)
    if (known) return known
    const having = objects.pods.filter(({ metadata }) => metadata.labels[label] !== undefined)
    const found = Map.groupBy(having, ({ metadata }) =>
      path({ namespace: metadata.namespace, name: metadata.labels[label] ?? '' }),
    )
    podsByLabel.set(label, found)
    return found
  }

  /** As much is available as was asked for, and no pod of it that stays is unready or has restarted lately. */
  function judge(reference: Reference): boolean {
    if (reference.kind === 'Node') return false // its static pods say nothing about it
    const all = podsByOwner.get(keyOf(reference)) ?? []
    if (reference.kind === 'Job' || reference.kind === 'CronJob') return isWellJob(all)
    const own = all.filter(pod => !isDone(pod) && pod.metadata.deletionTimestamp === undefined)
    const workload = workloads.get(keyOf(reference))
    if (workload) {
      const wanted = wantedReplicas(workload)
      if (wanted === 0 || availableReplicas(workload) < wanted) return false
    } else if (own.length === 0) return false
    return own.every(pod => isReady(pod) && !hasRestarted(pod, at))
  }

  function entityOf(reference: Reference): Entity {
    return {
      ...(more.cluster && { cluster: more.cluster }),
      ...(reference.namespace && { namespace: reference.namespace }),
      kind: reference.kind,
      name: reference.name,
      service: serviceName(reference),
    }
  }

  function serviceName(reference: Reference): string {
    const key = keyOf(reference)
    const known = serviceNames.get(key) ?? findServiceName(reference)
    serviceNames.set(key, known)
    return known
  }

  function findServiceName(reference: Reference): string {
    if (reference.kind === 'Pod') {
      const pod = pods.get(path(reference))
      if (!pod) return ownerOfGonePod(reference.namespace, reference.name).name
      const owner = ownerOf(pod)
      return namedService(pod.metadata.labels) ?? (owner.kind === 'Pod' ? owner.name : serviceName(owner))
    }
    if (reference.kind === 'Service') {
      const known = services.get(path(reference))
      const [pod] = selected(reference.namespace, known?.spec?.selector ?? {})
      if (pod) return serviceName({ kind: 'Pod', ...pod.metadata })
      return (known && namedService(known.spec?.selector ?? {})) ?? reference.name
    }
    const workload = workloads.get(keyOf(reference))
    const labels = { ...workload?.metadata.labels, ...workload?.spec?.template?.metadata?.labels }
    return namedService(labels) ?? reference.name
  }
}

/** By the labels that name a service for every source; undefined where none does. */
function namedService(labels: Record<string, string>): string | undefined {
  const { service } = entityNamedBy(labels)
  return service === NOBODY ? undefined : service
}

export function keyOf({ kind, namespace, name }: Reference): string {
  return `${kind}/${namespace ?? ''}/${name}`
}

/** As people write it: `shop/checkout`, and a node by its name alone. */
export function named({ namespace, name }: { namespace?: string; name: string }): string {
  return namespace ? `${namespace}/${name}` : name
}

export function referenceOf(workload: Workload): Reference {
  return { kind: workload.kind, namespace: workload.metadata.namespace, name: workload.metadata.name }
}

export function podReference({ metadata }: Pod): Reference {
  return { kind: 'Pod', namespace: metadata.namespace, name: metadata.name }
}

function path({ namespace, name }: { namespace?: string; name: string }): string {
  return `${namespace ?? ''}/${name}`
}

/** backup-28391234 is the run of the cron job backup at that minute since 1970: each night another job, and one thing to people. */
export function ownerOfJob({ namespace, name }: { namespace?: string; name: string }): Reference {
  const cronJob = /^(.{1,52})-\d{8,9}$/.exec(name)?.[1]
  return cronJob ? { kind: 'CronJob', namespace, name: cronJob } : { kind: 'Job', namespace, name }
}

/** The last of its pods that has ended did so well: what failed before it was tried again. */
function isWellJob(pods: Pod[]): boolean {
  const ended = pods.filter(isDone)
  const last = ended.toSorted((a, b) => (b.metadata.creationTimestamp ?? 0) - (a.metadata.creationTimestamp ?? 0))[0]
  return last?.status?.phase === 'Succeeded'
}

function controllerOf(owners: Pod['metadata']['ownerReferences']): { kind: string; name: string } | undefined {
  const owner = owners.find(each => each.controller) ?? owners[0]
  return owner && { kind: owner.kind, name: owner.name }
}

/** checkout-7f9dd8b6c4 -> checkout */
function withoutHash(name: string): string {
  return name.replace(/-[a-z0-9]{6,10}$/, '')
}
