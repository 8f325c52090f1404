// The tools of the CloudWatch server. All read; none changes anything.
import type { Reading, Window } from '#incident/signal.ts'
import type { ReadTool, ToolContext } from '../define.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import type { Cloudwatch } from './client.ts'
import { getAlarmHistory } from './get-alarm-history.ts'
import { getAlarms } from './get-alarms.ts'
import { getLogs } from './get-logs.ts'
import { getMetrics } from './get-metrics.ts'
import { listLogGroups } from './list-log-groups.ts'
import { listMetrics } from './list-metrics.ts'
import { queryInsights } from './query-insights.ts'
import type { CloudwatchSettings } from './schema.ts'

export function cloudwatchTools(
  cloudwatch: Cloudwatch,
  settings: CloudwatchSettings,
  read: (window: Window, context: ToolContext) => Promise<Reading>,
  deps: RoomDeps,
): ReadTool[] {
  return [
    getSignalsTool(
      'cloudwatch',
      'alarms that are active or ended in it, new points of watched metrics, and error lines of log groups',
      read,
    ),
    getMetrics(cloudwatch, deps),
    listMetrics(cloudwatch, deps),
    getAlarms(cloudwatch, deps),
    getAlarmHistory(cloudwatch, deps),
    getLogs(cloudwatch, deps),
    listLogGroups(cloudwatch, deps),
    queryInsights(cloudwatch, settings, deps),
  ]
}
