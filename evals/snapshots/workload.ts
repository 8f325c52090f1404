// Workloads: what a person wrote, and what the controllers made of it. Here all is well; statuses are filled in by
// settle.ts, from the pods.
import type { Millis } from '../../simulator/recording.ts'
import { boundClaim } from './claim.ts'
import type {
  Container,
  Labels,
  Node,
  Pod,
  PodSpec,
  Probe,
  Quantities,
  Scaled,
  Template,
  Thing,
  Variable,
} from './kinds.ts'
import type { Language } from './language.ts'
import { nodesOf } from './node.ts'
import { fits, pod } from './pod.ts'
import { serviceOf, type ServiceText } from './service.ts'
import { add, between, DAY, digest, metadataOf, owns, suffix, type World } from './world.ts'

/** A call of another workload: the variable that holds its address. */
export type Call = { to: string; variable: string; address: string }

export type WorkloadText = {
  kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet'
  namespace: string
  name: string
  /** The selector's; `more` are on the pods besides. */
  labels: Labels
  more?: Labels
  image: string
  language: Language
  replicas?: number
  /** e.g. { http: 8080 }; a name that begins with a digit or is empty is no name */
  ports?: Record<string, number>
  calls?: Call[]
  variables?: Variable[]
  container?: Partial<Container>
  sidecars?: Container[]
  inits?: Container[]
  spec?: Partial<PodSpec>
  annotations?: Labels
  requests?: Quantities
  limits?: Quantities
  probe?: string | false // the path that says whether it is ready
  claims?: { name: string; size: string; storageClass: string; mountPath: string }[]
  service?: Omit<ServiceText, 'namespace' | 'selector'>
  strategy?: 'RollingUpdate' | 'Recreate'
  /** Owner of the workload, where an operator made it. */
  owner?: Thing
  ageDays?: number
}

export type Workload = {
  text: WorkloadText
  object: Scaled
  /** What its pods are made from now: of a Deployment the newest ReplicaSet. */
  set: Thing
}

export function workload(world: World, text: WorkloadText): Workload {
  const { kind = 'Deployment', namespace, name, replicas = 1, ageDays = between(world, 20, 90) } = text
  const created = world.at - ageDays * DAY
  const labels = { ...text.labels, ...text.more }
  const template = templateOf(text, labels)
  const object = add<Scaled>(world, {
    apiVersion: 'apps/v1',
    kind,
    metadata: {
      ...metadataOf(world, kind, namespace, name, { created, labels, owner: text.owner }),
      generation: between(world, 1, 9),
    },
    spec: {
      replicas,
      revisionHistoryLimit: 10,
      selector: { matchLabels: text.labels },
      template,
      ...strategyOf(text, kind),
    },
    status: {},
  })
  if (text.service) serviceOf(world, { ...text.service, namespace, selector: text.labels, created })
  const rolledOut = world.at - between(world, 2, Math.min(ageDays, 14)) * DAY
  const set = kind === 'Deployment' ? replicaSet(world, object, rolledOut, 3) : object
  const made = { text, object, set }
  if (kind === 'Deployment') for (let i = 0; i < replicas; i++) addPod(world, made, rolledOut + i * 9_000)
  if (kind === 'StatefulSet')
    for (let i = 0; i < replicas; i++) addPod(world, made, rolledOut + i * 41_000, { ordinal: i })
  if (kind === 'DaemonSet')
    for (const node of nodesOf(world).filter(each => fits(each, template.spec)))
      addPod(world, made, rolledOut, { node })
  return made
}

/** One more pod of the workload's present template, running. */
export function addPod(
  world: World,
  { text, object, set }: Workload,
  created: Millis,
  { ordinal, node, name }: { ordinal?: number; node?: Node; name?: string } = {},
): Pod {
  const { namespace } = text
  const plain = set.kind === 'ReplicaSet'
  const named = name ?? (ordinal === undefined ? `${set.metadata.name}-${suffix(world)}` : `${text.name}-${ordinal}`)
  const template = plain ? (set as Scaled).spec.template : withClaims(object.spec.template, text, ordinal)
  const labels: Labels = plain ? {} : { 'controller-revision-hash': revisionOf(object) }
  if (ordinal !== undefined) {
    labels['statefulset.kubernetes.io/pod-name'] = named
    labels['apps.kubernetes.io/pod-index'] = String(ordinal)
    for (const claim of text.claims ?? []) claimFor(world, text, claim, named, object)
  }
  return pod(world, { namespace, name: named, owner: set, template, created, labels, node })
}

export function podsOf(world: World, { object, set }: Workload): Pod[] {
  const sets = object.kind === 'Deployment' ? setsOf(world, object) : [object]
  return world.objects.filter(
    each => each.kind === 'Pod' && (owns(set, each) || sets.some(owner => owns(owner, each))),
  ) as Pod[]
}

/** What its pods are made from and are: the template, that of the newest set, and every pod's own. */
export function specsOf(world: World, target: Workload): PodSpec[] {
  const template = target.object.spec.template.spec
  const ofSet = (target.set as Scaled).spec.template.spec
  return [template, ...(ofSet === template ? [] : [ofSet]), ...podsOf(world, target).map(({ spec }) => spec)]
}

