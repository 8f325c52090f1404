// The nouns as MCP and REST show them to people and scripts: zod schemas that must agree with the heart's types, times as
// ISO 8601 in UTC. What turns an incident into them is present.ts; signals travel as signal-schema.ts says.
import { z } from 'zod'
import { FAULT_CODES } from '#incident/fault.ts'
import type { Looked } from '#incident/look.ts'
import { REMEDY_STATES } from '#incident/remedy.ts'
import type { Prerequisite } from '#incident/remedy.ts'
import { SERVERS } from '#incident/tool-call.ts'
import {
  argumentsSchema,
  sourceSchema,
  severitySchema,
  entitySchema,
  toolCallSchema,
  signalSchema,
  missingSchema,
} from './signal-schema.ts'

const timeSchema = z.iso.datetime()

/** `data` is the Signal itself; only a single incident's `sources` carry it, elsewhere `sourceId` names it. */
export const incidentSourceSchema = z
  .object({
    type: sourceSchema,
    sourceId: z.string(),
    data: signalSchema.optional(),
    relevanceScore: z.number().min(0).max(1),
  })
  .meta({ id: 'IncidentSource' })

export type WireSource = z.output<typeof incidentSourceSchema>

export const correlationSchema = z.object({
  sourceA: incidentSourceSchema,
  sourceB: incidentSourceSchema,
  correlationType: z.enum(['temporal', 'semantic', 'causal']),
  confidence: z.number().min(0).max(1),
  timeWindow: z.number(), // milliseconds
  explanation: z.string(),
})

export type WireCorrelation = z.output<typeof correlationSchema>

export const clusterSchema = z.object({
  id: z.string(),
  label: z.string(),
  centroid: z.array(z.number()).optional(),
  members: z.array(incidentSourceSchema),
  silhouetteScore: z.number(),
  clusterSize: z.int(),
  seen: z.int().describe('signals that were ever of it'),
})

export type WireCluster = z.output<typeof clusterSchema>

const spanSchema = z.object({ from: timeSchema, to: timeSchema })
export const prerequisiteSchema = z.object({
  what: z.string(),
  holds: z.boolean().optional().describe('absent: it could not be told'),
  saw: z.string(),
}) satisfies z.ZodType<Prerequisite>

const previewSchema = z.object({
  at: timeSchema,
  uid: z.string(),
  generation: z.int(),
  diff: z.array(z.string()),
  pods: z.int(),
  pdb: z.string().optional(),
  hpa: z.string().optional(),
  owner: z.string().optional(),
  refusals: z.array(z.string()),
  checked: z.array(prerequisiteSchema).optional(),
  former: spanSchema.optional().describe('when the version it goes back to ran'),
  inverse: toolCallSchema.optional(),
})

const lookSchema = z.object({ asks: z.string(), call: toolCallSchema })
export const lookedSchema = lookSchema.extend({ answered: z.boolean(), text: z.string() }) satisfies z.ZodType<Looked>

export const remedySchema = z.object({
  type: z.enum(['restart', 'scale', 'rollback', 'investigate', 'alert']),
  target: z.string(), // namespace/Kind/name
  description: z.string(),
  riskLevel: z.enum(['low', 'medium', 'high']),
  automatable: z.boolean(),
  prerequisites: z.array(z.string()),
  id: z.string(),
  incidentId: z.string(),
  state: z.enum(REMEDY_STATES),
  stateAt: timeSchema,
  stateReason: z.string().optional(),
  reason: z.string(),
  evidence: z.array(z.string()),
  server: z.enum(SERVERS).optional(),
  tool: z.string().optional(),
  arguments: argumentsSchema.optional(),
  inverse: toolCallSchema.optional(),
  actionId: z.string().optional(),
  approvals: z.object({ have: z.int(), need: z.int(), by: z.array(z.string()) }),
  expiresAt: timeSchema.optional(),
  preview: previewSchema.optional(),
  outcome: z.object({ result: z.string(), detail: z.string() }).optional(),
  checked: z.object({ good: z.int(), of: z.int() }).optional(),
  undoes: z.string().optional(),
  looks: z.array(lookSchema).optional().describe('of advice to look: read-only calls that answer what is not known'),
  looked: z.object({ at: timeSchema, answers: z.array(lookedSchema) }).optional(),
})
export type WireRemedy = z.output<typeof remedySchema>

/** What could be done, before it is proposed in an incident's record. */
export const suggestionSchema = remedySchema.partial({
  id: true,
  incidentId: true,
  state: true,
  stateAt: true,
  approvals: true,
})

export const findingSchema = z.object({
  id: z.string(),
  kind: z.enum(['slo', 'symptom', 'edge', 'resource', 'traffic', 'alarm', 'state', 'logs', 'change']),
  entity: entitySchema,
  severity: severitySchema,
  title: z.string(),
  since: timeSchema,
  seen: timeSchema,
  score: z.number(),
  confidence: z.number(),
  strength: z.number(),
  now: z.number().optional(),
  usual: z.number().optional(),
  unit: z.string().optional(),
  signals: z.array(z.string()),
})

export const rootCauseSchema = z.object({
  entity: entitySchema,
  fault: z.string().optional(),
  score: z.number(),
  confidence: z.number(),
  reasons: z.array(z.string()),
  evidence: z.array(z.string()),
})

/** What could not be read, as people are told. */
export const gapSchema = missingSchema.extend({ since: timeSchema.optional() })

const quietSchema = z.discriminatedUnion('because', [
  z.object({ because: z.literal('maintenance'), name: z.string(), reason: z.string(), until: timeSchema }),
  z.object({
    because: z.literal('known'),
    incidentId: z.string().describe('on which it was marked'),
    reason: z.string(),
    ticket: z.string().optional(),
    until: timeSchema.optional(),
  }),
])

