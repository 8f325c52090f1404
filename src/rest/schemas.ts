// What REST takes: queries and bodies, each checked once. openapi.ts describes them from here.
import { z } from 'zod'
import { FORM_KINDS } from '#cards/card.ts'
import { COMPLAINTS } from '#incident/incident.ts'
import { SEVERITIES, SOURCES } from '#incident/signal.ts'
import { isZone } from '#incident/wall-clock.ts'

export const listQuery = z.strictObject({
  status: z.enum(['open', 'investigating', 'resolved']).optional(),
  severity: z.enum(SEVERITIES).optional(),
  service: z.string().max(253).optional(),
  since: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(40).optional(),
})
export const readerQuery = z.object({
  zone: z.string().max(64).refine(isZone, 'expected an IANA time zone such as Europe/Berlin').default('UTC'),
})
export const formParameter = z.object({ form: z.enum(FORM_KINDS) })
export const formQuery = readerQuery.extend({
  about: z.string().max(60).default('').describe('the incident, or the remedy that is denied; nothing for declare'),
})
export const pressBody = z.strictObject({ reason: z.string().max(500).optional() })
export const askBody = z.strictObject({
  question: z.string().min(1).max(2_000),
  incidentId: z.string().max(40).optional(),
})
export const splitBody = z.strictObject({ signalIds: z.array(z.string().max(500)).min(1).max(1_000) })
export const mergeBody = z.strictObject({ into: z.string().max(40) })
export const muteBody = z.strictObject({ minutes: z.number().min(1).max(10_080) })
export const knownBody = z.strictObject({
  reason: z.string().trim().min(1).max(200),
  ticket: z.string().trim().max(300).optional().describe('address of where people work on it'),
  days: z.coerce.number().min(1).max(366).optional().describe('for how long; absent: until it is taken back'),
})
export const feedbackBody = z.strictObject({ helpful: z.boolean(), why: z.enum(COMPLAINTS).optional() })
export const declareBody = z.strictObject({
  title: z.string().trim().min(1).max(150),
  service: z.string().trim().min(1).max(80),
  severity: z.enum(SEVERITIES),
})
const when = z.union([z.string().max(40), z.number()])
export const detectBody = z.strictObject({
  timeRange: z.union([z.string().max(40), z.strictObject({ from: when, to: when.optional() })]).optional(),
  severity: z.enum(SEVERITIES).optional(),
})
export const correlateBody = z.strictObject({
  eventIds: z.array(z.string().max(500)).min(2).max(200),
  correlationType: z.enum(['temporal', 'semantic', 'causal']).optional(),
})
export const clusterBody = z.strictObject({
  dataSources: z.array(z.enum(SOURCES)).optional(),
  algorithmParams: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
})
