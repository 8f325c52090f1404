// What the orchestrator's tools are asked and what they answer. The nouns themselves are in wire.ts.
import { z } from 'zod'
import { CLUSTER_ALGORITHMS, CLUSTER_METRICS } from '#incident/analyst.ts'
import { whenSchema } from '../window.ts'
import { pageInput, pageOutput } from '../list-page.ts'
import {
  prerequisiteSchema,
  clusterSchema,
  correlationSchema,
  detectedSchema,
  findingSchema,
  gapSchema,
  incidentSchema,
  remedySchema,
  timelineSchema,
} from '../wire.ts'
import { severitySchema, sourceSchema, toolCallSchema } from '../signal-schema.ts'

/** How many at most an answer holds; more than a reader can take in at once says nothing more. */
export const MOST_INCIDENTS = 20
export const MOST_CORRELATIONS = 200
export const MOST_EVENTS = 500
export const MOST_EXPLAINED = 100

export const incidentId = z
  .string()
  .max(40)
  .regex(/^INC-\d+$/, 'expected INC- and a number')
  .describe('such as INC-42')
const cursor = z.string().max(40).optional().describe('nextCursor of the page before')

export const timeRange = z.union([
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

export const remediationInput = z.object({ incident_id: incidentId })
export const remediationOutput = z.object({ items: z.array(remedySchema) })

export const clusterInput = z.object({
  data_sources: z.array(sourceSchema).min(1).optional().describe('absent: all'),
  algorithm_params: z
    .object({
      algorithm: z.enum(CLUSTER_ALGORITHMS).optional(),
      metric: z.enum(CLUSTER_METRICS).optional(),
      min_cluster_size: z.int().min(2).max(1000).optional(),
      min_samples: z.int().min(1).max(1000).optional(),
      cluster_selection_epsilon: z.number().min(0).max(2).optional().describe('a distance'),
      clusters: z.int().min(1).max(100).optional().describe('how many k-means makes'),
    })
    .strict()
    .optional()
    .describe('absent: HDBSCAN by cosine, whose clusters keep their ids from look to look'),
  time_range: timeRange.default('1h').describe('at most 6 h'),
})
export const clusterOutput = z.object({
  clusters: z.array(clusterSchema),
  signals: z.int().describe('how many signals were clustered'),
})

export const incidentInput = z.object({ incident_id: incidentId })
export const incidentOutput = z.object({
  incident: incidentSchema,
  truncated: z.boolean(),
  hint: z.string().optional(),
})

/** An incident as a row. */
export const summarySchema = incidentSchema
  .pick({
    id: true,
    title: true,
    severity: true,
    status: true,
    confidence: true,
    services: true,
    openedAt: true,
    resolvedAt: true,
  })
  .extend({ cause: z.string().optional() })

export const listInput = z.object({
  status: z.enum(['open', 'investigating', 'resolved']).optional(),
  severity: severitySchema.optional(),
  service: z.string().max(253).optional().describe('one that is hurt'),
  since: whenSchema.optional().describe('opened since: 24h, ISO 8601'),
  limit: z.int().min(1).max(100).default(20),
  cursor: cursor.refine(given => given === undefined || /^INC-\d+$/.test(given), 'expected a nextCursor of this tool'),
})
export const listOutput = z.object({ items: z.array(summarySchema), ...pageOutput })

export const timelineInput = z.object({ incident_id: incidentId, ...pageInput(50, 200) })
export const timelineOutput = timelineSchema.extend(pageOutput)

export const explainInput = z.object({
  incident_id: incidentId,
  event_ids: z.array(z.string().max(1000)).min(1).max(2).optional().describe('signals of the incident'),
})
export const explainOutput = z.object({
  correlations: z.array(correlationSchema),
  truncated: z.boolean(),
  hint: z.string().optional(),
})

export const similarInput = z.object({ incident_id: incidentId, limit: z.int().min(1).max(20).default(5) })
export const similarOutput = z.object({
  items: z.array(
    summarySchema.extend({
      likeness: z.number().min(0).max(1),
      shared: z.array(z.string()),
      helped: z.array(z.string()).describe('remedies that were applied and verified'),
    }),
  ),
  truncated: z.boolean(),
  hint: z.string().optional(),
})

export const simulateInput = z.object({
  remedy_id: z
    .string()
    .max(50)
    .regex(/^INC-\d+-R\d+$/, 'expected the id of a remedy')
    .describe('such as INC-42-R1'),
})
/** What a write's dry run answers, as far as it is told on. */
export const dryRunSchema = z.object({
  diff: z.array(z.string()),
  pods: z.int(),
  refusals: z.array(z.string()),
  pdb: z.string().optional(),
  hpa: z.string().optional(),
  owner: z.string().optional().describe('controller that would undo it'),
  checked: z.array(prerequisiteSchema).optional().describe('what should hold before, and whether it does'),
})
export const simulateOutput = dryRunSchema.extend({ remedy: z.string(), call: toolCallSchema, possible: z.boolean() })
