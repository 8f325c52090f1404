// Alarms and what happened to them, as the tools answer them. Pure.
import { safe, safeLabels } from '../safe.ts'
import { metricsOfAlarm, sinceOf } from './mapper.ts'
import type { Alarm, HistoryItem } from './schema.ts'

/** What get_alarms answers of an alarm. */
export function alarmView(alarm: Alarm) {
  const [watched] = metricsOfAlarm(alarm)
  return {
    alarmName: safe(alarm.AlarmName),
    stateValue: alarm.StateValue,
    stateReason: safe(alarm.StateReason),
    since: new Date(sinceOf(alarm)).toISOString(),
    ...(alarm.AlarmDescription ? { description: safe(alarm.AlarmDescription) } : {}),
    ...(alarm.Threshold != null ? { threshold: alarm.Threshold } : {}),
    ...(alarm.ComparisonOperator ? { comparisonOperator: safe(alarm.ComparisonOperator) } : {}),
    ...(watched
      ? {
          namespace: safe(watched.metric.Namespace),
          metricName: safe(watched.metric.MetricName),
          dimensions: safeLabels(watched.metric.Dimensions),
          statistic: safe(watched.statistic),
          periodSeconds: watched.period,
        }
      : {}),
    ...(alarm.AlarmRule ? { rule: safe(alarm.AlarmRule) } : {}),
  }
}

/** What get_alarm_history answers of one thing that happened; the reason is in its data. */
export function historyView({ AlarmName, AlarmType, Timestamp, HistorySummary, HistoryData }: HistoryItem) {
  const reason = reasonIn(HistoryData)
  return {
    at: new Date(Timestamp).toISOString(),
    alarmName: safe(AlarmName),
    composite: AlarmType === 'CompositeAlarm',
    summary: safe(HistorySummary),
    ...(reason && { reason: safe(reason) }),
  }
}

function reasonIn(data: string): string | undefined {
  if (data.length > LONGEST_DATA) return undefined
  try {
    const { newState } = JSON.parse(data) as { newState?: { stateReason?: unknown } }
    return typeof newState?.stateReason === 'string' ? newState.stateReason : undefined
  } catch {
    return undefined
  }
}

const LONGEST_DATA = 64 * 1024
