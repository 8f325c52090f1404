// One incident in a row of a list.
import type { Incident } from '#incident/incident.ts'
import type { z } from 'zod'
import { iso, statusOf } from '../present.ts'
import type { summarySchema } from './schema.ts'

type Summary = z.output<typeof summarySchema>

export function summaryOf(incident: Incident): Summary {
  const { id, title, severity, confidence, services, openedAt, resolvedAt } = incident
  const [cause] = incident.rootCauses
  return {
    id,
    title,
    severity,
    status: statusOf(incident),
    confidence,
    services,
    openedAt: iso(openedAt),
    ...(resolvedAt !== undefined && { resolvedAt: iso(resolvedAt) }),
    ...(cause && {
      cause: cause.fault === undefined ? cause.entity.service : `${cause.entity.service}: ${cause.fault}`,
    }),
  }
}

/** `INC-1 high open 2026-11-03T14:10:00.000Z: 1 in 3 checkouts fail. Cause checkout` */
export function lineOf({ id, severity, status, openedAt, title, cause }: Summary): string {
  return `${id} ${severity} ${status} ${openedAt}: ${title}${cause === undefined ? '' : ` Cause ${cause}`}`
}
