// Alarms and alert rules judged on the run itself: they fire when what they watch has been over its threshold for as long as
// they look, and end the same way.
import type { Millis } from '../../simulator/recording.ts'
import { partNamed } from './application.ts'
import type { Part } from './application.ts'
import { MINUTE } from './propagate.ts'
import type { Run } from './propagate.ts'
import type { Scene } from './scene.ts'
import { cloudwatchMetrics, dimensionsOf } from './telemetry.ts'

export type Fired = {
  source: 'cloudwatch' | 'grafana'
  name: string
  part: string
  at: Millis
  ended: Millis | undefined
}

const ALARMED_PERIODS = 3
const PENDING = 2 * MINUTE

/** Writes the states; what fired, and when. */
export function judgeAlarms(scene: Scene, run: Run): Fired[] {
  return [...cloudAlarms(scene, run), ...alerts(scene, run)]
}

function cloudAlarms(scene: Scene, run: Run): Fired[] {
  const { app, records } = scene
  const metrics = cloudwatchMetrics(scene, run)
  return app.parts.flatMap(part =>
    rulesOf(scene, run, part).flatMap(({ name, metric, statistic, threshold }) => {
      const dimensions = dimensionsOf(app.name, part)!
      const points = metrics.filter(
        each => each.metric === metric && JSON.stringify(each.dimensions) === JSON.stringify(dimensions),
      )
      const over = points.map(({ at, values }): [Millis, boolean] => [at + MINUTE, values[statistic]! > threshold])
      const alarm = {
        AlarmName: name,
        AlarmDescription: `${metric} of ${part.name}`,
        Namespace: points[0]!.namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        ...(statistic.startsWith('p') ? { ExtendedStatistic: statistic } : { Statistic: statistic }),
        Period: 60,
        EvaluationPeriods: ALARMED_PERIODS,
        Threshold: threshold,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      }
      const told = (at: Millis, isOver: boolean) =>
        records['cloudwatch/alarms'].push({
          at,
          alarm,
          state: isOver ? 'ALARM' : 'OK',
          reason: isOver
            ? `Threshold Crossed: ${ALARMED_PERIODS} datapoints were greater than the threshold (${threshold}).`
            : 'The datapoints were within the threshold.',
        })
      told(scene.stretch.start, false)
      return turnsOf(over, (ALARMED_PERIODS - 1) * MINUTE, told).map(([at, ended]) => ({
        source: 'cloudwatch' as const,
        name,
        part: part.name,
        at,
        ended,
      }))
    }),
  )
}

type Rule = { name: string; metric: string; statistic: string; threshold: number }

/** What people set: a share of failures, some times the usual wait, a full processor, an old message. */
function rulesOf({ app }: Scene, run: Run, part: Part): Rule[] {
  const usual = run.ofPart(part.name, 0)
  const named = (what: string) => `${app.name}-${part.name}-${what}`
  if (part.customers > 0)
    return [
      {
        name: named('5xx'),
        metric: 'HTTPCode_Target_5XX_Count',
        statistic: 'Sum',
        threshold: Math.round(0.03 * usual.rate * 60),
      },
      {
        name: named('slow'),
        metric: 'TargetResponseTime',
        statistic: 'p95',
        threshold: Math.round(3000 * usual.p95) / 1000,
      },
    ]
  if (part.kind === 'managed')
    return [{ name: named('cpu'), metric: 'CPUUtilization', statistic: 'Average', threshold: 85 }]
  return part.kind === 'queue'
    ? [{ name: named('age'), metric: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum', threshold: 240 }]
    : []
}

function alerts({ app, stretch, records }: Scene, run: Run): Fired[] {
  return app.alerts.flatMap(name => {
    const part = partNamed(app, name)
    const usual = run.ofPart(name, 0)
    const rules = [
      {
        alertname: 'HighErrorRatio',
        severity: 'critical',
        isOver: (i: number) => run.ofPart(name, i).failing > 0.05,
        summary: `More than 5 % of the requests to ${name} fail`,
      },
      {
        alertname: 'HighLatency',
        severity: 'warning',
        isOver: (i: number) => run.ofPart(name, i).p95 > 3 * usual.p95,
        summary: `p95 of ${name} is over three times the usual`,
      },
    ]
    return rules.flatMap(({ alertname, severity, isOver, summary }) => {
      const labels = { alertname, severity, service: part.name, namespace: app.name }
      const told = (at: Millis, isActive: boolean) =>
        records['grafana/alerts'].push({
          at,
          state: isActive ? 'alerting' : 'normal',
          labels,
          annotations: { summary },
        })
      told(stretch.start, false)
      const over = stretch.steps.map((at, i): [Millis, boolean] => [at, isOver(i)])
      return turnsOf(over, PENDING, told).map(([at, ended]) => ({
        source: 'grafana' as const,
        name: alertname,
        part: part.name,
        at,
        ended,
      }))
    })
  })
}

/** When it turned on, and off again: each when its first such look was `millis` ago and all since then were the same. */
function turnsOf(
  looks: readonly [Millis, boolean][],
  millis: Millis,
  told: (at: Millis, on: boolean) => void,
): [Millis, Millis | undefined][] {
  const turns: [Millis, Millis | undefined][] = []
  let on = false
  let since: Millis | undefined
  for (const [at, isOver] of looks) {
    if (isOver === on) {
      since = undefined
      continue
    }
    since ??= at
    if (at - since < millis) continue
    on = isOver
    since = undefined
    told(at, on)
    if (on) turns.push([at, undefined])
    else turns.at(-1)![1] = at
  }
  return turns
}
