// What one look found, as signals, relations and the healthy. Pure: the same view and window give the same reading.
import { clean } from '#incident/clean.ts'
import { redact } from '#incident/redact.ts'
import type {
  Change,
  Entity,
  Millis,
  Reading,
  Relation,
  SeriesPoints,
  Severity,
  Signal,
  State,
  Utterance,
  Window,
} from '#incident/signal.ts'
import { runChecks } from './checks/index.ts'
import type { StandingVerdict } from './checks/index.ts'
import { addressesOf } from './addresses.ts'
import { parseCpu, parseMemory } from './quantity.ts'
import { rollbackCall, rolloutsOf, scaleCall, scalingsOf } from './rollouts.ts'
import type { Rollout, Scaling } from './rollouts.ts'
import type { KubernetesEvent, Pod, PodMetrics } from './schema.ts'
import { imageStep, templateChanges } from './template-changes.ts'
import { isDone, keyOf, named, referenceOf } from './view.ts'
import type { Reference, View } from './view.ts'

/** Health is of now: a window that ended long before `now` says nothing about who is well at its end. */
const SAME_MOMENT = 5 * 60_000

export function readingOf(view: View, window: Window, now: Millis): Reading {
  const isIn = (at: number) => at > window.from && at <= window.to
  const signals: Signal[] = [
    ...runChecks(view)
      .filter(verdict => verdict.since <= window.to)
      .map(verdict => stateOf(verdict, view)),
    ...view.workloads.flatMap(deployment => changesOf(deployment, view)).filter(change => isIn(change.at)),
    ...view.events.filter(event => isWarning(event) && isIn(event.last)).map(event => utteranceOf(event, view)),
    ...view.logs.map(group => logOf(group, view)),
    ...view.metrics.flatMap(metrics => seriesOf(metrics, view, window)),
  ]
  return {
    signals,
    relations: relationsOf(view),
    healthy: now - window.to <= SAME_MOMENT ? healthyOf(view) : [],
    missing: view.missing,
  }
}

function stateOf(verdict: StandingVerdict, view: View): State {
  const { object, fault, points, since, witness, remedy } = verdict
  return {
    kind: 'state',
    id: `kubernetes:state:${fault}:${keyOf(object)}`,
    source: 'kubernetes',
    entity: view.entityOf(object),
    at: view.at,
    severity: severityOf(points),
    labels: { check: verdict.check },
    writer: 'system',
    fault,
    text: shown(verdict.text),
    since,
    points: Math.round(points * 100) / 100,
    witness: witness.map(shown),
    ...(remedy && { remedy }),
  }
}

/** 14 is a contradiction between two objects, 8 what the system itself says, 4 a consequence: the scale of the checks. */
function severityOf(points: number): Severity {
  if (points >= 14) return 'critical'
  if (points >= 8) return 'high'
  return points >= 4 ? 'medium' : 'low'
}

function changesOf(workload: View['workloads'][number], view: View): Change[] {
  if (workload.kind !== 'Deployment') return []
  const events = view.eventsOf(referenceOf(workload))
  const replicaSets = view.replicaSetsOf(referenceOf(workload))
  const rollouts = rolloutsOf(workload, replicaSets, events)
  return [
    ...rollouts
      .filter(rollout => rollout.before)
      .map(rollout => rolloutChange(rollout, rollout === rollouts.at(-1), view)),
    ...scalingsOf(workload, replicaSets, events).map(scaling => scaleChange(scaling, view)),
  ]
}

