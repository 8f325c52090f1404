// Issues, events, releases and projects as Sentry's REST API writes them.
import type { Millis, RecordOf } from '../recording.ts'
import type { Issue, Project, SentryEvent } from './account.ts'
import { exceptionAnswer } from './exception.ts'
import { fieldOf } from './search.ts'
import { breadcrumbEntries, contextsAnswer, requestEntries, userAnswer } from './surroundings.ts'
import { tagsOf } from './tags.ts'
import {
  unspokenOfEvents,
  unspokenOfIssues,
  unspokenOfProjects,
  unspokenOfReleasedProjects,
  unspokenOfReleases,
} from './unspoken.ts'

/**
 * With a window, `count`, `firstSeen` and `lastSeen` are those within it and `lifetime` has the true ones:
 * that is what /organizations/…/issues/ does once start, end or statsPeriod is given.
 */
export function issueAnswer(issue: Issue, now: Millis, base: string, seen: SentryEvent[] = issue.events) {
  const lifetime = counts(issue, issue.events)
  return {
    ...unspokenOfIssues,
    ...(seen === issue.events ? lifetime : counts(issue, seen)),
    id: issue.id,
    shortId: issue.shortId,
    title: issue.latest.title,
    culprit: issue.latest.culprit,
    permalink: `${base}/issues/${issue.id}/`,
    level: issue.latest.level,
    status: issue.latest.status ?? 'unresolved',
    substatus: now - issue.firstSeen < 7 * 86_400_000 ? 'new' : 'ongoing', // Sentry calls an issue new for seven days
    platform: 'other',
    project: { ...projectName(issue.project), platform: 'other' },
    type: 'error',
    metadata: metadataOf(issue.latest),
    issueType: 'error',
    issueCategory: 'error',
    isUnhandled: false,
    stats: { '24h': hourly(issue.events, now) },
    lifetime,
  }
}

function counts(issue: Issue, events: SentryEvent[]) {
  const first = events === issue.events ? issue.firstSeen : (events[0]?.record.at ?? issue.firstSeen)
  return {
    count: String(events.length),
    userCount: usersOf(events),
    firstSeen: iso(first),
    lastSeen: iso(events.at(-1)?.record.at ?? issue.firstSeen),
  }
}

export function usersOf(events: readonly SentryEvent[]): number {
  return new Set(events.map(event => fieldOf(event, 'user')).filter(user => user !== undefined)).size
}

/** [[second of the hour's start, events in it]] of the last 24 hours. */
function hourly(events: SentryEvent[], now: Millis): [number, number][] {
  const hour = 3_600_000
  const last = Math.floor(now / hour) * hour
  const buckets = Array.from({ length: 24 }, (_, i): [number, number] => [(last - (23 - i) * hour) / 1000, 0])
  for (let i = events.length - 1; i >= 0; i--) {
    const bucket = buckets[23 - Math.floor((last + hour - 1 - (events[i]?.record.at ?? 0)) / hour)]
    if (!bucket) break
    bucket[1]++
  }
  return buckets
}

/** `full`: with the entries, as /events/latest/ and ?full=true give them. */
export function eventAnswer(issue: Issue, { id, record }: SentryEvent, full: boolean) {
  const { event } = record
  const common = {
    id,
    eventID: id,
    groupID: issue.id,
    projectID: issue.project.id,
    'event.type': 'error',
    title: record.issue.title,
    message: event.message,
    culprit: record.issue.culprit,
    location: null,
    platform: 'other',
    user: userAnswer(event.user),
    dateCreated: iso(record.at),
    tags: tagsOf(record).map(([key, value]) => ({ key, value })),
    metadata: metadataOf(record.issue),
    crashFile: null,
  }
  if (!full) return common
  const entries = [
    ...(event.exception === undefined ? [] : [{ type: 'exception', data: exceptionAnswer(event.exception) }]),
    { type: 'message', data: { formatted: event.message } },
    ...breadcrumbEntries(event.breadcrumbs),
    ...requestEntries(event.request),
  ]
  const release = event.release === undefined ? null : { version: event.release }
  const surroundings = { contexts: contextsAnswer(event.contexts), context: event.extra ?? {} }
  return {
    ...unspokenOfEvents,
    ...common,
    ...surroundings,
    type: 'error',
    dateReceived: iso(record.at),
    entries,
    release,
  }
}

export function releaseAnswer(
  releases: RecordOf['sentry/releases'][],
  issues: Issue[],
  projects: Project[],
  id: number,
) {
  const version = releases[0]?.version ?? ''
  const slugs = new Set(releases.map(release => release.project))
  const ofRelease = (event: SentryEvent) => fieldOf(event, 'release') === version
  const events = issues.flatMap(issue => issue.events.filter(ofRelease)).sort((a, b) => a.record.at - b.record.at)
  const fresh = issues.filter(
    issue => issue.events[0] && ofRelease(issue.events[0]) && issue.firstSeen === issue.events[0].record.at,
  )
  return {
    ...unspokenOfReleases,
    id,
    version,
    shortVersion: version,
    versionInfo: { package: null, version: { raw: version }, description: version, buildHash: null },
    dateReleased: iso(releases[0]?.at ?? 0),
    dateCreated: iso(releases[0]?.at ?? 0),
    newGroups: fresh.length,
    projects: projects.filter(project => slugs.has(project.slug)).map(releasedProject),
    firstEvent: events[0] ? iso(events[0].record.at) : null,
    lastEvent: events.length > 0 ? iso(events.at(-1)?.record.at ?? 0) : null,
  }
}

export function projectAnswer(project: Project) {
  return {
    ...unspokenOfProjects,
    ...projectName(project),
    platform: 'other',
    environments: [],
  }
}

/** Within a release a project's id is a number. */
function releasedProject({ id, slug }: Project) {
  return { ...unspokenOfReleasedProjects, id: Number(id), slug, name: slug }
}

function projectName({ id, slug }: Project) {
  return { id, slug, name: slug }
}

/** Sentry makes a title of `Type: value`; this takes it apart again. */
function metadataOf({ title }: RecordOf['sentry/events']['issue']) {
  const [, type, value] = /^(\w+): (.*)$/s.exec(title) ?? []
  return type === undefined ? { title } : { title, type, value }
}

export function iso(at: Millis): string {
  return new Date(at).toISOString()
}
