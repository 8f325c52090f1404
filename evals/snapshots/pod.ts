// A pod as it is when all is well: its spec completed as admission does, its status as the kubelet writes it.
import type { Millis } from '../../simulator/recording.ts'
import { event } from './event.ts'
import type {
  Condition,
  Container,
  ContainerStatus,
  Node,
  Pod,
  PodSpec,
  Taint,
  Template,
  Thing,
  Toleration,
} from './kinds.ts'
import { nodesOf } from './node.ts'
import { add, between, digest, HOUR, metadataOf, next, pick, SECOND, stamp, suffix, type World } from './world.ts'

export type PodText = {
  namespace: string
  name: string
  owner: Thing
  template: Template
  created: Millis
  node?: Node
  /** Made up of the owner's name and this, as generateName does. */
  labels?: Record<string, string>
}

/** A running pod, on a node that its template allows, with the events of its start if they are still kept. */
export function pod(world: World, text: PodText): Pod {
  const { namespace, name, owner, template, created } = text
  const node = text.node ?? placeFor(world, template.spec, owner)
  const started = created + between(world, 3, 12) * SECOND
  const made: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadataOf(world, 'Pod', namespace, name, {
        created,
        labels: { ...template.metadata.labels, ...text.labels },
        annotations: { ...template.metadata.annotations },
        owner,
      }),
      generateName: `${owner.metadata.name}-`,
    },
    spec: completed(world, template.spec, node),
    status: {
      phase: 'Running',
      qosClass: qosOf(template.spec),
      hostIP: node.status.addresses[0]?.address,
      startTime: stamp(created),
      conditions: [],
    },
  }
  giveAddress(made, node, next(world, `pods of ${node.metadata.name}`))
  made.status.initContainerStatuses = initStatuses(made, created)
  made.status.containerStatuses = made.spec.containers.map(container => runningStatus(container, started))
  made.status.conditions = conditionsOf(made, { scheduled: created, ready: started + 5 * SECOND })
  if (world.at - created < HOUR) saysStarted(world, made, created)
  return add(world, made)
}

export function runningStatus(container: Container, since: Millis, restartCount = 0): ContainerStatus {
  return {
    name: container.name,
    image: container.image,
    imageID: imageId(container.image),
    ready: true,
    started: true,
    restartCount,
    state: { running: { startedAt: stamp(since) } },
    lastState: {},
    containerID: `containerd://${digest(`${container.name}${since}`)}`,
  }
}

/** The five conditions a kubelet keeps, for a pod whose containers are as its statuses say. */
export function conditionsOf(
  { spec, status }: Pod,
  { scheduled, ready }: { scheduled: Millis; ready: Millis },
): Condition[] {
  const waiting = (status.initContainerStatuses ?? []).filter(({ state }) => state.terminated?.exitCode !== 0)
  const unready = (status.containerStatuses ?? []).filter(each => !each.ready).map(({ name }) => name)
  const done = status.phase === 'Succeeded'
  const list = (names: string[]) => `[${names.join(' ')}]`
  const initialized =
    waiting.length === 0
      ? fact('Initialized', 'True', scheduled, done ? 'PodCompleted' : undefined)
      : fact(
          'Initialized',
          'False',
          scheduled,
          'ContainersNotInitialized',
          `containers with incomplete status: ${list(waiting.map(({ name }) => name))}`,
        )
  const readiness = (type: string) =>
    unready.length === 0
      ? fact(type, 'True', ready)
      : done
        ? fact(type, 'False', ready, 'PodCompleted')
        : fact(type, 'False', ready, 'ContainersNotReady', `containers with unready status: ${list(unready)}`)
  return [
    fact('PodReadyToStartContainers', status.podIP !== undefined && !done ? 'True' : 'False', scheduled + 2 * SECOND),
    initialized,
    readiness('Ready'),
    readiness('ContainersReady'),
    ...(spec.nodeName === undefined ? [] : [fact('PodScheduled', 'True', scheduled)]),
  ]
}

export function fact(
  type: string,
  status: Condition['status'],
  at: Millis,
  reason?: string,
  message?: string,
): Condition {
  return {
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: stamp(at),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
  }
}

export function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions.find(({ type }) => type === 'Ready')
  return ready?.status === 'True' && metadata.deletionTimestamp === undefined
}

