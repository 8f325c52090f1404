// Sentry's shapes to signals and to what the tools answer. Texts come from whoever holds a DSN, which is public: they are
// redacted and cleaned here. Pure.
import type { Change, Entity, Millis, SeriesPoints, Severity, Utterance, Window } from '#incident/signal.ts'
import { entityOf } from '../entity.ts'
import { MINUTE } from '../log-lines.ts'
import { safe } from '../safe.ts'
import { seriesId } from '../series-id.ts'
import { exceptionShape } from './schema.ts'
import type { ErrorRow, Event, Issue, Release, TransactionRow } from './schema.ts'

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
    ...(issue && isWebAddress(issue.permalink) ? { url: issue.permalink } : {}),
    labels: said(labels),
    text: safe(row.title || issue?.title || 'error without a title'),
    count: 1,
  }
}

/** Those created within the window; the one before it in the same project is what it replaced. `releases`: newest first. */
export function releaseSignals(releases: readonly Release[], { from, to }: Window): Change[] {
  return releases.flatMap((release, i) => {
    const at = Date.parse(release.dateCreated)
    if (at <= from || at > to) return []
    return release.projects.map(({ slug }): Change => {
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

/** What get_issues answers of an issue. */
export function issueView(issue: Issue) {
  const { firstSeen, lastSeen, count } = issue.lifetime ?? issue
  return {
    id: issue.id,
    shortId: safe(issue.shortId),
    title: safe(issue.title),
    culprit: safe(issue.culprit),
    level: safe(issue.level),
    status: safe(issue.status),
    project: safe(issue.project.slug),
    firstSeen: iso(firstSeen),
    lastSeen: iso(lastSeen),
    count,
    countInWindow: issue.count,
    users: issue.userCount,
    ...(isWebAddress(issue.permalink) ? { url: issue.permalink } : {}),
  }
}

/** What get_events answers of a row of the table, or of an event of one issue with its entries. */
export function rowView(row: ErrorRow) {
  const { release, environment, transaction } = row
  return {
    id: row.id,
    issueId: row['issue.id'],
    at: iso(row.timestamp),
    title: safe(row.title),
    culprit: safe(row.culprit),
    tags: said({ level: row.level, project: row.project, release, environment, transaction }),
    stacktrace: [],
  }
}

export function eventView(event: Event, issue: string) {
  const tags = Object.fromEntries(event.tags.slice(0, MOST_TAGS).map(({ key, value }) => [key, value]))
  return {
    id: event.id,
    issueId: event.groupID ?? issue,
    at: iso(event.dateCreated),
    title: safe(event.title),
    culprit: safe(event.culprit),
    ...(event.message ? { message: safe(event.message) } : {}),
    tags: said({ release: event.release?.version, ...tags }),
    stacktrace: stacktraceOf(event),
  }
}

const MOST_TAGS = 30
const MOST_FRAMES = 15 // what fits on a screen; the innermost come first

/** `function (file:line)`, innermost first; our own code's frames where Sentry knows which those are. */
function stacktraceOf({ entries }: Event): string[] {
  const data = entries.find(entry => entry.type === 'exception')?.data
  const exceptions = exceptionShape.safeParse(data)
  const frames = exceptions.data?.values.at(-1)?.stacktrace?.frames ?? []
  const own = frames.filter(frame => frame.inApp)
  return (own.length > 0 ? own : frames)
    .slice(-MOST_FRAMES)
    .reverse()
    .map(frame => safe(`${frame.function || '?'} (${frame.filename}${frame.lineNo ? `:${frame.lineNo}` : ''})`))
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

/** Without what is absent or empty. */
function said(labels: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(labels).filter((label): label is [string, string] => Boolean(label[1]))
  return Object.fromEntries(entries.map(([name, value]) => [safe(name), safe(value)]))
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s"'<>]{1,500}$/.test(text)
}

function iso(stamp: string): string {
  return new Date(stamp).toISOString()
}
