// DescribeAlarms and DescribeAlarmHistory. An alarm's state is that of its last record visible by now.
import { z } from 'zod'
import type { Cloud } from '../cloud.ts'
import { follow } from '../follow.ts'
import type { Millis, RecordOf } from '../recording.ts'
import { moment, offsetOf, operation } from './operation.ts'

type Turn = { at: Millis; from: string | undefined; to: string; reason: string }
type Alarm = {
  definition: RecordOf['cloudwatch/alarms']['alarm']
  createdAt: Millis
  updatedAt: Millis // of state or reason
  transitionedAt: Millis // of state
  state: string
  reason: string
  turns: Turn[] // oldest first
}

export function alarmOperations(cloud: Cloud, arnPrefix: string) {
  const alarms = new Map<string, Alarm>()
  const freshRecords = follow(cloud, 'cloudwatch/alarms')
  const types = z.array(z.enum(['MetricAlarm', 'CompositeAlarm']))

  return {
    DescribeAlarms: operation(
      z.strictObject({
        AlarmNames: z.array(z.string()).max(100).optional(),
        AlarmNamePrefix: z.string().optional(),
        AlarmTypes: types.default(['MetricAlarm']),
        StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
        MaxRecords: z.int().min(1).max(100).default(50),
        NextToken: z.string().optional(),
      }),
      asked => {
        const found = known().filter(alarm => {
          const name = alarm.definition.AlarmName
          return (
            (asked.AlarmNames?.includes(name) ?? true) &&
            name.startsWith(asked.AlarmNamePrefix ?? '') &&
            (asked.StateValue ?? alarm.state) === alarm.state &&
            asked.AlarmTypes.includes(typeOf(alarm))
          )
        })
        const { page, ...next } = paged(found, asked.NextToken, asked.MaxRecords)
        const ofType = (type: string) => page.filter(alarm => typeOf(alarm) === type).map(alarm => answer(alarm))
        return { MetricAlarms: ofType('MetricAlarm'), CompositeAlarms: ofType('CompositeAlarm'), ...next }
      },
    ),

    DescribeAlarmHistory: operation(
      z.strictObject({
        AlarmName: z.string().optional(),
        AlarmTypes: types.optional(),
        HistoryItemType: z.string().optional(),
        StartDate: moment.default(-Infinity),
        EndDate: moment.default(Infinity),
        ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
        MaxRecords: z.int().min(1).max(100).default(100),
        NextToken: z.string().optional(),
      }),
      asked => {
        const items = known()
          .filter(alarm => (asked.AlarmName ?? alarm.definition.AlarmName) === alarm.definition.AlarmName)
          .filter(alarm => asked.AlarmTypes?.includes(typeOf(alarm)) ?? true)
          .flatMap(alarm => alarm.turns.map(turn => ({ alarm, turn })))
          .filter(({ turn }) => turn.from !== undefined && turn.at >= asked.StartDate && turn.at <= asked.EndDate)
          .filter(() => (asked.HistoryItemType ?? 'StateUpdate') === 'StateUpdate')
          .sort((a, b) => (asked.ScanBy === 'TimestampAscending' ? a.turn.at - b.turn.at : b.turn.at - a.turn.at))
        const { page, ...next } = paged(items, asked.NextToken, asked.MaxRecords)
        return { AlarmHistoryItems: page.map(({ alarm, turn }) => historyItem(alarm, turn)), ...next }
      },
    ),
  }

  function known(): Alarm[] {
    for (const { at, alarm: definition, state, reason } of freshRecords()) {
      const alarm = alarms.get(definition.AlarmName)
      if (!alarm) {
        const turns = [{ at, from: undefined, to: state, reason }]
        alarms.set(definition.AlarmName, {
          definition,
          createdAt: at,
          updatedAt: at,
          transitionedAt: at,
          state,
          reason,
          turns,
        })
        continue
      }
      if (state !== alarm.state) {
        alarm.turns.push({ at, from: alarm.state, to: state, reason })
        alarm.transitionedAt = at
      }
      if (state !== alarm.state || reason !== alarm.reason) alarm.updatedAt = at
      Object.assign(alarm, { definition, state, reason })
    }
    return [...alarms.values()].sort((a, b) => (a.definition.AlarmName < b.definition.AlarmName ? -1 : 1))
  }

  function answer(alarm: Alarm) {
    return {
      ActionsEnabled: true,
      AlarmActions: [],
      OKActions: [],
      InsufficientDataActions: [],
      ...(typeOf(alarm) === 'MetricAlarm' ? { Dimensions: [] } : {}),
      ...alarm.definition,
      AlarmArn: `${arnPrefix}:alarm:${alarm.definition.AlarmName}`,
      AlarmConfigurationUpdatedTimestamp: alarm.createdAt / 1000,
      StateValue: alarm.state,
      StateReason: alarm.reason,
      StateUpdatedTimestamp: alarm.updatedAt / 1000,
      StateTransitionedTimestamp: alarm.transitionedAt / 1000,
    }
  }
}

function typeOf(alarm: Alarm): 'CompositeAlarm' | 'MetricAlarm' {
  return 'AlarmRule' in alarm.definition ? 'CompositeAlarm' : 'MetricAlarm'
}

function historyItem(alarm: Alarm, turn: Turn) {
  return {
    AlarmName: alarm.definition.AlarmName,
    AlarmType: typeOf(alarm),
    Timestamp: turn.at / 1000,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${turn.from} to ${turn.to}`,
    HistoryData: JSON.stringify({
      version: '1.0',
      oldState: { stateValue: turn.from },
      newState: { stateValue: turn.to, stateReason: turn.reason },
    }),
  }
}

function paged<T>(rows: T[], token: string | undefined, size: number): { page: T[]; NextToken?: string } {
  const from = offsetOf(token)
  const page = rows.slice(from, from + size)
  return from + size < rows.length ? { page, NextToken: String(from + size) } : { page }
}
