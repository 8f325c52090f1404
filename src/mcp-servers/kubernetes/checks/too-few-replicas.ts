// A workload with none, or fewer, of the pods it was asked to have.
import type { Millis } from '#incident/signal.ts'
import { scaleCall, scalingsOf } from '../rollouts.ts'
import type { Workload } from '../schema.ts'
import { availableReplicas, containersOf, isDone, isReady, wantedReplicas } from '../readiness.ts'
import { named, referenceOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { unreadySince } from './verdict.ts'
import { callersComplain, servicesOf } from './witness.ts'

export const tooFewReplicas: Check = {
  name: 'too-few-replicas',
  check: view => view.workloads.filter(({ status }) => status !== undefined).flatMap(each => verdictOf(each, view)),
}

function verdictOf(workload: Workload, view: View): Verdict[] {
  const object = referenceOf(workload)
  const name = named(workload.metadata)
  const wanted = wantedReplicas(workload)
  const available = availableReplicas(workload)
  const since = unavailableSince(workload, view)
  if (wanted === 0) return scaledToZero(workload, view)
  if (available >= wanted || isStarting(workload, wanted - available, view)) return []
  if (view.podsOf(object).length === 0 && (workload.status?.replicas ?? 0) === 0) {
    const witness = [`${object.kind} ${name}: ${wanted} wanted, none created`]
    return [
      {
        object,
        fault: 'NoPodCreated',
        points: view.at - since < YOUNG ? 5 : 8,
        text: `${object.name} has no pod at all`,
        since,
        witness,
      },
    ]
  }
  const text = `${object.name} has ${available} of ${wanted} pods available`
  const witness = [`${object.kind} ${name}: ${text}`]
  const pods = view.podsOf(object).filter(pod => !isDone(pod) && !isReady(pod))
  const points = view.at - since < LONG ? 4 : 8
  return [{ object, fault: 'Unavailable', points, text, since, mayFollow: true, pods, witness }]
}

const YOUNG: Millis = 2 * 60_000
const LONG: Millis = 15 * 60_000 // as KubeDeploymentReplicasMismatch of kube-prometheus waits

/** What is missing was created just now and has not ended yet: a rollout or a scaling that is under way, and well. */
function isStarting(workload: Workload, missing: number, view: View): boolean {
  const starting = view
    .podsOf(referenceOf(workload))
    .filter(
      pod =>
        !isDone(pod) &&
        !isReady(pod) &&
        view.at - (pod.metadata.creationTimestamp ?? 0) < YOUNG &&
        containersOf(pod).every(({ restartCount = 0 }) => restartCount === 0),
    )
  return starting.length >= missing
}

/** At rest on purpose, unless a service still points at it; back to the former size, where that is known. */
function scaledToZero(workload: Workload, view: View): Verdict[] {
  const object = referenceOf(workload)
  const services = servicesOf(view, workload)
  if (workload.kind === 'DaemonSet' || mayRest(workload, view) || services.length === 0) return []
  const last = scalingsOf(workload, view.replicaSetsOf(object), view.eventsOf(object)).at(-1)
  const former = last?.to === 0 ? last.from : undefined
  const isLate = last?.to === 0 && view.at - last.at < LATELY
  const isMissed = services.some(({ metadata }) => callersComplain(view, metadata.name, object))
  return [
    {
      object,
      fault: 'ScaledToZero',
      points: isMissed ? 10 : isLate ? 7 : 1,
      text: `${object.name} is scaled to zero${former ? ` (it had ${former})` : ''}, and a service still points at it`,
      since: last?.at ?? view.at,
      witness: [`${object.kind} ${named(workload.metadata)}: 0 replicas wanted`],
      ...(former && { remedy: { call: scaleCall(workload, former), reason: `it had ${former} pods before` } }),
    },
  ]
}

const LATELY: Millis = 60 * 60_000 // as long as events are kept: what rests for longer, and nobody misses, rests on purpose

/** Something else takes it to zero and back: an autoscaler that may, KEDA, Knative, or a timetable. */
function mayRest({ kind, metadata }: Workload, view: View): boolean {
  const marks = [...Object.keys(metadata.labels), ...Object.keys(metadata.annotations)]
  if (
    marks.some(name =>
      /^(?:serving\.knative\.dev|downscaler|scaledobject\.keda\.sh|autoscaling\.knative\.dev)/.test(name),
    )
  )
    return true
  return view.autoscalers.some(
    ({ metadata: own, spec }) =>
      own.namespace === metadata.namespace &&
      spec?.scaleTargetRef?.kind === kind &&
      spec.scaleTargetRef.name === metadata.name &&
      (spec.minReplicas === 0 || own.name.startsWith('keda-')),
  )
}

/** As its condition says; while enough are left for that, as the first of its pods that is not ready. */
function unavailableSince(workload: Workload, view: View): Millis {
  const available = workload.status?.conditions.find(({ type, status }) => type === 'Available' && status === 'False')
  const unready = view.podsOf(referenceOf(workload)).filter(pod => !isDone(pod) && !isReady(pod))
  const told = available?.lastTransitionTime ?? view.at
  return Math.min(view.at, told, ...unready.map(pod => unreadySince(pod, view.at)))
}
