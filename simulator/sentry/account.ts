// The Sentry account as of now: projects, and issues with their events, grown from the records as they become visible.
import { createHash } from 'node:crypto'
import type { Cloud } from '../cloud.ts'
import { follow } from '../follow.ts'
import type { Millis, RecordOf } from '../recording.ts'

export type Project = { id: string; slug: string }
export type SentryEvent = { id: string; record: RecordOf['sentry/events'] }
export type Issue = {
  id: string
  shortId: string // SHOP-CHECKOUT-3: what people say
  project: Project
  latest: RecordOf['sentry/events']['issue']
  firstSeen: Millis
  events: SentryEvent[] // oldest first
}

export type Account = { projects: Project[]; issues(): Issue[] }

export function openAccount(cloud: Cloud): Account {
  const projects = projectsOf(cloud)
  const byId = new Map<string, Issue>()
  const issuesOfProject = new Map<string, number>()
  const freshEvents = follow(cloud, 'sentry/events')

  return {
    projects,
    issues() {
      for (const record of freshEvents()) note(record)
      return [...byId.values()]
    },
  }

  function note(record: RecordOf['sentry/events']): void {
    const issue = byId.get(record.issue.id) ?? first(record)
    issue.latest = record.issue
    issue.events.push({ id: eventId(record, issue.events.length), record })
  }

  function first(record: RecordOf['sentry/events']): Issue {
    const number = (issuesOfProject.get(record.project) ?? 0) + 1
    issuesOfProject.set(record.project, number)
    const project = projects.find(each => each.slug === record.project) ?? { id: '0', slug: record.project }
    const issue: Issue = {
      id: record.issue.id,
      shortId: `${record.project.toUpperCase()}-${number.toString(36).toUpperCase()}`,
      project,
      latest: record.issue,
      firstSeen: Math.min(record.at, Date.parse(record.issue.firstSeen ?? '') || record.at),
      events: [],
    }
    byId.set(issue.id, issue)
    return issue
  }
}

/** All that ever appear: a project is there before its first error. */
function projectsOf({ story }: Cloud): Project[] {
  const slugs = new Set<string>()
  for (const recording of [story.recording, story.afterCure ?? story.recording])
    for (const kind of ['sentry/events', 'sentry/releases', 'sentry/performance'] as const)
      for (const record of recording.records[kind]) slugs.add(record.project)
  return [...slugs].sort().map((slug, i) => ({ id: String(4_500_001 + i), slug }))
}

function eventId(record: RecordOf['sentry/events'], index: number): string {
  return createHash('md5').update(`${record.issue.id} ${record.at} ${index}`).digest('hex')
}
