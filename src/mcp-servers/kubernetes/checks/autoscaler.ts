// An autoscaler that cannot do its work: it wants more than it may have, cannot read what it goes by, or has nothing to scale.
import type { Millis } from '#incident/signal.ts'
import type { Autoscaler } from '../schema.ts'
import { named, referenceOf } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { isNear } from './near-name.ts'
import type { Check, Verdict } from './verdict.ts'

const LONG: Millis = 5 * 60_000 // a peak passes, and a new pod has no metrics for a minute or two

export const autoscaler: Check = {
  name: 'autoscaler',
  check(view) {
    const blind = view.autoscalers.flatMap(each => blindness(each, view))
    const server = view.workloads.find(
      ({ metadata }) => metadata.name === 'metrics-server' && metadata.namespace === 'kube-system',
    )
    const serverReference: Reference | undefined = server && {
      kind: server.kind,
      namespace: 'kube-system',
      name: 'metrics-server',
    }
    // Where the source of the metrics is itself unwell, it is the one thing that is wrong with all of them.
    const isServerIll = serverReference && blind.length > 0 && !view.isHealthy(serverReference)
    return [
      ...(isServerIll ? [serverIll(serverReference, blind)] : blind),
      ...view.autoscalers.flatMap(each => atMost(each, view)),
      ...view.autoscalers.flatMap(each => aimless(each, view)),
    ]
  },
}

function atMost({ metadata, spec, status }: Autoscaler, view: View): Verdict[] {
  const limited = status?.conditions.find(
    ({ type, status: is, reason }) => type === 'ScalingLimited' && is === 'True' && reason === 'TooManyReplicas',
  )
  const target = targetOf({ metadata, spec, status })
  const since = limited?.lastTransitionTime ?? view.at
  const isThere = (status?.currentReplicas ?? 0) >= (spec?.maxReplicas ?? Infinity)
  const isFixed = spec?.minReplicas === spec?.maxReplicas // then it is there to keep a size, not to find one
  if (!limited || !target || !isThere || isFixed || view.at - since < LONG) return []
  return [
    {
      object: target,
      fault: 'AutoscalerAtMost',
      points: 8,
      whenHealthy: 1, // its pods are well, and too few
      text: `${target.name} needs more than the ${spec?.maxReplicas} pods its autoscaler may make`,
      since,
      mend: `raise maxReplicas of autoscaler ${metadata.name}, or find what the load is`,
      witness: [`HorizontalPodAutoscaler ${named(metadata)}: ${limited.message ?? 'TooManyReplicas'}`],
    },
  ]
}

function blindness(each: Autoscaler, view: View): Verdict[] {
  const { metadata, status } = each
  const inactive = status?.conditions.find(
    ({ type, status: is, reason }) => type === 'ScalingActive' && is === 'False' && reason !== 'ScalingDisabled',
  )
  const target = targetOf(each)
  const since = inactive?.lastTransitionTime ?? view.at
  if (!inactive || !target || !view.workload(target) || view.at - since < LONG) return []
  const isUnasked = /missing request for/.test(inactive.message ?? '')
  return [
    {
      object: target,
      fault: 'AutoscalerBlind',
      points: 8,
      whenHealthy: 1, // until the load changes
      text: `autoscaler ${metadata.name} cannot tell what ${target.name} uses: ${(inactive.message ?? inactive.reason ?? '').slice(0, 300)}`,
      since,
      mend: isUnasked
        ? `set requests on every container of ${target.name}`
        : 'look at metrics-server, or at the source of the metric',
      witness: [`HorizontalPodAutoscaler ${named(metadata)}: ScalingActive False, ${inactive.reason ?? ''}`],
    },
  ]
}

const LATELY: Millis = 24 * 60 * 60_000 // one that was left behind long ago nobody misses

/** Its workload is not there, or not under that name. */
function aimless(each: Autoscaler, view: View): Verdict[] {
  const { metadata, status } = each
  const lost = status?.conditions.find(
    ({ type, status: is, reason }) => type === 'AbleToScale' && is === 'False' && reason === 'FailedGetScale',
  )
  const target = targetOf(each)
  const since = lost?.lastTransitionTime ?? view.at
  if (!lost || !target || view.workload(target) || view.at - since < LONG) return []
  const near = workloadsIn(view, metadata.namespace).find(
    ({ kind, metadata: own }) => kind === target.kind && isNear(own.name, target.name),
  )
  return [
    {
      object: { kind: 'HorizontalPodAutoscaler', namespace: metadata.namespace, name: metadata.name },
      ...(near && { concerns: referenceOf(near) }),
      fault: 'AutoscalerAimless',
      points: near || view.at - since < LATELY ? 8 : 4,
      whenHealthy: 1, // until the load changes
      text: `autoscaler ${metadata.name} scales ${target.kind} ${target.name}, which is not there${near ? `; ${near.metadata.name} is` : ''}`,
      since,
      mend: near
        ? `point autoscaler ${metadata.name} to ${near.metadata.name}`
        : `point autoscaler ${metadata.name} to what it is to scale, or delete it`,
      witness: [`HorizontalPodAutoscaler ${named(metadata)}: AbleToScale False, ${lost.message ?? 'FailedGetScale'}`],
    },
  ]
}

function workloadsIn(view: View, namespace: string | undefined) {
  return view.workloads.filter(({ metadata }) => metadata.namespace === namespace)
}

function serverIll(object: Reference, blind: Verdict[]): Verdict {
  return {
    object,
    fault: 'MetricsServerDown',
    points: 12,
    text: `metrics-server is unwell, so ${blind.length} autoscalers are blind`,
    since: Math.min(...blind.map(({ since }) => since)),
    mend: 'look at the log of metrics-server',
    witness: blind.slice(0, 5).flatMap(({ witness }) => witness),
  }
}

function targetOf({ metadata, spec }: Autoscaler): Reference | undefined {
  const target = spec?.scaleTargetRef
  return target && { kind: target.kind, namespace: metadata.namespace, name: target.name }
}
