// What one look found, as signals, relations and the healthy. Pure: the same view and window give the same reading.
import type {
  Entity,
  Millis,
  Reading,
  SeriesPoints,
  Severity,
  Signal,
  State,
  Utterance,
  Window,
} from '#incident/signal.ts'
import { safe } from '../safe.ts'
import { seriesIds } from '../series-id.ts'
import { runChecks } from './checks/index.ts'
import type { StandingVerdict } from './checks/index.ts'
import { changesOf } from './changes.ts'
import { parseCpu, parseQuantity } from './quantity.ts'
import type { KubernetesEvent, PodMetrics } from './schema.ts'
import { relationsOf } from './relations.ts'
import { keyOf, named, podReference, referenceOf } from './view.ts'
import type { Reference, View } from './view.ts'

/** Health is of now: a window that ended long before `now` says nothing about who is well at its end. */
const SAME_MOMENT = 5 * 60_000

export function readingOf(view: View, window: Window, now: Millis): Reading {
  const isIn = (at: number) => at > window.from && at <= window.to
  const verdicts = runChecks(view).filter(({ since }) => since <= window.to)
  const signals: Signal[] = [
    ...verdicts.map(verdict => stateOf(verdict, view)),
    ...view.workloads.flatMap(workload => changesOf(workload, view, window)),
    ...view.events.filter(event => isWarning(event) && isIn(event.last)).map(event => utteranceOf(event, view)),
    ...view.logs.map(group => logOf(group, view)),
    ...view.metrics.flatMap(metrics => seriesOf(metrics, view, window)),
  ]
  return {
    signals,
    relations: relationsOf(view, verdicts),
    healthy: now - window.to <= SAME_MOMENT && !view.isStale ? healthyOf(view) : [],
    missing: view.missing,
  }
}

function stateOf(verdict: StandingVerdict, view: View): State {
  const { object, concerns, fault, points, since, witness, remedy, mend } = verdict
  return {
    kind: 'state',
    id: `kubernetes:state:${fault}:${keyOf(object)}`,
    source: 'kubernetes',
    entity: { ...view.entityOf(object), ...(concerns && { service: view.entityOf(concerns).service }) },
    at: view.at,
    severity: severityOf(points),
    labels: { check: verdict.check, ...(mend && { mend: safe(mend) }) },
    writer: 'system',
    fault,
    text: safe(verdict.text),
    since,
    points: Math.round(points * 100) / 100,
    witness: witness.map(safe),
    ...(remedy && { remedy }),
  }
}

/** 14 is a contradiction between two objects, 8 what the system itself says, 4 a consequence: the scale of the checks. */
function severityOf(points: number): Severity {
  if (points >= 14) return 'critical'
  if (points >= 8) return 'high'
  return points >= 4 ? 'medium' : 'low'
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
    text: safe(`${reason}: ${message}`),
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
    labels: { container, level: weight },
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
  const entity = view.entityOf({ kind: 'Pod', namespace, name })
  const labels = { namespace, pod: name }
  const cpu = sum(containers.map(({ usage }) => parseCpu(usage?.cpu)))
  const memory = sum(containers.map(({ usage }) => parseQuantity(usage?.memory)))
  const idOf = seriesIds('kubernetes', labels)
  const series = (metric: string, unit: string, value: number | undefined): SeriesPoints[] =>
    value === undefined
      ? []
      : [
          {
            kind: 'series',
            id: idOf(metric),
            source: 'kubernetes',
            entity,
            at: timestamp,
            severity: 'low',
            labels,
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

function healthyOf(view: View): Entity[] {
  return view.workloads.map(referenceOf).filter(view.isHealthy).map(view.entityOf)
}
