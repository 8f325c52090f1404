// The tool get_issues: which groups of equal errors occurred, with how many events and users.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { Ask } from './ask.ts'
import type { IssueOrder, SentryClient } from './client.ts'
import { FRAME, linesOf, listed, listOf, only, page, placeOf, project, since, windowSince } from './listed.ts'
import { brief, iso, linkOf } from './said.ts'
import type { Issue } from './schema.ts'

const ORDERS = { last_seen: 'date', first_seen: 'new', events: 'freq', users: 'user' } as const satisfies Record<
  string,
  IssueOrder
>

/** An issue as lists show it; get_issue adds to it. */
export const issueFields = {
  id: z.string(),
  shortId: z.string(),
  title: z.string(),
  culprit: z.string(),
  level: z.string(),
  status: z.string(),
  project: z.string(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  count: z.number().describe('events ever'),
  users: z.number(),
  url: z.string().optional(),
}

export function getIssues(sentry: SentryClient, ask: Ask): ReadTool {
  return defineReadTool({
    name: 'get_issues',
    title: 'Issues',
    description:
      'Issues (groups of equal errors) with events since a moment; `sort: first_seen` puts new ones first. get_issue tells one in full, search_errors searches.',
    input: z.object({
      project,
      since: since('24h'),
      status: z.enum(['unresolved', 'resolved', 'ignored']).optional().describe('absent: any'),
      sort: z.enum(['last_seen', 'first_seen', 'events', 'users']).default('last_seen'),
      ...page,
    }),
    output: listOf(z.object({ ...issueFields, countInWindow: z.number() })),
    async run({ project: slug, since: when, status, sort, limit, cursor }, { signal, now }) {
      const asked = {
        ...windowSince(when, now()),
        query: status ? `is:${status}` : '',
        sort: ORDERS[sort],
        ...only(slug),
        limit,
        cursor: placeOf(cursor).cursor,
      }
      const found = await ask('list issues', each => sentry.issues(asked, each), signal, { project: slug })
      const view = (issue: Issue) => ({ ...issueView(issue), countInWindow: issue.count })
      const empty = 'No issue had events. Look further back with since, or leave out status or project.'
      return listed(found, view, { cursor, narrow: 'project, status or a later since', empty })
    },
    text: ({ items, ...more }) =>
      linesOf(
        [
          FRAME,
          ...items.map(
            each =>
              `${each.shortId} ${each.level} ${each.project}: ${each.title} in ${each.culprit || '?'}; ${each.countInWindow} events (${each.count} ever), ` +
              `${each.users} users, first ${each.firstSeen}, last ${each.lastSeen}, ${each.status}`,
          ),
        ],
        more,
      ),
  })
}

/** `lifetime` is there once a window was asked for. */
export function issueView(issue: Issue) {
  const { firstSeen, lastSeen, count } = issue.lifetime ?? issue
  return {
    id: brief(issue.id, 64),
    shortId: brief(issue.shortId, 100),
    title: brief(issue.title, 300),
    culprit: brief(issue.culprit, 200),
    level: brief(issue.level, 20),
    status: brief(issue.status, 20),
    project: brief(issue.project.slug, 100),
    firstSeen: iso(firstSeen),
    lastSeen: iso(lastSeen),
    count,
    users: issue.userCount,
    ...linkOf(issue),
  }
}
