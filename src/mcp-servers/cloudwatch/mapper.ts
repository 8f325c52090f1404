// CloudWatch's shapes to signals. Pure.
import type { Alarm as AlarmSignal, Entity, Millis, SeriesPoints, Severity, Window } from '#incident/signal.ts'
import { entityOf, NOBODY, ownerOf } from '../entity.ts'
import type { Line } from '../log-lines.ts'
import { safe, safeLabels } from '../safe.ts'
import { seriesId } from '../series-id.ts'
import { alarmWords } from './alarm-words.ts'
import type { Alarm, LogEvent, Metric } from './schema.ts'
import { growsWithinPeriod } from './statistics.ts'

/** What an alarm looks at; several for one on metric math, none for a composite one. `period` in seconds. */
export function metricsOfAlarm(alarm: Alarm): { metric: Metric; statistic: string; period: number }[] {
  const { MetricName, Namespace, Dimensions, Period } = alarm
  const statistic = alarm.Statistic ?? alarm.ExtendedStatistic
  if (MetricName && Namespace && statistic) {
    return [{ metric: { MetricName, Namespace, Dimensions }, statistic, period: Period ?? 60 }]
  }
  return (alarm.Metrics ?? []).flatMap(({ MetricStat: stat }) =>
    stat ? [{ metric: stat.Metric, statistic: stat.Stat, period: stat.Period ?? 60 }] : [],
  )
}

/** Alarms that are active at the window's end, and those that ended within it. */
export function alarmSignals(alarms: readonly Alarm[], { from, to }: Window): AlarmSignal[] {
  return alarms.flatMap((alarm): AlarmSignal[] => {
    const at = sinceOf(alarm)
    const active = alarm.StateValue === 'ALARM'
    if (at > to || (!active && (alarm.StateValue !== 'OK' || at <= from))) return []
    const [watched, ...others] = metricsOfAlarm(alarm)
    const name = safe(alarm.AlarmName)
    const labels = {
      ...(watched ? safeLabels(watched.metric.Dimensions) : {}),
      alarm: name,
      ...(watched ? { metric: safe(watched.metric.MetricName), namespace: safe(watched.metric.Namespace) } : {}),
      ...(alarm.Threshold != null ? { threshold: String(alarm.Threshold) } : {}),
      ...(alarm.ComparisonOperator ? { comparison: alarm.ComparisonOperator } : {}),
    }
    return [
      {
        kind: 'alarm',
        id: `cloudwatch:alarm:${name}@${at}`,
        source: 'cloudwatch',
        writer: 'operator',
        entity: entityOfAlarm(alarm, alarms),
        at,
        severity: active ? severityOf(alarm) : 'low',
        labels,
        text: safe(`${alarm.AlarmName}: ${alarmWords(alarm)}`),
        active,
        ...(watched && others.length === 0 ? { watches: idOf(watched.metric, watched.statistic) } : {}),
      },
    ]
  })
}

/** When it came into its state. */
export function sinceOf(alarm: Alarm): Millis {
  return alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp
}

/** Of a composite alarm: whom the first of its children that we know is about. */
function entityOfAlarm(alarm: Alarm, alarms: readonly Alarm[]): Entity {
  const [watched] = metricsOfAlarm(alarm)
  if (watched) return entityOfMetric(watched.metric)
  const children = [...(alarm.AlarmRule ?? '').slice(0, 10_240).matchAll(/ALARM\(\s?["']?([^"')]{1,255})["']?\s?\)/g)]
  for (const [, name] of children) {
    const child = alarms.find(each => each.AlarmName === name)
    const [metric] = child ? metricsOfAlarm(child) : []
    if (metric) return entityOfMetric(metric.metric)
  }
  return { service: NOBODY }
}

function severityOf({ AlarmName, AlarmDescription }: Alarm): Severity {
  const said = `${AlarmName} ${AlarmDescription.slice(0, 500)}`
  if (/critical|emergency|\bsev-?1\b|\bp1\b|fatal/i.test(said)) return 'critical'
  return /warn/i.test(said) ? 'medium' : 'high'
}

/** A series without its points: what does not change from reading to reading. */
export type SeriesHead = Omit<SeriesPoints, 'at' | 'points'>

export function seriesHead(metric: Metric, statistic: string, unit: string): SeriesHead {
  return {
    kind: 'series',
    id: idOf(metric, statistic),
    source: 'cloudwatch',
    writer: 'operator',
    entity: entityOfMetric(metric),
    severity: 'low',
    labels: labelsOf(metric, statistic),
    metric: safe(metric.MetricName),
    unit: unit === 'None' ? '' : unit,
  }
}

/**
 * Points of a series for a window. CloudWatch stamps a point with its period's start and delivers it late, so two spacings
 * before the window are given again; a sum of a period that is not over yet is left out.
 */
