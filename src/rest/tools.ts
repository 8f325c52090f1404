// Routes that are tools of the orchestrator under another name.
import express from 'express'
import type { RequestHandler, Router } from 'express'
import type { z } from 'zod'
import type { Toolbox } from '#incident/approval.ts'
import type { Json } from '#incident/tool-call.ts'
import { parse } from './request.ts'
import { clusterBody, correlateBody, detectBody } from './schemas.ts'

export function toolsRouter(toolbox: Toolbox): Router {
  const router = express.Router()
  router.post(
    '/detect',
    tool('detect_incidents', detectBody, ({ timeRange, severity }) => ({ time_range: timeRange, severity })),
  )
  router.post(
    '/correlate',
    tool('correlate_events', correlateBody, ({ eventIds, correlationType }) => ({
      event_ids: eventIds,
      correlation_type: correlationType,
    })),
  )
  router.post(
    '/cluster',
    tool('cluster_anomalies', clusterBody, ({ dataSources, algorithmParams }) => ({
      data_sources: dataSources,
      algorithm_params: algorithmParams,
    })),
  )
  return router

  /** A route that is one of the orchestrator's tools under another name. */
  function tool<T extends z.ZodType>(
    name: string,
    body: T,
    argumentsOf: (body: z.output<T>) => Record<string, Json | undefined>,
  ): RequestHandler {
    return async (request, response) => {
      const call = {
        server: 'orchestrator',
        tool: name,
        arguments: defined(argumentsOf(parse(body, request.body ?? {}))),
      } as const
      response.json((await toolbox.call(call, { deadlineMillis: TOOL_MILLIS })).structured)
    }
  }
}

function defined(fields: Record<string, Json | undefined>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined))
}

const TOOL_MILLIS = 30_000 // the seed: an answer within 30 s
