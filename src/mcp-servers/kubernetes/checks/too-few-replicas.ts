// A workload with none, or fewer, of the pods it was asked to have.
import type { Millis } from '#incident/signal.ts'
import { scaleCall, scalingsOf } from '../rollouts.ts'
import type { Workload } from '../schema.ts'
import { availableReplicas, isDone, isReady, wantedReplicas } from '../readiness.ts'
import { named, referenceOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { unreadySince } from './verdict.ts'

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
  if (available >= wanted) return []
  if (view.podsOf(object).length === 0 && (workload.status?.replicas ?? 0) === 0) {
    const witness = [`${object.kind} ${name}: ${wanted} wanted, none created`]
    return [{ object, fault: 'NoPodCreated', points: 5, text: `${object.name} has no pod at all`, since, witness }]
  }
  const text = `${object.name} has ${available} of ${wanted} pods available`
  return [{ object, fault: 'Unavailable', points: 4, text, since, witness: [`${object.kind} ${name}: ${text}`] }]
}

/** At rest on purpose, unless a service still points at it; back to the former size, where that is known. */
function scaledToZero(workload: Workload, view: View): Verdict[] {
  const object = referenceOf(workload)
  if (workload.kind === 'DaemonSet' || mayRest(workload, view) || !isServed(workload, view)) return []
  const last = scalingsOf(workload, view.replicaSetsOf(object), view.eventsOf(object)).at(-1)
  const former = last?.to === 0 ? last.from : undefined
  return [
    {
      object,
      fault: 'ScaledToZero',
      points: 7,
      text: `${object.name} is scaled to zero${former ? ` (it had ${former})` : ''}, and a service still points at it`,
      since: last?.at ?? view.at,
      witness: [`${object.kind} ${named(workload.metadata)}: 0 replicas wanted`],
      ...(former && { remedy: { call: scaleCall(workload, former), reason: `it had ${former} pods before` } }),
    },
  ]
}

function mayRest({ kind, metadata }: Workload, view: View): boolean {
  return view.autoscalers.some(
    ({ metadata: own, spec }) =>
      own.namespace === metadata.namespace &&
      spec?.scaleTargetRef?.kind === kind &&
      spec.scaleTargetRef.name === metadata.name &&
      spec.minReplicas === 0,
  )
}

function isServed({ metadata, spec }: Workload, view: View): boolean {
  const labels = spec?.template?.metadata?.labels ?? {}
  return view.services.some(service => {
    const selector = Object.entries(service.spec?.selector ?? {})
    return (
      service.metadata.namespace === metadata.namespace &&
      selector.length > 0 &&
      selector.every(([label, value]) => labels[label] === value)
    )
  })
}

/** As its condition says; while enough are left for that, as the first of its pods that is not ready. */
function unavailableSince(workload: Workload, view: View): Millis {
  const available = workload.status?.conditions.find(({ type, status }) => type === 'Available' && status === 'False')
  const unready = view.podsOf(referenceOf(workload)).filter(pod => !isDone(pod) && !isReady(pod))
  const told = available?.lastTransitionTime ?? view.at
  return Math.min(view.at, told, ...unready.map(pod => unreadySince(pod, view.at)))
}