export function setsOf(world: World, deployment: Thing): Scaled[] {
  return world.objects.filter(each => each.kind === 'ReplicaSet' && owns(deployment, each)) as Scaled[]
}

/** A ReplicaSet of the Deployment's present template. */
export function replicaSet(world: World, deployment: Scaled, created: Millis, revision: number): Scaled {
  const { namespace, name } = deployment.metadata
  const hash = suffix(world, 10)
  const template = structuredClone(deployment.spec.template)
  template.metadata.labels['pod-template-hash'] = hash
  const annotations = { 'deployment.kubernetes.io/revision': String(revision) }
  Object.assign(deployment.metadata.annotations, annotations)
  return add<Scaled>(world, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...metadataOf(world, 'ReplicaSet', namespace, `${name}-${hash}`, {
        created,
        labels: template.metadata.labels,
        annotations: { ...annotations, 'deployment.kubernetes.io/desired-replicas': String(deployment.spec.replicas) },
        owner: deployment,
      }),
      generation: 1,
    },
    spec: {
      replicas: deployment.spec.replicas,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, 'pod-template-hash': hash } },
      template,
    },
    status: {},
  })
}

/** The workload's own container, not a sidecar. */
export function mainOf<T extends { name: string }>(containers: T[] | undefined, { text }: Workload): T {
  const found = containers?.find(({ name }) => name === (text.container?.name ?? text.name))
  if (!found) throw new Error(`expected a container ${text.name} in its pod, found none`)
  return found
}

export function revisionOf({ metadata, spec }: Scaled): string {
  return `${metadata.name}-${digest(JSON.stringify(spec.template)).slice(0, 10)}`
}

function templateOf(text: WorkloadText, labels: Labels): Template {
  const { name, image, ports = {}, calls = [], variables = [], probe = '/healthz' } = text
  const [first] = Object.entries(ports)
  const called = calls.map(({ variable, address }) => ({ name: variable, value: address }))
  const asked = first && probe !== false ? probesOf(probe, /^\d/.test(first[0]) ? first[1] : first[0]) : {}
  const main: Container = {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    ...(first && {
      ports: Object.entries(ports).map(([port, containerPort]) => ({
        ...(!/^\d/.test(port) && { name: port }),
        containerPort,
        protocol: 'TCP',
      })),
    }),
    env: [...called, ...variables],
    resources: {
      requests: text.requests ?? { cpu: '100m', memory: '256Mi' },
      limits: text.limits ?? { memory: '512Mi' },
    },
    ...asked,
    ...text.container,
  }
  return structuredClone({
    metadata: { labels, ...(text.annotations && { annotations: text.annotations }) },
    spec: {
      containers: [main, ...(text.sidecars ?? [])],
      ...(text.inits && { initContainers: text.inits }),
      ...text.spec,
    },
  })
}

function probesOf(path: string, port: number | string): { readinessProbe: Probe; livenessProbe: Probe } {
  const ask = path.startsWith('/') ? { httpGet: { path, port } } : { tcpSocket: { port } }
  return {
    readinessProbe: { ...ask, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 1 },
    livenessProbe: { ...ask, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 1, initialDelaySeconds: 15 },
  }
}

function strategyOf({ strategy, claims, service, name }: WorkloadText, kind: string): Record<string, unknown> {
  if (kind === 'Deployment')
    return {
      progressDeadlineSeconds: 600,
      strategy:
        strategy === 'Recreate'
          ? { type: 'Recreate' }
          : { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    }
  if (kind === 'DaemonSet')
    return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }
  return {
    serviceName: service?.name ?? name,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    volumeClaimTemplates: claims?.map(claim => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim.name },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: claim.storageClass,
        resources: { requests: { storage: claim.size } },
      },
    })),
  }
}

function withClaims(template: Template, { claims = [], name }: WorkloadText, ordinal: number | undefined): Template {
  if (ordinal === undefined || claims.length === 0) return template
  const copy = structuredClone(template)
  copy.spec.volumes = [
    ...claims.map(claim => ({
      name: claim.name,
      persistentVolumeClaim: { claimName: `${claim.name}-${name}-${ordinal}` },
    })),
    ...(copy.spec.volumes ?? []),
  ]
  const [main] = copy.spec.containers
  if (main)
    main.volumeMounts = [
      ...claims.map(claim => ({ name: claim.name, mountPath: claim.mountPath })),
      ...(main.volumeMounts ?? []),
    ]
  return copy
}

/** The claim a StatefulSet makes for one of its pods, unless it has made it before; claims outlive pods. */
function claimFor(
  world: World,
  { namespace, labels }: WorkloadText,
  { name, size, storageClass }: { name: string; size: string; storageClass: string },
  podName: string,
  set: Thing,
): void {
  const claim = `${name}-${podName}`
  const known = world.objects.some(
    ({ kind, metadata: { namespace: its, name: named } }) =>
      kind === 'PersistentVolumeClaim' && its === namespace && named === claim,
  )
  if (!known)
    boundClaim(world, {
      namespace,
      name: claim,
      size,
      storageClass,
      labels,
      created: Date.parse(set.metadata.creationTimestamp),
    })
}
