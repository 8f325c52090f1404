// Sentry's shapes to signals. Texts come from whoever holds a DSN, which is public: they are redacted and cleaned here. Pure.
import type { Change, Entity, Millis, SeriesPoints, Severity, Utterance, Window } from '#incident/signal.ts'
import { entityOf } from '../entity.ts'
import { MINUTE } from '../log-lines.ts'
import { safe } from '../safe.ts'
import { seriesId } from '../series-id.ts'
import { linkOf, said } from './said.ts'
import type { ErrorRow, Issue, Release, TransactionRow } from './schema.ts'

const HOUR: Millis = 60 * MINUTE

/**
 * Errors of a window that began on a whole minute: one signal for each issue and minute, counted, oldest first. Events that
 * were too many to be read one by one are counted in the issue's newest minute: `issue.count` knows the window's total.
 */
export function errorSignals(rows: readonly ErrorRow[], issues: readonly Issue[], window: Window): Utterance[] {
  const known = new Map(issues.map(issue => [issue.id, issue]))
  const newest = new Map<string, Utterance>() // issue -> signal of its newest minute
  const counted = new Map<string, number>()
  const signals = new Map<string, Utterance>()
  for (const row of rows) {
    const signal = errorSignal(row, known.get(row['issue.id']), window)
    const same = signals.get(signal.id)
    if (same) same.count++
    else signals.set(signal.id, signal)
    if (!newest.has(row['issue.id'])) newest.set(row['issue.id'], signal)
    counted.set(row['issue.id'], (counted.get(row['issue.id']) ?? 0) + 1)
  }
  for (const [issue, signal] of newest) {
    signal.count += Math.max(0, (known.get(issue)?.count ?? 0) - (counted.get(issue) ?? 0))
  }
  return [...signals.values()].sort((a, b) => a.at - b.at)
}

/** One event, newest of its minute; `issue` is absent where the list of issues did not reach that far. */
function errorSignal(row: ErrorRow, issue: Issue | undefined, window: Window): Utterance {
  const at = Date.parse(row.timestamp)
  const firstSeen = issue && (issue.lifetime?.firstSeen ?? issue.firstSeen)
  const isNew = firstSeen !== undefined && Date.parse(firstSeen) > Math.min(window.from, window.to - HOUR)
  const labels = {
    issue: row['issue.id'],
    shortId: issue?.shortId,
    project: row.project,
    culprit: row.culprit,
    level: row.level,
    release: row.release,
    environment: row.environment,
    transaction: row.transaction,
    firstSeen,
    new: isNew ? 'true' : undefined,
  }
  return {
    kind: 'error',
    id: `sentry:issue:${row['issue.id']}@${Math.floor(at / MINUTE) * MINUTE}`,
    source: 'sentry',
    writer: 'public',
    entity: service(row.project, row.service),
    at,
    severity: severityOf(row.level, isNew),
    ...(issue ? linkOf(issue) : {}),
    labels: said(labels),
    text: safe(row.title || issue?.title || 'error without a title'),
    count: 1,
  }
}

/** Those created within the window, of watched projects; the one before it in the same project is what it replaced. `releases`: newest first. */
export function releaseSignals(
  releases: readonly Release[],
  { from, to }: Window,
  isWatched: (project: string) => boolean,
): Change[] {
  return releases.flatMap((release, i) => {
    const at = Date.parse(release.dateCreated)
    if (at <= from || at > to) return []
    return release.projects
      .filter(({ slug }) => isWatched(slug))
      .map(({ slug }): Change => {
        const before = releases.slice(i + 1).find(older => older.projects.some(project => project.slug === slug))
        const version = safe(release.version)
        return {
          kind: 'change',
          id: `sentry:release:${slug}:${version}`,
          source: 'sentry',
          writer: 'public', // an event that names a release creates it
          entity: service(slug),
          at,
          severity: 'low',
          labels: { project: safe(slug), release: version },
          text: `release ${version} of ${safe(slug)}`,
          change: { what: 'release', to: version, ...(before ? { from: safe(before.version) } : {}) },
        }
      })
  })
}

/** One minute of one transaction as points of four series; `at` is the minute's end. What Sentry could not tell is no point. */
export function transactionSeries(row: TransactionRow, at: Millis): SeriesPoints[] {
  const values = [
    ['transaction.duration', 'Milliseconds', 'p50', row['p50(span.duration)']],
    ['transaction.duration', 'Milliseconds', 'p95', row['p95(span.duration)']],
    ['transaction.failure_rate', 'Ratio', 'Average', row['failure_rate()']],
    ['transaction.requests', 'Count', 'Sum', row['count(span.duration)']],
  ] as const
  return values.flatMap(([metric, unit, statistic, value]): SeriesPoints[] => {
    if (value === null) return []
    const labels = { project: safe(row.project), statistic, transaction: safe(row.transaction) }
    const id = seriesId('sentry', metric, labels)
    const entity = service(row.project)
    return [
      {
        kind: 'series',
        id,
        source: 'sentry',
        writer: 'public',
        entity,
        at,
        severity: 'low',
        labels,
        metric,
        unit,
        points: [[at, value]],
      },
    ]
  })
}

/** The tag `service` where the application sets it, else the project. */
function service(project: string, tag = ''): Entity {
  return entityOf({ service: safe(tag || project) })
}

function severityOf(level: string, isNew: boolean): Severity {
  if (level === 'fatal') return 'critical'
  if (level === 'warning') return isNew ? 'medium' : 'low'
  if (level === 'info' || level === 'debug' || level === 'sample') return 'low'
  return isNew ? 'high' : 'medium'
}
