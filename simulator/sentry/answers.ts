// Issues, events, releases, projects and tags as Sentry's REST API writes them.
import type { Millis, RecordOf } from '../recording.ts'
import type { Issue, Project, SentryEvent } from './account.ts'
import { exceptionAnswer } from './exception.ts'
import { fieldOf } from './search.ts'

/**
 * With a window, `count`, `firstSeen` and `lastSeen` are those within it and `lifetime` has the true ones:
 * that is what /organizations/…/issues/ does once start, end or statsPeriod is given.
 */
export function issueAnswer(issue: Issue, now: Millis, base: string, seen: SentryEvent[] = issue.events) {
  const lifetime = counts(issue, issue.events)
  return {
    ...(seen === issue.events ? lifetime : counts(issue, seen)),
    id: issue.id,
    shareId: null,
    shortId: issue.shortId,
    title: issue.latest.title,
    culprit: issue.latest.culprit,
    permalink: `${base}/issues/${issue.id}/`,
    logger: null,
    level: issue.latest.level,
    status: issue.latest.status ?? 'unresolved',
    statusDetails: {},
    substatus: now - issue.firstSeen < 7 * 86_400_000 ? 'new' : 'ongoing', // Sentry calls an issue new for seven days
    isPublic: false,
    platform: 'other',
    project: { ...projectName(issue.project), platform: 'other' },
    type: 'error',
    metadata: metadataOf(issue.latest),
    numComments: 0,
    assignedTo: null,
    annotations: [],
    issueType: 'error',
    issueCategory: 'error',
    isUnhandled: false,
    hasSeen: false,
    stats: { '24h': hourly(issue.events, now) },
    lifetime,
    filtered: null,
  }
}

function counts(issue: Issue, events: SentryEvent[]) {
  const first = events === issue.events ? issue.firstSeen : (events[0]?.record.at ?? issue.firstSeen)
  return {
    count: String(events.length),
    userCount: new Set(events.map(event => fieldOf(event, 'user')).filter(user => user !== undefined)).size,
    firstSeen: iso(first),
    lastSeen: iso(events.at(-1)?.record.at ?? issue.firstSeen),
  }
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
    user: null,
    dateCreated: iso(record.at),
    tags: tagsOf(record).map(([key, value]) => ({ key, value })),
    metadata: metadataOf(record.issue),
    crashFile: null,
  }
  if (!full) return common
  const entries = [
    ...(event.exception === undefined ? [] : [{ type: 'exception', data: exceptionAnswer(event.exception) }]),
    { type: 'message', data: { formatted: event.message } },
  ]
  const release = event.release === undefined ? null : { version: event.release }
  return { ...common, type: 'error', dateReceived: iso(record.at), entries, contexts: {}, errors: [], release }
}

/** The keys of an issue's tags, as the issue itself lists them. */
export function tagKeys(issue: Issue) {
  return [...tagValues(issue)].map(([key, values]) => ({ key, name: key, totalValues: total(values) }))
}

/** Undefined: no event of the issue has such a tag. */
export function tagAnswer(issue: Issue, key: string) {
  const values = tagValues(issue).get(key)
  return (
    values && {
      key,
      name: key,
      totalValues: total(values),
      uniqueValues: values.size,
      topValues: [...values]
        .sort((a, b) => b[1].length - a[1].length)
        .slice(0, 10)
        .map(([value, times]) => ({
          key,
          name: value,
          value,
          count: times.length,
          firstSeen: iso(times[0] ?? 0),
          lastSeen: iso(times.at(-1) ?? 0),
        })),
    }
  )
}

/** key -> value -> when. */
function tagValues(issue: Issue): Map<string, Map<string, Millis[]>> {
  const byKey = new Map<string, Map<string, Millis[]>>()
  for (const { record } of issue.events)
    for (const [key, value] of tagsOf(record)) {
      const values = byKey.get(key) ?? new Map<string, Millis[]>()
      byKey.set(key, values)
      const times = values.get(value)
      if (times) times.push(record.at)
      else values.set(value, [record.at])
    }
  return byKey
}

function total(values: Map<string, Millis[]>): number {
  return [...values.values()].reduce((sum, times) => sum + times.length, 0)
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
    id,
    version,
    shortVersion: version,
    status: 'open',
    versionInfo: { package: null, version: { raw: version }, description: version, buildHash: null },
    ref: null,
    url: null,
    dateReleased: iso(releases[0]?.at ?? 0),
    dateCreated: iso(releases[0]?.at ?? 0),
    data: {},
    newGroups: fresh.length,
    owner: null,
    commitCount: 0,
    lastCommit: null,
    deployCount: 0,
    lastDeploy: null,
    authors: [],
    projects: projects.filter(project => slugs.has(project.slug)).map(projectName),
    firstEvent: events[0] ? iso(events[0].record.at) : null,
    lastEvent: events.length > 0 ? iso(events.at(-1)?.record.at ?? 0) : null,
  }
}

export function projectAnswer(project: Project) {
  return {
    ...projectName(project),
    platform: 'other',
    platforms: [],
    isMember: true,
    hasAccess: true,
    dateCreated: '2020-01-01T00:00:00Z',
    features: ['releases'],
    environments: [],
    teams: [],
  }
}

function projectName({ id, slug }: Project) {
  return { id, slug, name: slug }
}

/** Sentry makes a title of `Type: value`; this takes it apart again. */
function metadataOf({ title }: RecordOf['sentry/events']['issue']) {
  const [, type, value] = /^(\w+): (.*)$/s.exec(title) ?? []
  return type === undefined ? { title } : { title, type, value }
}

function tagsOf({ issue, event }: RecordOf['sentry/events']): [string, string][] {
  const { release, environment, transaction } = event
  const named = Object.entries({ level: issue.level, release, environment, transaction, ...event.tags })
  return named.filter((tag): tag is [string, string] => tag[1] !== undefined)
}

export function iso(at: Millis): string {
  return new Date(at).toISOString()
}
