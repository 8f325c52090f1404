// Asks CloudWatch and CloudWatch Logs through AWS's own SDK, one try each. Answers are the SDK's, checked. Every failure is a
// Fault that says which setting to look at, never AWS's words (those stay in `cause`).
import { openLogs } from './logs-client.ts'
import type { Logs } from './logs-client.ts'
import { openMetrics } from './metrics-client.ts'
import type { Metrics } from './metrics-client.ts'
import type { CloudwatchSettings } from './schema.ts'

export type Cloudwatch = Metrics & Logs & { close(): void }

export function openCloudwatch(settings: CloudwatchSettings): Cloudwatch {
  const metrics = openMetrics(settings)
  const logs = openLogs(settings)
  return {
    ...metrics,
    ...logs,
    close() {
      metrics.close()
      logs.close()
    },
  }
}
