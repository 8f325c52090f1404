// What was changed about a workload, as change signals: rollouts from its ReplicaSets, scalings from its events. Pure.
import type { Change, Millis, Window } from '#incident/signal.ts'
import { safe } from '../safe.ts'
import { isOurs, rollbackCall, rolloutsOf, scaleCall, scalingsOf } from './rollouts.ts'
import type { Rollout, Scaling } from './rollouts.ts'
import type { Workload } from './schema.ts'
import { imageStep, templateChanges } from './template-changes.ts'
import { named, referenceOf } from './view.ts'
import type { Reference, View } from './view.ts'

/** Rollouts and scalings of one workload within the window that somebody else made, with the call that takes each back. */
export function changesOf(workload: Workload, view: View, window: Window): Change[] {
  if (workload.kind !== 'Deployment') return []
  const events = view.eventsOf(referenceOf(workload))
  const replicaSets = view.replicaSetsOf(referenceOf(workload))
  const rollouts = rolloutsOf(workload, replicaSets, events)
  const isMeant = ({ at = 0 }: { at?: Millis }) => at > window.from && at <= window.to && !isOurs(workload, at)
  return [
    ...rollouts.filter(isMeant).flatMap(rollout => rolloutChange(rollout, rollout === rollouts.at(-1), view)),
    ...scalingsOf(workload, replicaSets, events)
      .filter(isMeant)
      .map(scaling => scaleChange(scaling, view)),
  ]
}

/** None for the first revision, and where the moment is forgotten. */
function rolloutChange(rollout: Rollout, isLast: boolean, view: View): Change[] {
  const { deployment, current, before, at, revision } = rollout
  if (!before || at === undefined) return []
  const name = named(deployment.metadata)
  const image = imageStep(before.spec?.template, current.spec?.template)
  const [first, ...others] = templateChanges(before.spec?.template, current.spec?.template)
  const what = image ? `${image.to} (was ${image.from})` : (first ?? `revision ${revision}`)
  const more = !image && others.length > 0 ? ` and ${others.length} more` : ''
  const change: Change = {
    ...changeBase(deployment, view),
    id: `kubernetes:rollout:${current.metadata.uid || current.metadata.name}:${revision}`,
    at,
    severity: 'medium',
    text: safe(`${name} rolled out ${what}${more}`),
    change: {
      what: 'rollout',
      from: safe(image?.from ?? before.metadata.name),
      to: safe(image?.to ?? current.metadata.name),
      ...(isLast && { undo: rollbackCall(deployment, before) }),
    },
  }
  return [change]
}

function scaleChange({ deployment, from, to, at, event }: Scaling, view: View): Change {
  const autoscaler = autoscalerOf(referenceOf(deployment), view)
  const by = autoscaler ? ` by autoscaler ${autoscaler}` : ''
  return {
    ...changeBase(deployment, view),
    id: `kubernetes:scale:${event.metadata.uid || event.metadata.name}:${at}`,
    at,
    severity: 'medium',
    text: `${named(deployment.metadata)} scaled from ${from} to ${to}${by}`,
    change: {
      what: 'scale',
      from: String(from),
      to: String(to),
      ...(!autoscaler && { undo: scaleCall(deployment, from) }),
    },
  }
}

function changeBase(deployment: Workload, view: View) {
  return {
    kind: 'change',
    source: 'kubernetes',
    entity: view.entityOf(referenceOf(deployment)),
    labels: {},
    writer: 'system',
  } as const
}

function autoscalerOf(workload: Reference, view: Pick<View, 'autoscalers'>): string | undefined {
  return view.autoscalers.find(
    ({ metadata, spec }) =>
      metadata.namespace === workload.namespace &&
      spec?.scaleTargetRef?.kind === workload.kind &&
      spec.scaleTargetRef.name === workload.name,
  )?.metadata.name
}
