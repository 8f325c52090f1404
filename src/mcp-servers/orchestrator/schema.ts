// What the orchestrator's tools are asked and what they answer. The nouns themselves are in wire.ts.
import { z } from 'zod'
import { whenSchema } from '../window.ts'
import {
  clusterSchema,
  correlationSchema,
  detectedSchema,
  findingSchema,
  gapSchema,
  remedySchema,
  severitySchema,
  sourceSchema,
} from '../wire.ts'

/** How many at most an answer holds; more than a reader can take in at once says nothing more. */
export const MOST_INCIDENTS = 20
export const MOST_CORRELATIONS = 200
export const MOST_EVENTS = 500

const timeRange = z.union([
  z.string().max(40).describe('how far back from now: 15m, 1h'),
  z.object({ from: whenSchema, to: whenSchema.default('now') }).strict(),
])

export const detectInput = z.object({
  time_range: timeRange.default('15m').describe('at most 6 h'),
  severity: severitySchema.optional().describe('this or worse'),
})
export const detectOutput = z.object({
  at: z.iso.datetime(),
  incidents: z.array(detectedSchema),
  watching: z.array(findingSchema).describe('unusual, but not enough for an incident'),
  missing: z.array(gapSchema).describe('sources or parts of them that could not be read'),
  truncated: z.boolean(),
  hint: z.string().optional(),
})

export const correlateInput = z.object({
  event_ids: z.array(z.string().max(1000)).min(2).max(MOST_EVENTS).describe('ids of signals, of any sources'),
  correlation_type: z.enum(['temporal', 'semantic', 'causal']).optional().describe('absent: all three'),
})
export const correlateOutput = z.object({
  correlations: z.array(correlationSchema),
  unknown: z
    .array(z.string())
    .describe('ids of no signal that is kept; signals live 24 h, or as long as their incident'),
  truncated: z.boolean(),
  hint: z.string().optional(),
})

export const remediationInput = z.object({ incident_id: z.string().max(40).describe('such as INC-42') })
export const remediationOutput = z.object({ items: z.array(remedySchema) })

export const clusterInput = z.object({
  data_sources: z.array(sourceSchema).min(1).optional().describe('absent: all'),
  algorithm_params: z
    .object({
      min_cluster_size: z.int().min(2).max(1000).optional(),
      min_samples: z.int().min(1).max(1000).optional(),
      cluster_selection_epsilon: z.number().min(0).max(2).optional().describe('cosine distance'),
    })
    .strict()
    .optional(),
  time_range: timeRange.default('1h').describe('at most 6 h'),
})
export const clusterOutput = z.object({
  clusters: z.array(clusterSchema),
  signals: z.int().describe('how many signals were clustered'),
})
