// The lines of a recording's files as they are written, and what they become: `at` as a number, unknown extras dropped.
import { z } from 'zod'
import type { Recording, RecordKind, RecordOf } from './recording.ts'

/** ISO 8601 with a zone, or milliseconds since 1970. A stamp without zone would mean another moment on each machine. */
const moment = z.union([z.number(), z.iso.datetime({ offset: true }).transform(Date.parse)], {
  error: 'expected ISO 8601 with a zone or epoch milliseconds',
})
const strings = z.record(z.string(), z.string())

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    labels: strings.optional(),
    annotations: strings.optional(),
  }),
})

export const recordSchemas: { [K in RecordKind]: z.ZodType<RecordOf[K]> } = {
  'kubernetes/objects': z.object({ at: moment, op: z.enum(['apply', 'delete']), object }),
  'kubernetes/logs': z.object({
    at: moment,
    namespace: z.string(),
    pod: z.string(),
    container: z.string().optional(),
    line: z.string(),
  }),
  'kubernetes/metrics': z.object({
    at: moment,
    namespace: z.string().optional(),
    pod: z.string().optional(),
    container: z.string().optional(),
    node: z.string().optional(),
    cpu: z.string(),
    memory: z.string(),
  }),
  'sentry/events': z.object({
    at: moment,
    project: z.string(),
    issue: z.object({
      id: z.string(),
      title: z.string(),
      culprit: z.string(),
      level: z.string(),
      status: z.string().optional(),
      firstSeen: z.string().optional(),
    }),
    event: z.object({
      message: z.string(),
      exception: z.unknown().optional(),
      tags: strings.optional(),
      release: z.string().optional(),
      environment: z.string().optional(),
      transaction: z.string().optional(),
      user: z.unknown().optional(),
      request: z.unknown().optional(),
      breadcrumbs: z.unknown().optional(),
      contexts: z.unknown().optional(),
      extra: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  'sentry/releases': z.object({ at: moment, project: z.string(), version: z.string() }),
  'sentry/performance': z.object({
    at: moment,
    project: z.string(),
    transaction: z.string(),
    p50: z.number(),
    p95: z.number(),
    count: z.number(),
    failureRate: z.number(),
  }),
  'cloudwatch/metrics': z.object({
    at: moment,
    namespace: z.string(),
    metric: z.string(),
    dimensions: strings,
    unit: z.string().optional(),
    period: z.number().positive().optional(),
    values: z.record(z.string(), z.number()),
  }),
  'cloudwatch/alarms': z.object({
    at: moment,
    alarm: z.looseObject({ AlarmName: z.string() }),
    state: z.string(),
    reason: z.string(),
  }),
  'cloudwatch/logs': z.object({ at: moment, group: z.string(), stream: z.string(), message: z.string() }),
  'grafana/logs': z.object({ at: moment, labels: strings, line: z.string() }),
  'grafana/annotations': z.object({ at: moment, end: moment.optional(), text: z.string(), tags: z.array(z.string()) }),
  'grafana/alerts': z.object({ at: moment, state: z.string(), labels: strings, annotations: strings }),
}

export const headSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  start: moment,
  end: moment,
  description: z.string().optional(),
  licence: z.string().optional(),
})

/** A line of grafana/series.jsonl: one point, or all points of a series. */
export const seriesSchema = z.union(
  [
    z.object({ at: moment, metric: z.string(), labels: strings, value: z.number() }),
    z.object({ metric: z.string(), labels: strings, points: z.array(z.tuple([moment, z.number()])) }),
  ],
  { error: 'expected {at, metric, labels, value} or {metric, labels, points: [[at, value], …]}' },
)

export const dashboardSchema: z.ZodType<Recording['dashboards'][number]> = z.looseObject({
  uid: z.string(),
  title: z.string(),
})