export function seriesSignal(
  { head, statistic }: { head: SeriesHead; statistic: string },
  points: readonly [Millis, number][],
  { from, to }: Window,
): SeriesPoints | undefined {
  const spacing = spacingOf(points)
  const until = growsWithinPeriod(statistic) ? to - spacing : to
  const wanted = points.filter(([at]) => at > from - 2 * spacing && at <= until)
  const last = wanted.at(-1)
  return last && { ...head, at: last[0], points: wanted }
}

/** The longest spacing that is usual; assumed where one point alone cannot tell. */
export const USUAL_SPACING: Millis = 300_000

/** The least time between two points. */
export function spacingOf(points: readonly [Millis, number][]): Millis {
  let least = Number.POSITIVE_INFINITY
  for (let i = 1; i < points.length; i++) least = Math.min(least, (points[i]?.[0] ?? 0) - (points[i - 1]?.[0] ?? 0))
  return Number.isFinite(least) && least > 0 ? least : USUAL_SPACING
}

function idOf(metric: Metric, statistic: string): string {
  return seriesId('cloudwatch', safe(metric.MetricName), labelsOf(metric, statistic))
}

function labelsOf({ Namespace, Dimensions }: Metric, statistic: string): Record<string, string> {
  return { namespace: safe(Namespace), statistic, ...safeLabels(Dimensions) }
}

/** Whom the dimensions name; of a resource that is no service (a database, a queue) its own name. */
export function entityOfMetric({ Namespace, Dimensions }: Metric): Entity {
  const entity = entityOf(safeLabels(Dimensions))
  if (entity.service !== NOBODY) return entity
  const named = Object.entries(Dimensions).filter(([name]) => !NO_RESOURCE.test(name))
  const nearest = NEAREST.map(wanted => named.find(([name]) => name === wanted)).find(Boolean)
  const [resource] = nearest ? [nearest] : named.sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...entity, service: resource ? safe(nameOfResource(resource[1])) : safe(Namespace) }
}

/** Where several are given, what stands nearest to the application. */
const NEAREST = [
  'TargetGroup',
  'FunctionName',
  'QueueName',
  'DBInstanceIdentifier',
  'DBClusterIdentifier',
  'CacheClusterId',
]
const NO_RESOURCE = /zone|region|operation|^type$|class|currency|storagetype|engine/i

/** Load balancers and target groups carry their kind and a number: app/shop/50dc6c495c0c9188, targetgroup/cart/73e2d6bc24d8a067. */
function nameOfResource(value: string): string {
  return /^(?:app|net|gwy|targetgroup)\/([\w.-]{1,100})\/[0-9a-f]{16}$/.exec(value)?.[1] ?? value
}

/** A log event as a line, with whom its group, its stream or (from Container Insights) its own fields name. */
export function lineOf(group: string, { timestamp, message, logStreamName }: LogEvent): Line {
  const { text, fields } = unwrapped(message)
  const labels = safeLabels({ group, stream: logStreamName })
  const named = entityOf(safeLabels(fields))
  const entity = named.service === NOBODY ? entityOfStream(group, logStreamName) : named
  return { at: timestamp, text, entity, labels }
}

/** Container Insights wraps a container's line: {"log": "...", "kubernetes": {"pod_name": ...}}. */
function unwrapped(message: string): { text: string; fields: Record<string, string> } {
  if (!message.startsWith('{') || message.length > LONGEST_WRAPPED) return { text: message, fields: {} }
  try {
    const { log, kubernetes } = JSON.parse(message) as { log?: unknown; kubernetes?: unknown }
    if (typeof log !== 'string' || typeof kubernetes !== 'object' || kubernetes === null)
      return { text: message, fields: {} }
    const { pod_name: pod, namespace_name: namespace } = kubernetes as Record<string, unknown>
    return {
      text: log,
      fields: { ...(typeof pod === 'string' ? { pod } : {}), ...(typeof namespace === 'string' ? { namespace } : {}) },
    }
  } catch {
    return { text: message, fields: {} }
  }
}

const LONGEST_WRAPPED = 64 * 1024

/**
 * /aws/lambda/NAME, /aws/rds/instance/NAME/..., /ecs/NAME: the name. A stream named as a pod is: the pod's owner.
 * Container Insights puts many writers into one group: the stream.
 */
function entityOfStream(group: string, stream: string): Entity {
  const owner = ownerOf(stream)
  if (owner !== stream) return { kind: 'Pod', name: safe(stream), service: safe(owner) }
  const parts = group.split('/').filter(Boolean)
  if (parts[0] === 'aws' && parts[1] === 'containerinsights')
    return { cluster: safe(parts[2] ?? ''), service: safe(stream) }
  if (parts[0] === 'aws' && parts[1] === 'rds') return { service: safe(parts[3] ?? group) }
  return { service: safe((parts[0] === 'aws' ? parts[2] : parts.at(-1)) ?? group) }
}
