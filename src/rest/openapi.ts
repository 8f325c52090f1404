// The OpenAPI document, made from the schemas that check requests and shape answers.
import { z } from 'zod'
import { PRODUCT } from '#mcp-servers/protocol.ts'
import {
  faultSchema,
  incidentSchema,
  lookedSchema,
  remedySchema,
  settingsSchema,
  timelineSchema,
} from '#mcp-servers/wire.ts'
import {
  askBody,
  clusterBody,
  correlateBody,
  declareBody,
  detectBody,
  feedbackBody,
  formQuery,
  knownBody,
  listQuery,
  mergeBody,
  muteBody,
  pressBody,
  readerQuery,
  splitBody,
} from './schemas.ts'

type Route = {
  method: 'get' | 'post'
  path: string
  summary: string
  query?: z.ZodObject
  body?: z.ZodType
  answer?: z.ZodType
}

const page = (item: z.ZodType) => z.object({ items: z.array(item), nextCursor: z.string().optional() })
const pressed = z.object({ result: z.string(), text: z.string(), state: z.string(), remedy: remedySchema })
const answered = z.object({
  answer: z.string(),
  claims: z.array(z.object({ text: z.string(), evidence: z.array(z.string()) })),
  unknown: z.array(z.string()),
  model: z.string().nullable(),
  cost: z.number().optional(),
})

const ROUTES: Route[] = [
  { method: 'get', path: '/status', summary: 'What runs, and which sources can be read' },
  {
    method: 'get',
    path: '/incidents',
    summary: 'Incidents, last opened first',
    query: listQuery,
    answer: page(incidentSchema),
  },
  { method: 'get', path: '/incidents/{id}', summary: 'One incident', answer: incidentSchema },
  { method: 'get', path: '/incidents/{id}/timeline', summary: 'What happened, in sentences', answer: timelineSchema },
  { method: 'get', path: '/incidents/{id}/postmortem', summary: 'A post-mortem to begin from, as Markdown' },
  { method: 'get', path: '/incidents/{id}/record', summary: 'The entries themselves' },
  { method: 'get', path: '/incidents/{id}/card', summary: 'What the thread shows' },
  { method: 'get', path: '/incidents/{id}/chart', summary: 'The series that shows it best' },
  { method: 'get', path: '/incidents/{id}/remediations', summary: 'Its remedies', answer: page(remedySchema) },
  { method: 'post', path: '/incidents/{id}/acknowledge', summary: 'Somebody is on it', answer: incidentSchema },
  { method: 'post', path: '/incidents/{id}/resolve', summary: 'A person says it is over', answer: incidentSchema },
  {
    method: 'post',
    path: '/incidents/{id}/look',
    summary: 'Runs what the advice says to look at; reads only',
    answer: page(lookedSchema),
  },
  { method: 'post', path: '/incidents', summary: 'A person declares one', body: declareBody, answer: incidentSchema },
  {
    method: 'post',
    path: '/incidents/{id}/split',
    summary: 'Signals of another incident; answers with that one',
    body: splitBody,
    answer: incidentSchema,
  },
  {
    method: 'post',
    path: '/incidents/{id}/merge',
    summary: 'It goes on in another; answers with that one',
    body: mergeBody,
    answer: incidentSchema,
  },
  {
    method: 'post',
    path: '/incidents/{id}/mute',
    summary: 'Nothing new is posted about it for a while',
    body: muteBody,
    answer: incidentSchema,
  },
  { method: 'post', path: '/incidents/{id}/unmute', summary: 'It is posted about again', answer: incidentSchema },
  {
    method: 'post',
    path: '/services/{id}/mute',
    summary: 'Nothing new is posted for a while about what hurts only this service; answers with all settings',
    body: muteBody,
    answer: settingsSchema,
  },
  { method: 'post', path: '/services/{id}/unmute', summary: 'It is posted about again', answer: settingsSchema },
  {
    method: 'post',
    path: '/incidents/{id}/known',
    summary: 'People know this trouble: it is posted again only when it is worse',
    body: knownBody,
    answer: incidentSchema,
  },
  { method: 'post', path: '/incidents/{id}/unknown', summary: 'It is not known any more', answer: incidentSchema },
  { method: 'get', path: '/settings', summary: 'What is muted, known or in maintenance', answer: settingsSchema },
  { method: 'get', path: '/settings/card', summary: 'The same as it is shown', query: readerQuery },
  {
    method: 'post',
    path: '/incidents/{id}/feedback',
    summary: 'Whether it helped',
    body: feedbackBody,
    answer: incidentSchema,
  },
  {
    method: 'post',
    path: '/incidents/{id}/raise',
    summary: 'Raises by half the threshold that is proposed there',
    answer: incidentSchema,
  },
  { method: 'post', path: '/incidents/{id}/leave', summary: 'Leaves it as it is', answer: incidentSchema },
  {
    method: 'post',
    path: '/incidents/{id}/lower',
    summary: 'Takes back what was raised there',
    answer: incidentSchema,
  },
  { method: 'post', path: '/remediations/{id}/preview', summary: 'A dry run', body: pressBody, answer: pressed },
  {
    method: 'post',
    path: '/remediations/{id}/approve',
    summary: 'A yes, sealed to one call',
    body: pressBody,
    answer: pressed,
  },
  {
    method: 'post',
    path: '/remediations/{id}/deny',
    summary: 'A no, with its reason',
    body: pressBody,
    answer: pressed,
  },
  {
    method: 'post',
    path: '/remediations/{id}/undo',
    summary: 'Takes back what it changed',
    body: pressBody,
    answer: pressed,
  },
  { method: 'get', path: '/forms/{form}', summary: 'What deny, declare, split, merge or known asks', query: formQuery },
  { method: 'post', path: '/detect', summary: 'One pass now', body: detectBody },
  { method: 'post', path: '/correlate', summary: 'Why signals belong together', body: correlateBody },
  { method: 'post', path: '/cluster', summary: 'Messages that are near in meaning', body: clusterBody },
  { method: 'post', path: '/ask', summary: 'A question, answered with evidence', body: askBody, answer: answered },
  { method: 'get', path: '/events', summary: 'Server-sent events: every entry of the record as it happens' },
]

export const openapi = {
  openapi: '3.1.0',
  info: { title: PRODUCT.name, version: PRODUCT.version },
  servers: [{ url: '/api/v1' }],
  paths: Object.fromEntries(
    [...Map.groupBy(ROUTES, ({ path }) => path)].map(([path, routes]) => [
      path,
      Object.fromEntries(routes.map(route => [route.method, operation(route)])),
    ]),
  ),
}

function operation({ path, summary, query, body, answer }: Route) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: schemaOf(schema as z.ZodType, 'input'),
  }))
  return {
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body && { requestBody: { content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
    responses: {
      200: {
        description: 'OK',
        ...(answer && { content: { 'application/json': { schema: schemaOf(answer, 'output') } } }),
      },
      default: {
        description: 'MCPError',
        content: { 'application/json': { schema: schemaOf(faultSchema, 'output') } },
      },
    },
  }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' })
}
