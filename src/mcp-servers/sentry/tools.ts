// The tools of the Sentry server. All read; none changes anything.
import { z } from 'zod'
import type { Reading, Window } from '#incident/signal.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool, ToolContext } from '../define.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import { momentOf, whenSchema } from '../window.ts'
import { PAGE_ROWS } from './client.ts'
import type { SentryClient } from './client.ts'
import { eventView, issueView, rowView } from './mapper.ts'
import { slug } from './schema.ts'

export function sentryTools(
  sentry: SentryClient,
  read: (window: Window, context: ToolContext) => Promise<Reading>,
  { resilience }: RoomDeps,
): ReadTool[] {
  return [
    getSignalsTool(
      'sentry',
      'errors counted by issue and minute (`new` where the issue is), new releases, and latency, failure rate and requests of transactions',
      read,
    ),

    defineReadTool({
      name: 'get_issues',
      title: 'Issues',
      description: 'Issues (groups of equal errors) that occurred since a moment, last seen first.',
      input: z.object({
        project: slug.optional().describe('slug of one project'),
        since,
        status: z.enum(['unresolved', 'resolved', 'ignored']).optional().describe('absent: any'),
        ...page,
      }),
      output: z.object({ items: z.array(issue), ...more }),
      text: ({ items, hint }) =>
        lines(
          items.map(
            each =>
              `${each.shortId} ${each.level} ${each.project}: ${each.title} (x${each.count}, ${each.status}, last ${each.lastSeen}) [${each.id}]`,
          ),
          hint,
        ),
      async run({ project, since: when, status, limit, cursor }, { signal, now }) {
        const query = [project && `project:${project}`, status && `is:${status}`].filter(Boolean).join(' ')
        const asked = { query, from: momentOf(when, now()), to: now(), limit, cursor }
        const { value } = await resilience.run('list issues', each => sentry.issues(asked, each), { signal })
        return { items: value.rows.map(issueView), ...moreOf(value.cursor) }
      },
    }),

    defineReadTool({
      name: 'get_events',
      title: 'Error events',
      description:
        'Single occurrences of errors, newest first; of one issue with tags and stack trace, else of all issues.',
      input: z.object({
        issue_id: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,64}$/)
          .optional()
          .describe('id or short id of an issue'),
        since,
        environment: z
          .string()
          .regex(/^[\w.-]{1,64}$/)
          .optional(),
        ...page,
      }),
      output: z.object({ items: z.array(event), ...more }),
      text: ({ items, hint }) =>
        lines(
          items.map(each =>
            [`${each.at} ${each.title} [${each.id}]`, ...each.stacktrace.map(frame => `  ${frame}`)].join('\n'),
          ),
          hint,
        ),
      async run({ issue_id: issueId, since: when, environment, limit, cursor }, { signal, now }) {
        const asked = { from: momentOf(when, now()), to: now(), environment, limit, cursor }
        if (issueId === undefined) {
          const { value } = await resilience.run('list error events', each => sentry.errors(asked, each), { signal })
          return { items: value.rows.map(rowView), ...moreOf(value.cursor) }
        }
        const ask = (each: AbortSignal) => sentry.eventsOf(issueId, asked, each)
        const { value } = await resilience.run('list events of an issue', ask, { signal })
        return { items: value.rows.map(row => eventView(row, issueId)), ...moreOf(value.cursor) }
      },
    }),
  ]
}

const since = whenSchema.default('now-24h').describe('15m, now-1h, ISO 8601 or epoch ms')
const page = {
  limit: z.int().min(1).max(PAGE_ROWS).default(20),
  cursor: z
    .string()
    .regex(/^[0-9:]{1,64}$/)
    .optional()
    .describe('nextCursor of the page before'),
}
const more = { nextCursor: z.string().optional(), truncated: z.boolean(), hint: z.string().optional() }

const issue = z.object({
  id: z.string(),
  shortId: z.string(),
  title: z.string(),
  culprit: z.string(),
  level: z.string(),
  status: z.string(),
  project: z.string(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  count: z.number().describe('since it was first seen'),
  countInWindow: z.number(),
  users: z.number(),
  url: z.string().optional(),
})

const event = z.object({
  id: z.string(),
  issueId: z.string(),
  at: z.iso.datetime(),
  title: z.string(),
  culprit: z.string(),
  message: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  stacktrace: z.array(z.string()).describe('innermost first; only for events of one issue'),
})

function moreOf(cursor: string | undefined) {
  if (cursor === undefined) return { truncated: false }
  return { nextCursor: cursor, truncated: true, hint: 'More: pass nextCursor as cursor, or narrow by since.' }
}

function lines(items: string[], hint: string | undefined): string {
  if (items.length === 0) return 'None. Look further back with since, or leave out a filter.'
  return [...items, ...(hint ? [hint] : [])].join('\n')
}
