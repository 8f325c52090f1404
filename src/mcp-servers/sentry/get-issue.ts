// The tool get_issue: one issue with where it was raised last and how its events spread over releases, hosts and the like.
import { z } from 'zod'
import { asFault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import type { Ask } from './ask.ts'
import type { SentryClient } from './client.ts'
import { issueFields, issueView } from './get-issues.ts'
import { FRAME } from './listed.ts'
import { brief, iso, isPersonal, said } from './said.ts'
import type { Event, IssueDetail, Tag } from './schema.ts'
import { stackTracesOf } from './stack-trace.ts'

/** Each tag costs a request: these many, those first that tell where and since when something breaks. */
const MOST_TAGS = 6
const TELLING = [
  'release',
  'environment',
  'service',
  'server_name',
  'transaction',
  'handled',
  'os',
  'browser',
  'runtime',
]
const MOST_VALUES = 5

export const issueId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .describe('id or short id (SHOP-1)')

export function getIssue(sentry: SentryClient, ask: Ask): ReadTool {
  return defineReadTool({
    name: 'get_issue',
    title: 'An issue in full',
    description:
      'One issue: its latest event with stack traces (our own code first, innermost first) and how its events spread over releases, environments, hosts and other tags.',
    input: z.object({ issue_id: issueId }),
    output: z.object({
      ...issueFields,
      firstRelease: z.string().optional(),
      lastRelease: z.string().optional(),
      latestEvent: z
        .object({
          id: z.string(),
          at: z.iso.datetime(),
          message: z.string().optional(),
          tags: z.record(z.string(), z.string()),
          stackTraces: z.array(z.object({ type: z.string(), value: z.string(), frames: z.array(z.string()) })),
        })
        .optional(),
      tags: z.array(
        z.object({
          key: z.string(),
          total: z.number().optional(),
          values: z.array(z.object({ value: z.string(), count: z.number() })),
        }),
      ),
      missing: z.array(z.string()).describe('what could not be read, and why'),
    }),
    async run({ issue_id: id }, { signal }) {
      const issue = await ask('read an issue', each => sentry.issue(id, each), signal, { issue: id })
      const missing: string[] = []
      const tried = <T>(what: string, read: Promise<T>): Promise<T | undefined> =>
        read.catch((error: unknown) => void missing.push(`${what}: ${asFault(error).message}`))
      const readTag = (key: string) =>
        tried(
          `tag ${brief(key, 40)}`,
          ask('read a tag', each => sentry.tag(id, key, each), signal),
        )
      const [latest, ...tags] = await Promise.all([
        tried(
          'latest event',
          ask('read the latest event', each => sentry.latestEvent(id, each), signal, { issue: id }),
        ),
        ...tagsOf(issue).map(readTag),
      ])
      const { firstRelease, lastRelease } = issue
      return {
        ...issueView(issue),
        ...(firstRelease && { firstRelease: brief(firstRelease.version, 200) }),
        ...(lastRelease && { lastRelease: brief(lastRelease.version, 200) }),
        ...(latest && { latestEvent: latestView(latest) }),
        tags: tags.flatMap(tag => (tag ? [spreadOf(tag)] : [])),
        missing,
      }
    },
    text({ latestEvent, tags, missing, ...issue }) {
      const releases = [
        issue.firstRelease && `first in ${issue.firstRelease}`,
        issue.lastRelease && `last in ${issue.lastRelease}`,
      ]
      const facts = [
        `${issue.count} events`,
        `${issue.users} users`,
        ...releases,
        `first ${issue.firstSeen}`,
        `last ${issue.lastSeen}`,
      ]
      return asRows([
        FRAME,
        `${issue.shortId} ${issue.level} ${issue.project}: ${issue.title} in ${issue.culprit || '?'} (${issue.status})`,
        facts.filter(Boolean).join(', '),
        ...(issue.url ? [issue.url] : []),
        ...(latestEvent ? latestLines(latestEvent) : []),
        ...tags.map(({ key, values }) => `${key}: ${values.map(({ value, count }) => `${value} ${count}`).join(', ')}`),
        ...missing.map(each => `missing: ${each}`),
      ])
    },
  })
}

/** Keys become a part of a path, and applications choose them: `..` is none. */
const TAG_KEY = /^[\w:-][\w.:-]{0,199}$/

/** Keys of the tags whose spread is worth a request; of what tells who a user is only the count of users is told. */
function tagsOf({ tags }: IssueDetail): string[] {
  const rank = (key: string) => (TELLING.includes(key) ? TELLING.indexOf(key) : TELLING.length)
  return tags
    .map(({ key }) => key)
    .filter(key => TAG_KEY.test(key) && !isPersonal(key) && key !== 'level')
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST_TAGS)
}

function latestView(event: Event) {
  return {
    id: brief(event.id, 64),
    at: iso(event.dateCreated),
    ...(event.message && { message: brief(event.message, 1000) }),
    tags: tagsOfEvent(event),
    stackTraces: stackTracesOf(event),
  }
}

const MOST_EVENT_TAGS = 30

/** `release=v2 environment=production` */
export function pairsOf(tags: Record<string, string>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')
}

/** Tags by key, the release among them. */
export function tagsOfEvent({ tags, release }: Event): Record<string, string> {
  const some = Object.fromEntries(tags.slice(0, MOST_EVENT_TAGS).map(({ key, value }) => [key, value]))
  return said({ release: release?.version, ...some })
}

function spreadOf({ key, totalValues, topValues }: Tag) {
  return {
    key: brief(key, 100),
    ...(typeof totalValues === 'number' && { total: totalValues }),
    values: topValues.slice(0, MOST_VALUES).map(({ value, count }) => ({ value: brief(value, 200), count })),
  }
}

type Latest = ReturnType<typeof latestView>

function latestLines({ id, at, message, tags, stackTraces }: Latest): string[] {
  return [
    `latest event ${id} at ${at}${message ? `: ${message}` : ''}`,
    `  ${pairsOf(tags)}`,
    ...stackTraces.flatMap(({ type, value, frames }, i) => [
      `${i === 0 ? '' : 'caused by '}${type}${value ? `: ${value}` : ''}`,
      ...frames.map(frame => `  ${frame}`),
    ]),
  ]
}
