// What a check says about one object, and the few questions several checks ask of a view.
// Points are coarse: 20 proves, 14 two objects contradict each other, 10 the system itself says so, 5 a consequence, 1 a hint.
import type { Millis, State } from '#incident/signal.ts'
import { isOurs, rollbackCall, rolloutsOf } from '../rollouts.ts'
import type { ContainerStatus, Pod } from '../pod-schema.ts'
import type { KubernetesEvent } from '../schema.ts'
import { containersOf, isDone, isReady } from '../readiness.ts'
import { keyOf, named, podReference } from '../view.ts'
import type { Reference, View } from '../view.ts'

export type Verdict = {
  object: Reference
  /** What is wrong, in the vendor's word where it has one. Stable: it is part of the signal's id. */
  fault: string
  points: number
  text: string
  since: Millis
  /** What was seen, an object a line. */
  witness: string[]
  remedy?: State['remedy']
  /** What mends it, in words: for people, where nothing the gate knows does. */
  mend?: string
  /** The trouble of one that it calls may be all there is to it; then it stands behind (follows.ts). */
  mayFollow?: boolean
  /** Pods that show it; if all of them are on dead nodes, the node explains it. */
  pods?: Pod[]
  /** The workload it is about, where the object is something that one uses: a claim, an autoscaler, its settings. */
  concerns?: Reference
  /** Whose health speaks against it; absent: that of the workload it concerns, or the object's own. */
  healthOf?: Reference
  /** What is left of the points when that is healthy; absent: 0.08. */
  whenHealthy?: number
  /** When it was last seen; absent: it stands now. */
  seen?: Millis
  /** It is about a pod that no longer exists. */
  gone?: boolean
}

export type Check = { name: string; check(view: View): Verdict[] }

const WITNESSES = 5

/** The workload a pod belongs to; of a static pod itself: the node that keeps it is another thing. */
export function bearerOf(view: View, pod: Pod): Reference {
  const owner = view.ownerOf(pod)
  return owner.kind === 'Node' ? podReference(pod) : owner
}

/** One verdict a workload, however many of its pods show the same. */
export function perWorkload<Sight extends { pod: Pod; saw: string; since: Millis }>(
  view: View,
  sights: Sight[],
  say: (object: Reference, sights: [Sight, ...Sight[]]) => Omit<Verdict, 'object' | 'witness' | 'since' | 'pods'>,
): Verdict[] {
  const groups = Map.groupBy(sights, ({ pod }) => keyOf(bearerOf(view, pod)))
  return [...groups.values()].flatMap(group => {
    const [first, ...rest] = group
    if (!first) return []
    const object = bearerOf(view, first.pod)
    return [
      {
        object,
        since: Math.min(...group.map(({ since }) => since)),
        witness: group.slice(0, WITNESSES).map(({ pod, saw }) => `${named(pod.metadata)}: ${saw}`),
        pods: [...new Set(group.map(({ pod }) => pod))],
        ...say(object, [first, ...rest]),
      },
    ]
  })
}

export type ContainerSight = { pod: Pod; status: ContainerStatus; reason: string; saw: string; since: Millis }

/** Containers that wait for one of `reasons`. */
export function waiting(view: View, reasons: readonly string[]): ContainerSight[] {
  return unreadyPods(view).flatMap(pod =>
    containersOf(pod).flatMap(status => {
      const reason = status.state?.waiting?.reason
      if (!reason || !reasons.includes(reason)) return []
      return [{ pod, status, reason, saw: `${status.name} ${reason}`, since: unreadySince(pod, view.at) }]
    }),
  )
}

const unready = new WeakMap<View, Pod[]>()

/** Pods that should be ready and are not: neither done nor on their way out. Of ten thousand pods mostly few. */
export function unreadyPods(view: View): Pod[] {
  const known =
    unready.get(view) ??
    view.pods.filter(pod => !isReady(pod) && !isDone(pod) && pod.metadata.deletionTimestamp === undefined)
  unready.set(view, known)
  return known
}

/** When the pod stopped being ready, or was created, as far as its conditions say. */
export function unreadySince(pod: Pod, otherwise: Millis): Millis {
  const ready = pod.status?.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')
  const at = ready?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? otherwise
  return Math.min(at, otherwise)
}

/** The pod an event is about no longer exists, while others of its namespace can be seen. */
export function isAboutGonePod(event: KubernetesEvent, view: View): boolean {
  const { kind, namespace = event.metadata.namespace, name = '' } = event.involvedObject
  if (kind !== 'Pod' || view.pod(namespace, name)) return false
  return view.pods.some(pod => pod.metadata.namespace === namespace)
}

/** What an event missed came after all: its pod runs, or has run. */
export function hasStarted(event: KubernetesEvent, view: View): boolean {
  const { namespace = event.metadata.namespace, name = '' } = event.involvedObject
  const phase = view.pod(namespace, name)?.status?.phase
  return phase !== undefined && phase !== 'Pending'
}

/** One verdict a workload from events about it or its pods. */
export function perSubject(
  view: View,
  events: KubernetesEvent[],
  say: (
    object: Reference,
    events: [KubernetesEvent, ...KubernetesEvent[]],
  ) => Pick<Verdict, 'fault' | 'points' | 'text'> & Partial<Verdict>,
): Verdict[] {
  const groups = Map.groupBy(events, event => keyOf(view.subjectOf(event)))
  return [...groups.values()].flatMap(group => {
    const [last, ...rest] = group.sort((a, b) => b.last - a.last)
    if (!last) return []
    const object = view.subjectOf(last)
    return [
      {
        object,
        since: Math.min(...group.map(({ first }) => first)),
        seen: last.last,
        gone: group.every(event => isAboutGonePod(event, view)),
        witness: group.slice(0, WITNESSES).map(eventWitness),
        ...say(object, [last, ...rest]),
      },
    ]
  })
}

export function eventWitness({ involvedObject, reason, message, count }: KubernetesEvent): string {
  const { kind, namespace, name = '' } = involvedObject
  const times = count > 1 ? ` (${count}×)` : ''
  return `${kind} ${named({ namespace, name })}: ${reason}${times}: ${(message ?? '').slice(0, 300)}`
}

const ROLLOUT_IS_RECENT: Millis = 60 * 60_000

/** Going back, where the trouble began within an hour after a rollout and sits in the pods it brought. */
export function rollbackRemedy(view: View, object: Reference, pods: Pod[], since: Millis): Pick<Verdict, 'remedy'> {
  const deployment = object.kind === 'Deployment' ? view.workload(object) : undefined
  if (!deployment) return {}
  const last = rolloutsOf(deployment, view.replicaSetsOf(object), view.eventsOf(object)).at(-1)
  if (!last?.before || last.at === undefined || isOurs(deployment, last.at)) return {}
  const minutes = Math.round((since - last.at) / 60_000)
  if (since < last.at - 60_000 || since - last.at > ROLLOUT_IS_RECENT) return {}
  const isNew = (pod: Pod) => pod.metadata.ownerReferences.some(owner => owner.name === last.current.metadata.name)
  if (!pods.some(isNew)) return {}
  const when = minutes <= 0 ? 'with the last rollout' : `${minutes} min after the last rollout`
  return {
    remedy: {
      call: rollbackCall(deployment, last.before),
      reason: `the trouble began ${when}, in the pods it brought`,
    },
  }
}
