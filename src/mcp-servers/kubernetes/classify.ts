// What an answer to a guarded patch means, and what the object itself says afterwards. Pure, and the whole of it: a table
// measured against a real kube-apiserver. A 422 proves neither drift nor "not applied"; a timeout may land seconds later.
import { z } from 'zod'
import { statusOf } from './answer.ts'
import type { Answer } from './answer.ts'

export const ACTION_ID = 'incident-orchestrator.io/action-id'

/** The object as it was approved, and the action that may change it once. */
export type Planned = { uid: string; generation: number; actionId: string }

export type Meaning =
  | 'applied'
  | 'no-op'
  | 'gone'
  | 'drifted'
  /** The object has to be read to know. */
  | 'read again'
  /** Refused; nothing was written. */
  | 'rejected'
  /** Not written; the same patch may be sent again. */
  | 'retry'
  /** It may have landed or may still land: only the same patch again, or the object, can tell. */
  | 'unknown'

export function meaningOf(answer: Answer, planned: Planned): Meaning {
  if (answer.status === undefined) return answer.sent ? 'unknown' : 'retry'
  const { status, body } = answer
  if (status >= 200 && status < 300) return meaningOfSuccess(body, planned)
  const said = statusOf(body)
  const causes = said?.details?.causes ?? []
  switch (status) {
    case 404: // without a name: no such API, a matter of configuration
      return said?.details?.name ? 'gone' : 'rejected'
    case 409:
      return causes.some(({ reason }) => reason === 'FieldManagerConflict') ? 'drifted' : 'read again'
    case 422:
      return causes.length > 0 ? 'rejected' : 'read again'
    case 429:
    case 503:
      return 'retry'
    case 500: // a webhook is asked before anything is written
      return said?.message?.includes('failed calling webhook') ? 'retry' : 'unknown'
  }
  return status > 500 ? 'unknown' : 'rejected'
}

function meaningOfSuccess(body: string, planned: Planned): Meaning {
  let object: unknown
  try {
    object = JSON.parse(body)
  } catch {
    return 'read again'
  }
  if (!objectSchema.safeParse(object).success) return 'read again'
  const found = standingOf(object, planned)
  return found === 'untouched' ? 'no-op' : found === 'drifted' ? 'read again' : found
}

const objectSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    generation: z.number().nullish(),
    deletionTimestamp: z.string().nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
})

export type Standing = 'applied' | 'no-op' | 'gone' | 'drifted' | 'untouched'

/**
 * What the object says, undefined where there is none. Our id on it proves that our patch landed, whatever came after:
 * nobody else ever had it. Its absence proves nothing by itself; the generation does.
 */
export function standingOf(object: unknown, { uid, generation, actionId }: Planned): Standing {
  const parsed = objectSchema.safeParse(object)
  if (!parsed.success || parsed.data.metadata.uid !== uid) return 'gone'
  const { metadata } = parsed.data
  const now = metadata.generation ?? 0
  if (metadata.annotations?.[ACTION_ID] === actionId) return now > generation ? 'applied' : 'no-op'
  return now === generation && !metadata.deletionTimestamp ? 'untouched' : 'drifted'
}
