// The tool search_errors: Sentry's own search syntax over error events, the finds joined by issue.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { Ask } from './ask.ts'
import type { SentryClient } from './client.ts'
import {
  environment,
  FRAME,
  linesOf,
  listed,
  listOf,
  only,
  page,
  placeOf,
  project,
  since,
  windowSince,
} from './listed.ts'
import { brief, iso } from './said.ts'
import type { SearchRow } from './schema.ts'

const LONGEST_QUERY = 500 // far over what people type; Sentry's own limit is not documented

export function searchErrors(sentry: SentryClient, ask: Ask): ReadTool {
  return defineReadTool({
    name: 'search_errors',
    title: 'Search errors',
    description:
      "Error events that a query in Sentry's own search syntax finds, counted by issue, most first. " +
      'Text, key:value, !key:value, "quoted", *, key:[a,b], AND, OR, ( ): `timeout release:shop@2* !environment:dev`.',
    input: z.object({
      query: z
        .string()
        .trim()
        .min(1)
        .max(LONGEST_QUERY)
        .regex(/^[^\p{Cc}]*$/u)
        .describe('Sentry search'),
      since: since('24h'),
      project,
      environment,
      ...page,
    }),
    output: listOf(
      z.object({
        issueId: z.string(),
        shortId: z.string(),
        title: z.string(),
        project: z.string(),
        count: z.number().describe('events found'),
        users: z.number(),
        lastSeen: z.iso.datetime(),
      }),
    ),
    async run({ query, since: when, project: slug, environment: stage, limit, cursor }, { signal, now }) {
      const asked = { ...windowSince(when, now()), query, ...only(slug), environment: stage, limit }
      const at = { cursor: placeOf(cursor).cursor }
      const named = { project: slug, query }
      const found = await ask('search errors', each => sentry.search({ ...asked, ...at }, each), signal, named)
      return listed(found, view, {
        cursor,
        narrow: 'more terms, project or a later since',
        empty: 'Nothing found. Look further back with since, use fewer terms, or * for a part of a value.',
      })
    },
    text: ({ items, ...more }) =>
      linesOf(
        [
          FRAME,
          ...items.map(
            each =>
              `${each.shortId} ${each.project}: ${each.title}; ${each.count} events, ${each.users} users, last ${each.lastSeen} [${each.issueId}]`,
          ),
        ],
        more,
      ),
  })
}

function view(row: SearchRow) {
  return {
    issueId: brief(row['issue.id'], 64),
    shortId: brief(row.issue, 100),
    title: brief(row.title, 300),
    project: brief(row.project, 100),
    count: row['count()'],
    users: row['count_unique(user)'] ?? 0,
    lastSeen: iso(row['last_seen()']),
  }
}
