// The tools of the Sentry server. All read; none changes anything.
import type { Reading, Window } from '#incident/signal.ts'
import type { ReadTool, ToolContext } from '../define.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import { askThrough } from './ask.ts'
import type { SentryClient } from './client.ts'
import { getEvents } from './get-events.ts'
import { getIssue } from './get-issue.ts'
import { getIssues } from './get-issues.ts'
import { getPerformanceData } from './get-performance-data.ts'
import { getReleases } from './get-releases.ts'
import { listProjects } from './list-projects.ts'
import type { SentrySettings } from './schema.ts'
import { searchErrors } from './search-errors.ts'

export function sentryTools(
  sentry: SentryClient,
  read: (window: Window, context: ToolContext) => Promise<Reading>,
  settings: SentrySettings,
  { resilience }: RoomDeps,
): ReadTool[] {
  const ask = askThrough(resilience, settings.projects)
  return [
    getSignalsTool(
      'sentry',
      'errors counted by issue and minute (`new` where the issue is), new releases, and latency, failure rate and requests of transactions',
      read,
    ),
    getIssues(sentry, ask),
    getIssue(sentry, ask),
    getEvents(sentry, ask),
    searchErrors(sentry, ask),
    getPerformanceData(sentry, ask),
    getReleases(sentry, ask),
    listProjects(sentry, ask, settings),
  ]
}
