// Alarms of CloudWatch and alert rules of Grafana: OK at first, and what becomes of them.
import type { Millis, RecordOf } from '../recording.ts'
import { cluster, connectionLimit, database, namespace, type ServiceName } from './services.ts'
import { stepMillis, type Clockwork } from './story-line.ts'
import { targetGroups } from './telemetry.ts'

/** `fires`: since when it is in ALARM; absent: never. `ends`: since when it is OK again. */
export type Alarm = { alarm: RecordOf['cloudwatch/alarms']['alarm']; fires?: Millis; ends?: Millis; reason: string }

export function serverErrorsAlarm(service: ServiceName, fires?: Millis, ends?: Millis): Alarm {
  const alarm = {
    AlarmName: `shop-${service}-5xx`,
    AlarmDescription: `Users of ${service} get server errors`,
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'HTTPCode_Target_5XX_Count',
    Dimensions: named(targetGroups[service] ?? {}),
    Statistic: 'Sum',
    Period: 10,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 3,
    Threshold: 20,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  }
  return {
    alarm,
    fires,
    ends,
    reason: 'Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (20.0).',
  }
}

export function slowResponsesAlarm(service: ServiceName, fires?: Millis): Alarm {
  const alarm = {
    AlarmName: `shop-${service}-slow`,
    AlarmDescription: `Users of ${service} wait too long`,
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'TargetResponseTime',
    Dimensions: named(targetGroups[service] ?? {}),
    ExtendedStatistic: 'p95',
    Period: 10,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 3,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  }
  return {
    alarm,
    fires,
    reason: 'Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (1.0).',
  }
}

export function connectionsAlarm(fires?: Millis): Alarm {
  const threshold = connectionLimit * 0.9
  const alarm = {
    AlarmName: 'shop-db-connections',
    AlarmDescription: 'The database is running out of connections',
    Namespace: 'AWS/RDS',
    MetricName: 'DatabaseConnections',
    Dimensions: named({ DBInstanceIdentifier: database }),
    Statistic: 'Maximum',
    Period: 10,
    EvaluationPeriods: 3,
    Threshold: threshold,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  }
  return {
    alarm,
    fires,
    reason: `Threshold Crossed: 3 datapoints were greater than or equal to the threshold (${threshold}).`,
  }
}

/** The state is told again in each step: whenever a story turns, the next step says how it is. */
export function alarmRecords({ steps }: Clockwork, alarms: Alarm[]): RecordOf['cloudwatch/alarms'][] {
  return steps.flatMap(at =>
    alarms.map(({ alarm, fires = Infinity, ends = Infinity, reason }) =>
      at >= fires && at < ends
        ? { at, alarm, state: 'ALARM', reason }
        : { at, alarm, state: 'OK', reason: 'The last 3 datapoints were within the threshold.' },
    ),
  )
}

/** Of a rule on the errors of a service, as an alarm. */
export type Alert = { service: ServiceName; fires?: Millis; ends?: Millis }

export function alertRecords({ steps }: Clockwork, alerts: Alert[]): RecordOf['grafana/alerts'][] {
  return steps.flatMap(at =>
    alerts.map(({ service, fires = Infinity, ends = Infinity }) => ({
      at,
      state: at >= fires && at < ends ? 'alerting' : 'normal',
      labels: { alertname: 'HighErrorRatio', severity: 'critical', service, namespace, cluster },
      annotations: {
        summary: `More than 5 % of the requests to ${service} fail`,
        runbook_url: `https://runbooks.example/${service}/errors`,
        __dashboardUid__: 'shop-services',
        __panelId__: '1',
      },
    })),
  )
}

/** When an alarm that looks at three points of 10 s goes off for a trouble that begins at `onset`. */
export function firesAfter(onset: Millis): Millis {
  return onset + 3 * stepMillis
}

function named(dimensions: Record<string, string>) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
}