const knownSchema = z.object({
  by: z.string(),
  reason: z.string(),
  ticket: z.string().optional(),
  until: timeSchema.optional(),
})

const likeSchema = z.object({
  incidentId: z.string(),
  openedAt: timeSchema,
  likeness: z.number(),
  shared: z.array(z.string()),
  sameFaultAndObject: z.boolean(),
  lastedSeconds: z.number(),
  helped: z.object({ description: z.string(), recoveredAfterSeconds: z.number() }).optional(),
})

export const incidentSchema = z.object({
  id: z.string(),
  timestamp: timeSchema,
  severity: severitySchema,
  title: z.string(),
  description: z.string(),
  sources: z.array(incidentSourceSchema),
  correlations: z.array(correlationSchema),
  clusters: z.array(clusterSchema),
  remediationSuggestions: z.array(remedySchema),
  status: z.enum(['open', 'investigating', 'resolved']),
  confidence: z.number(),
  openedAt: timeSchema,
  updatedAt: timeSchema,
  resolvedAt: timeSchema.optional(),
  services: z.array(z.string()),
  groupedSignals: z.array(z.object({ id: z.string(), source: sourceSchema, at: timeSchema, entity: entitySchema })),
  rootCauses: z.array(rootCauseSchema),
  onset: timeSchema,
  phase: z.enum(['open', 'acting', 'verifying', 'did not help', 'resolved']),
  resolvedBecause: z.string().optional(),
  acknowledgedBy: z.string().optional(),
  cameBack: z.boolean(),
  again: z
    .object({ times: z.int(), continues: z.string().optional() })
    .optional()
    .describe('which time within 24 h; the incident whose message goes on with it'),
  mutedUntil: timeSchema.optional(),
  known: knownSchema.optional().describe('a person marked it as a trouble they know'),
  quiet: quietSchema.optional().describe('why it is said to nobody meanwhile'),
  proposal: z
    .object({ group: z.string(), name: z.string(), count: z.int() })
    .optional()
    .describe('a threshold that people may raise by half'),
  like: likeSchema.optional().describe('the earlier incident most like it'),
  findings: z.array(findingSchema),
  wellServices: z.array(z.string()),
  ruledOut: z.array(z.string()),
  missing: z.array(gapSchema),
})
export type WireIncident = z.output<typeof incidentSchema>

/** What a look finds. `id` is that of the open incident it belongs to, or else the analyst's own name for the trouble. */
export const detectedSchema = incidentSchema.extend({ remediationSuggestions: z.array(suggestionSchema) })
export type WireDetected = z.output<typeof detectedSchema>

export const timelineSchema = z.object({
  items: z.array(z.object({ at: timeSchema, text: z.string(), by: z.string().optional() })),
})
export type WireTimeline = z.output<typeof timelineSchema>

/** The seed's MCPError. `retryAfter` is in seconds. */
export const faultSchema = z.object({
  code: z.enum(FAULT_CODES),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  retryable: z.boolean(),
  retryAfter: z.number().optional(),
  correlationId: z.string(),
})
export type WireFault = z.output<typeof faultSchema>

/** Clients read every tool's schema into a model: of these they are told the fields to choose by, and the rest in words. */
export const BRIEF = z.registry<{ description: string; fields: readonly string[] }>()

BRIEF.add(signalSchema, {
  description:
    'log, error, event: text, count. alarm: text, active. change: text, change {what, from, to}. ' +
    'state: fault, text, since. series: metric, unit, points [[epoch ms, value]]. Times in epoch ms.',
  fields: ['id', 'source', 'kind', 'at', 'severity', 'entity'],
})
BRIEF.add(incidentSourceSchema, {
  description: 'A signal by its source and id.',
  fields: ['type', 'sourceId', 'relevanceScore'],
})
for (const schema of [incidentSchema, detectedSchema]) {
  BRIEF.add(schema, {
    description:
      'Also: description, timestamp, sources, correlations, clusters, remediationSuggestions, groupedSignals, ' +
      'findings, wellServices, ruledOut, missing; times in ISO 8601.',
    fields: ['id', 'title', 'severity', 'status', 'confidence', 'services', 'rootCauses'],
  })
}
BRIEF.add(findingSchema, {
  description:
    'Also: now, usual and unit of what was measured, since and seen (ISO 8601), confidence, ids of its signals.',
  fields: ['id', 'kind', 'entity', 'severity', 'title', 'score'],
})
for (const schema of [remedySchema, suggestionSchema]) {
  BRIEF.add(schema, {
    description:
      'Also: tool and arguments of the call it stands for, prerequisites, evidence, looks, approvals, preview, outcome.',
    fields: ['type', 'target', 'description', 'reason', 'riskLevel', 'automatable'],
  })
}

/** What people and the configuration have told it to be quiet about. */
export const settingsSchema = z.object({
  maintenance: z.array(z.object({ name: z.string(), reason: z.string(), from: timeSchema, until: timeSchema })),
  muted: z.array(z.object({ service: z.string(), until: timeSchema, by: z.string() })),
  mutedIncidents: z.array(z.object({ incidentId: z.string(), until: timeSchema })),
  known: z.array(
    knownSchema.extend({
      incidentId: z.string(),
      entity: entitySchema,
      fault: z.string().optional(),
      severity: severitySchema,
      services: z.array(z.string()),
      at: timeSchema,
    }),
  ),
  raised: z.array(
    z.object({
      group: z.string(),
      name: z.string(),
      factor: z.number(),
      incidentId: z.string(),
      by: z.string(),
      at: timeSchema,
    }),
  ),
})
export type WireSettings = z.output<typeof settingsSchema>
