// The tool get_events: single occurrences of errors.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { Ask } from './ask.ts'
import type { SentryClient } from './client.ts'
import { issueId, pairsOf, tagsOfEvent } from './get-issue.ts'
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
import { brief, iso, said } from './said.ts'
import type { ErrorRow, Event } from './schema.ts'
import { stackTracesOf } from './stack-trace.ts'

const FRAMES = 5 // an event of many; get_issue has more of the latest

export function getEvents(sentry: SentryClient, ask: Ask): ReadTool {
  return defineReadTool({
    name: 'get_events',
    title: 'Error events',
    description:
      'Single occurrences of errors, newest first; of one issue with tags and stack trace, else of all issues.',
    input: z.object({ issue_id: issueId.optional(), project, since: since('24h'), environment, ...page }),
    output: listOf(
      z.object({
        id: z.string(),
        issueId: z.string(),
        at: z.iso.datetime(),
        title: z.string(),
        culprit: z.string(),
        message: z.string().optional(),
        tags: z.record(z.string(), z.string()),
        stacktrace: z.array(z.string()).describe('innermost first; only of one issue'),
      }),
    ),
    async run({ issue_id: issue, project: slug, since: when, environment: stage, limit, cursor }, { signal, now }) {
      const asked = { ...windowSince(when, now()), environment: stage, limit, cursor: placeOf(cursor).cursor }
      const empty = 'No event. Look further back with since, or leave out environment or project.'
      const how = { cursor, narrow: 'environment or a later since', empty }
      if (issue === undefined) {
        const wanted = { ...asked, ...only(slug) }
        const found = await ask('list error events', each => sentry.errors(wanted, each), signal, { project: slug })
        return listed(found, rowView, how)
      }
      const ask1 = (each: AbortSignal) => sentry.eventsOf(issue, asked, each)
      const found = await ask('list events of an issue', ask1, signal, { issue })
      return listed(found, event => eventView(event, issue), how)
    },
    text: ({ items, ...more }) =>
      linesOf(
        [
          FRAME,
          ...items.flatMap(({ at, title, culprit, id, message = '', tags, stacktrace }) => [
            `${at} ${title} in ${culprit || '?'} [${id}] ${pairsOf(tags)}`,
            ...(title.includes(message) ? [] : [`  ${message}`]),
            ...stacktrace.map(frame => `  ${frame}`),
          ]),
        ],
        more,
      ),
  })
}

function rowView(row: ErrorRow) {
  const { release, environment: stage, transaction } = row
  return {
    id: brief(row.id, 64),
    issueId: brief(row['issue.id'], 64),
    at: iso(row.timestamp),
    title: brief(row.title, 300),
    culprit: brief(row.culprit, 200),
    tags: said({ level: row.level, project: row.project, release, environment: stage, transaction }),
    stacktrace: [],
  }
}

function eventView(event: Event, issue: string) {
  const [raised] = stackTracesOf(event, FRAMES)
  return {
    id: brief(event.id, 64),
    issueId: brief(event.groupID ?? issue, 64),
    at: iso(event.dateCreated),
    title: brief(event.title, 300),
    culprit: brief(event.culprit, 200),
    ...(event.message && { message: brief(event.message, 500) }),
    tags: tagsOfEvent(event),
    stacktrace: raised?.frames ?? [],
  }
}
