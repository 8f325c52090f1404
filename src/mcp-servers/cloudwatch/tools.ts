// The tools of the CloudWatch server. All read; none changes anything.
import type { ReadTool } from '../define.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import type { Accounts } from './accounts.ts'
import { getAlarmHistory } from './get-alarm-history.ts'
import { getAlarms } from './get-alarms.ts'
import { getLogs } from './get-logs.ts'
import { getMetrics } from './get-metrics.ts'
import { listLogGroups } from './list-log-groups.ts'
import { listMetrics } from './list-metrics.ts'
import { queryInsights } from './query-insights.ts'
import { readCloudwatch } from './signals.ts'

export function cloudwatchTools(accounts: Accounts, deps: RoomDeps): ReadTool[] {
  return [
    getSignalsTool(
      'cloudwatch',
      'alarms that are active or ended in it, new points of watched metrics, and error lines of log groups',
      readCloudwatch(accounts, deps),
    ),
    getMetrics(accounts),
    listMetrics(accounts),
    getAlarms(accounts),
    getAlarmHistory(accounts),
    getLogs(accounts),
    listLogGroups(accounts),
    queryInsights(accounts),
  ]
}
