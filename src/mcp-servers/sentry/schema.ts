// Sentry's shapes as far as we read them, and our settings for it. https://docs.sentry.io/api/
import { z } from 'zod'

export const sentrySettings = z.strictObject({
  url: z.url().default('https://sentry.io').describe('address of Sentry, SENTRY_URL'),
  organization: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/i)
    .describe('its short name, SENTRY_ORG'),
  token: z.string().min(1).describe('auth token, SENTRY_AUTH_TOKEN'),
  projects: z
    .array(z.string())
    .default([])
    .describe('slugs of the projects to watch; none: all that the token may read'),
})
export type SentrySettings = z.output<typeof sentrySettings>

/** Short names of projects and the like. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}$/i)

const text = z
  .string()
  .nullish()
  .transform(value => value ?? '')
/** Date.parse alone also takes years of six digits, which no other reader does. */
const moment = z.string().refine(stamp => /^[12]\d{3}-/.test(stamp) && !Number.isNaN(Date.parse(stamp)))
const count = z.union([z.string().regex(/^\d{1,15}$/), z.number()]).transform(Number)

const listedIssue = {
  id: z.string(),
  shortId: text,
  title: text,
  culprit: text,
  level: text,
  status: text,
  permalink: text,
  project: z.object({ slug: z.string() }),
  count,
  userCount: z.number().default(0),
  firstSeen: moment,
  lastSeen: moment,
  /** There once a window is asked for: `count`, `firstSeen` and `lastSeen` outside are then those of the window. */
  lifetime: z.object({ count, firstSeen: moment, lastSeen: moment }).nullish(),
}
export const issueShape = z.object(listedIssue)
export type Issue = z.output<typeof issueShape>

const version = z.object({ version: z.string() }).nullish()

/** One issue asked for by itself: also the releases it was seen in, and the keys of its tags. */
export const issueDetailShape = z.object({
  ...listedIssue,
  substatus: text,
  firstRelease: version,
  lastRelease: version,
  tags: z.array(z.object({ key: z.string(), totalValues: z.number().default(0) })).default([]),
})
export type IssueDetail = z.output<typeof issueDetailShape>

/** How often an issue's events carry which value of a tag, the most frequent first. */
export const tagShape = z.object({
  key: z.string(),
  totalValues: z.number().nullish(),
  uniqueValues: z.number().nullish(),
  topValues: z.array(z.object({ value: text, count: z.number() })),
})
export type Tag = z.output<typeof tagShape>

export const projectShape = z.object({
  slug: z.string(),
  platform: text,
  environments: z.array(z.string()).default([]),
})
export type Project = z.output<typeof projectShape>

/** A row of the table of error events. */
export const errorRow = z.object({
  id: z.string(),
  'issue.id': z.union([z.string(), z.number()]).transform(String),
  project: z.string(),
  timestamp: moment,
  title: text,
  culprit: text,
  level: text,
  release: text,
  environment: text,
  transaction: text,
  service: text,
})
export type ErrorRow = z.output<typeof errorRow>
export const ERROR_FIELDS = Object.keys(errorRow.shape)

/** A row of what a search found, joined by issue. */
export const searchRow = z.object({
  'issue.id': z.union([z.string(), z.number()]).transform(String),
  issue: text,
  title: text,
  project: z.string(),
  'count()': z.number(),
  'count_unique(user)': z.number().nullish(),
  'last_seen()': moment,
})
export type SearchRow = z.output<typeof searchRow>
export const SEARCH_FIELDS = Object.keys(searchRow.shape)

/** An event of an issue with its entries. */
export const eventShape = z.object({
  id: z.string(),
  groupID: z.string().nullish(),
  title: text,
  message: text,
  culprit: text,
  dateCreated: moment,
  tags: z.array(z.object({ key: z.string(), value: text })).default([]),
  release: z.object({ version: z.string() }).nullish(),
  entries: z.array(z.object({ type: z.string(), data: z.unknown() })).default([]),
})
export type Event = z.output<typeof eventShape>

const frame = z.object({
  filename: text,
  absPath: text,
  module: text,
  function: text,
  lineNo: z.number().nullish(),
  inApp: z.boolean().nullish(),
  /** Lines of source around it: [number, text]. */
  context: z
    .array(z.tuple([z.number(), text]))
    .nullish()
    .catch([]),
})
export type Frame = z.output<typeof frame>

const stacktrace = z.object({ frames: z.array(frame).nullish() }).nullish()

/** Exceptions come cause first: the last is what was raised. Frames come oldest first: the last is where it was raised. */
export const exceptionShape = z.object({ values: z.array(z.object({ type: text, value: text, stacktrace })) })

/** How a crash that raised no exception is told. */
export const threadsShape = z.object({
  values: z.array(z.object({ name: text, crashed: z.boolean().nullish(), stacktrace })),
})

export const releaseShape = z.object({
  version: z.string(),
  dateCreated: moment,
  dateReleased: moment.nullish(),
  newGroups: z.number().nullish(),
  lastEvent: moment.nullish(),
  projects: z.array(z.object({ slug: z.string() })).default([]),
})
export type Release = z.output<typeof releaseShape>

const number = z
  .number()
  .nullish()
  .transform(value => value ?? null)
/** A row of the table of transactions over one minute; durations in milliseconds, the failure rate 0..1. */
export const transactionRow = z.object({
  project: z.string(),
  transaction: z.string(),
  'count(span.duration)': number,
  'p50(span.duration)': number,
  'p95(span.duration)': number,
  'failure_rate()': number,
})
export type TransactionRow = z.output<typeof transactionRow>
export const TRANSACTION_FIELDS = Object.keys(transactionRow.shape)
export const TIMING_FIELDS = TRANSACTION_FIELDS.filter(field => field !== 'failure_rate()')
