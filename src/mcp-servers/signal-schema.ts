// Signals on the wire, as the heart has them: times in epoch milliseconds. Ids keep each noun in one place of a tool's JSON Schema.
import { z } from 'zod'
import { SEVERITIES, SOURCES } from '#incident/signal.ts'
import type { Entity, Missing, Relation, Signal } from '#incident/signal.ts'
import { SERVERS } from '#incident/tool-call.ts'
import type { Json } from '#incident/tool-call.ts'
import { whenSchema } from './window.ts'

export const sourceSchema = z.enum(SOURCES)
export const severitySchema = z.enum(SEVERITIES)

export const entitySchema = z
  .object({
    cluster: z.string().optional(),
    namespace: z.string().optional(),
    kind: z.string().optional(),
    name: z.string().optional(),
    service: z.string(),
  })
  .meta({ id: 'Entity' }) satisfies z.ZodType<Entity>

export const argumentsSchema = z.record(z.string(), z.json()) satisfies z.ZodType<Record<string, Json>>

export const toolCallSchema = z
  .object({ server: z.enum(SERVERS), tool: z.string(), arguments: argumentsSchema })
  .meta({ id: 'ToolCall' })

const seen = {
  id: z.string(),
  source: sourceSchema,
  entity: entitySchema,
  at: z.number(),
  severity: severitySchema,
  url: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  writer: z.enum(['operator', 'system', 'tenant', 'public']),
}

const changeSchema = z.object({
  what: z.enum(['rollout', 'scale', 'config', 'release', 'deploy']),
  from: z.string().optional(),
  to: z.string().optional(),
  undo: toolCallSchema.optional(),
})

export const signalSchema = z
  .discriminatedUnion('kind', [
    z.object({ ...seen, kind: z.enum(['log', 'error', 'event']), text: z.string(), count: z.number() }),
    z.object({
      ...seen,
      kind: z.literal('alarm'),
      text: z.string(),
      active: z.boolean(),
      watches: z.string().optional(),
    }),
    z.object({ ...seen, kind: z.literal('change'), text: z.string(), change: changeSchema }),
    z.object({
      ...seen,
      kind: z.literal('state'),
      fault: z.string(),
      text: z.string(),
      since: z.number(),
      points: z.number(),
      witness: z.array(z.string()),
      remedy: z.object({ call: toolCallSchema, reason: z.string() }).optional(),
    }),
    z.object({
      ...seen,
      kind: z.literal('series'),
      metric: z.string(),
      unit: z.string(),
      points: z.array(z.tuple([z.number(), z.number()])),
    }),
  ])
  .meta({ id: 'Signal' }) satisfies z.ZodType<Signal>

export const relationSchema = z.object({
  from: entitySchema,
  to: entitySchema,
  kind: z.enum(['owns', 'selects', 'runs-on', 'calls']),
  origin: z.string(),
  confidence: z.number().min(0).max(1),
  at: z.number(),
}) satisfies z.ZodType<Relation>

export const missingSchema = z.object({
  source: sourceSchema,
  what: z.string(),
  why: z.string(),
  since: z.number().optional(),
}) satisfies z.ZodType<Missing>

/** No page holds more than this; see page.ts. */
export const PAGE_SIGNALS = 500
export const PAGE_BYTES = 256 * 1024

/** One page of `get_signals`. Relations, healthy entities and what is missing stand on the first page. */
export const readingSchema = z.object({
  signals: z.array(signalSchema),
  relations: z.array(relationSchema),
  healthy: z.array(entitySchema),
  missing: z.array(missingSchema),
  nextCursor: z.string().optional(),
  /** More than this page holds: ask for `nextCursor`, or for a shorter window. */
  truncated: z.boolean(),
})
export type ReadingPage = z.output<typeof readingSchema>

/** Fields for the input of any tool that reads a window; `windowOf` (window.ts) says which moments they mean. */
export const windowInput = {
  from: whenSchema.default('now-15m').describe('start, exclusive: epoch ms, ISO 8601, or relative such as now-15m'),
  to: whenSchema.default('now').describe('end, inclusive'),
}

/** The input of every `get_signals`. */
export const signalsInput = z.object({
  ...windowInput,
  cursor: z.string().max(200).optional().describe('nextCursor of the page before'),
  limit: z.int().min(1).max(PAGE_SIGNALS).default(PAGE_SIGNALS).describe('signals a page'),
})