/** What the scheduler and a kubelet say of a start that went well. */
function saysStarted(world: World, target: Pod, at: Millis): void {
  saysScheduled(world, target, at)
  const host = target.spec.nodeName
  const kubelet = { component: 'kubelet', host }
  for (const [inits, containers] of [
    [true, target.spec.initContainers ?? []],
    [false, target.spec.containers],
  ] as const)
    for (const { name, image } of containers) {
      const field = `spec.${inits ? 'initContainers' : 'containers'}{${name}}`
      const text = { ...kubelet, field, at: at + (inits ? 2 : 4) * SECOND }
      event(world, target, {
        ...text,
        reason: 'Pulled',
        message: `Container image "${image}" already present on machine`,
      })
      event(world, target, { ...text, reason: 'Created', message: `Created container: ${name}` })
      event(world, target, { ...text, reason: 'Started', message: `Started container ${name}` })
    }
}

export function saysScheduled(world: World, target: Pod, at: Millis): void {
  const { namespace, name } = target.metadata
  if (target.metadata.ownerReferences?.[0]?.kind === 'Node') return
  event(world, target, {
    reason: 'Scheduled',
    message: `Successfully assigned ${namespace}/${name} to ${target.spec.nodeName}`,
    component: 'default-scheduler',
    at,
  })
}

export function imageId(image: string): string {
  return `${image.replace(/:[^:/]*$/, '')}@sha256:${digest(image)}`
}

/** A node whose taints the pod tolerates and whose labels it asks for: one with the fewest pods of the same owner, by chance. */
function placeFor(world: World, spec: PodSpec, owner: Thing): Node {
  const fitting = nodesOf(world).filter(node => fits(node, spec))
  const siblings = (world.objects as Pod[]).filter(
    ({ kind, metadata: its }) => kind === 'Pod' && its.ownerReferences?.[0]?.uid === owner.metadata.uid,
  )
  const count = (node: Node) => siblings.filter(({ spec: its }) => its.nodeName === node.metadata.name).length
  const least = Math.min(...fitting.map(count))
  return pick(
    world,
    fitting.filter(node => count(node) === least),
  )
}

export function fits({ spec, metadata }: Node, { tolerations = [], nodeSelector = {} }: PodSpec): boolean {
  const tolerated = ({ key, value, effect }: Taint) =>
    tolerations.some(
      (each: Toleration) =>
        (each.key === undefined || each.key === key) &&
        (each.effect === undefined || each.effect === effect) &&
        (each.operator === 'Exists' || each.value === value),
    )
  const wanted = Object.entries(nodeSelector).every(([key, value]) => metadata.labels[key] === value)
  return wanted && (spec.taints ?? []).every(tolerated)
}

export function giveAddress(target: Pod, { spec, status }: Node, number: number): void {
  const ip =
    target.spec.hostNetwork === true ? status.addresses[0]?.address : spec.podCIDR.replace('0/24', `${number + 1}`)
  target.status.podIP = ip
  target.status.podIPs = ip === undefined ? undefined : [{ ip }]
}

function completed(world: World, spec: PodSpec, node: Node): PodSpec {
  const own = structuredClone(spec)
  const token = `kube-api-access-${suffix(world)}`
  const mount = { name: token, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }
  const mounted = (container: Container): Container => ({
    ...container,
    volumeMounts: [...(container.volumeMounts ?? []), mount],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  })
  const tolerated = (key: string): Toleration => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  })
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  ]
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    serviceAccountName: 'default',
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    ...own,
    nodeName: node.metadata.name,
    containers: own.containers.map(mounted),
    ...(own.initContainers && { initContainers: own.initContainers.map(mounted) }),
    volumes: [...(own.volumes ?? []), { name: token, projected: { sources, defaultMode: 420 } }],
    tolerations: [...(own.tolerations ?? []), tolerated('not-ready'), tolerated('unreachable')],
  }
}

function initStatuses(target: Pod, created: Millis): ContainerStatus[] | undefined {
  return target.spec.initContainers?.map(container => ({
    ...runningStatus(container, created),
    started: false,
    state: {
      terminated: {
        exitCode: 0,
        reason: 'Completed',
        startedAt: stamp(created + SECOND),
        finishedAt: stamp(created + 3 * SECOND),
      },
    },
  }))
}

function qosOf({ containers }: PodSpec): string {
  const bounds = containers.map(({ resources: { requests, limits } }) => ({ requests, limits }))
  if (bounds.every(({ requests, limits }) => !requests && !limits)) return 'BestEffort'
  const same = bounds.every(
    ({ requests, limits }) =>
      limits?.cpu && limits.memory && requests?.cpu === limits.cpu && requests.memory === limits.memory,
  )
  return same ? 'Guaranteed' : 'Burstable'
}