function rolloutChange({ deployment, current, before, at, revision }: Rollout, isLast: boolean, view: View): Change {
  const name = named(deployment.metadata)
  const image = imageStep(before?.spec?.template, current.spec?.template)
  const [first, ...others] = templateChanges(before?.spec?.template, current.spec?.template)
  const what = image ? `${image.to} (was ${image.from})` : (first ?? `revision ${revision}`)
  const more = !image && others.length > 0 ? ` and ${others.length} more` : ''
  return {
    ...changeBase(deployment, view),
    id: `kubernetes:rollout:${current.metadata.uid || current.metadata.name}:${revision}`,
    at,
    severity: 'medium',
    text: shown(`${name} rolled out ${what}${more}`),
    change: {
      what: 'rollout',
      from: image?.from ?? `${before?.metadata.name}`,
      to: image?.to ?? current.metadata.name,
      ...(isLast && before && { undo: rollbackCall(deployment, before) }),
    },
  }
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

function changeBase(deployment: View['workloads'][number], view: View) {
  return {
    kind: 'change',
    source: 'kubernetes',
    entity: view.entityOf(referenceOf(deployment)),
    labels: {},
    writer: 'system',
  } as const
}

export function autoscalerOf(workload: Reference, view: Pick<View, 'autoscalers'>): string | undefined {
  return view.autoscalers.find(
    ({ metadata, spec }) =>
      metadata.namespace === workload.namespace &&
      spec?.scaleTargetRef?.kind === workload.kind &&
      spec.scaleTargetRef.name === workload.name,
  )?.metadata.name
}

function isWarning(event: KubernetesEvent): boolean {
  return event.type === 'Warning'
}

/** One a minute, however often the vendor updates it: `count` is the vendor's own since it began to count. */
function utteranceOf(event: KubernetesEvent, view: View): Utterance {
  const { kind = '', name = '' } = event.involvedObject
  const namespace = event.involvedObject.namespace ?? event.metadata.namespace
  const { metadata, reason = 'Warning', message = '', last, count } = event
  const about: Reference = kind === 'Pod' ? { kind, namespace, name } : view.subjectOf(event)
  return {
    kind: 'event',
    id: `kubernetes:event:${metadata.uid || `${metadata.namespace}/${metadata.name}`}:${Math.floor(last / 60_000)}`,
    source: 'kubernetes',
    entity: view.entityOf(about),
    at: last,
    severity: 'medium',
    labels: { reason, kind, name },
    writer: 'system',
    text: shown(`${reason}: ${message}`),
    count,
  }
}

function logOf(group: View['logs'][number], view: View): Utterance {
  const { pod, container, text, template, count, at, minute, weight } = group
  const entity = view.entityOf(podReference(pod))
  return {
    kind: 'log',
    id: `kubernetes:log:${named(pod.metadata)}/${container}:${template}@${minute}`,
    source: 'kubernetes',
    entity,
    at,
    severity: weight === 'error' ? 'high' : 'low',
    labels: { container },
    writer: 'tenant',
    text,
    count,
  }
}

/** metrics-server measures every 15 s to a minute and says so late: a point just before the window is new too. */
const METRICS_DELAY = 2 * 60_000

function seriesOf({ metadata, timestamp, containers }: PodMetrics, view: View, window: Window): SeriesPoints[] {
  if (timestamp === undefined || timestamp <= window.from - METRICS_DELAY || timestamp > window.to) return []
  const { namespace = '', name } = metadata
  const pod = { kind: 'Pod', namespace, name }
  const cpu = sum(containers.map(({ usage }) => parseCpu(usage?.cpu)))
  const memory = sum(containers.map(({ usage }) => parseMemory(usage?.memory)))
  const series = (metric: string, unit: string, value: number | undefined): SeriesPoints[] =>
    value === undefined
      ? []
      : [
          {
            kind: 'series',
            id: `kubernetes:${metric}{namespace=${namespace},pod=${name}}`,
            source: 'kubernetes',
            entity: view.entityOf(pod),
            at: timestamp,
            severity: 'low',
            labels: { namespace, pod: name },
            writer: 'system',
            metric,
            unit,
            points: [[timestamp, value]],
          },
        ]
  return [...series('pod_cpu_usage', 'millicores', cpu), ...series('pod_memory_usage', 'bytes', memory)]
}

function sum(values: (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined)
  return known.length > 0 ? known.reduce((total, value) => total + value, 0) : undefined
}

/** Beyond this many pods their own relations would fill megabytes a look; those between workloads and services stay. */
const MOST_RELATED_PODS = 2000

function relationsOf(view: View): Relation[] {
  const relation = (from: Entity, to: Entity, kind: Relation['kind'], origin: string, confidence = 1): Relation => ({
    from,
    to,
    kind,
    origin,
    confidence,
    at: view.at,
  })
  const pods = view.pods.length > MOST_RELATED_PODS ? [] : view.pods.filter(pod => !isDone(pod))
  const ofOwners = pods
    .filter(pod => view.ownerOf(pod).kind !== 'Pod')
    .map(pod =>
      relation(view.entityOf(view.ownerOf(pod)), view.entityOf(podReference(pod)), 'owns', 'owner references'),
    )
  const ofNodes = pods.flatMap(pod => {
    const name = pod.spec?.nodeName
    if (!name) return []
    const node = view.entityOf({ kind: 'Node', name })
    return relation(view.entityOf(podReference(pod)), node, 'runs-on', 'spec.nodeName')
  })
  const ofServices = view.services.flatMap(({ metadata, spec }) => {
    const owners = new Map(view.selected(metadata.namespace, spec?.selector ?? {}).map(pod => ownerEntry(pod, view)))
    const self = view.entityOf({ kind: 'Service', namespace: metadata.namespace, name: metadata.name })
    return [...owners.values()].map(owner => relation(self, view.entityOf(owner), 'selects', 'selector'))
  })
  const ofAddresses = view.workloads.flatMap(workload =>
    addressesOf(workload, view)
      .filter(({ service }) => service !== undefined)
      .map(({ variable, namespace, name }) =>
        relation(
          view.entityOf(referenceOf(workload)),
          view.entityOf({ kind: 'Service', namespace, name }),
          'calls',
          `env ${variable}`,
          ADDRESS_CONFIDENCE,
        ),
      ),
  )
  return [...ofOwners, ...ofNodes, ...ofServices, ...ofAddresses]
}

const ADDRESS_CONFIDENCE = 0.6 // it has the address; whether it calls it, nobody said

function ownerEntry(pod: Pod, view: View): [string, Reference] {
  const owner = view.ownerOf(pod)
  return [keyOf(owner), owner]
}

function healthyOf(view: View): Entity[] {
  return view.workloads.map(referenceOf).filter(view.isHealthy).map(view.entityOf)
}

function podReference(pod: Pod): Reference {
  return { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name }
}

function shown(text: string): string {
  return redact(clean(text))
}
