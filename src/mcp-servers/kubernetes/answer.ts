// What an API server answered, or that it did not; and the Fault that is, in words of ours only.
import { Fault } from '#incident/fault.ts'
import { statusSchema } from './answer-schema.ts'
import type { Status } from './answer-schema.ts'

/** What the server said; `sent` without a status: the connection failed, and whether the request arrived is unknown (true) or it did not (false). */
export type Answer =
  | { status: number; body: string; retryAfter?: number; cut: boolean }
  | { status?: undefined; sent: boolean; cause: unknown }

/** A 504 may come as text/plain, and without kind: so the body is tried, whatever it says it is. */
export function statusOf(body: string): Status | undefined {
  try {
    return statusSchema.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}

/** `asked` is ours, e.g. `GET /api/v1/pods`. */
export function faultOf(answer: Answer, asked: string): Fault {
  if (answer.status === undefined) {
    if (answer.cause instanceof Error && answer.cause.name === 'AbortError')
      return new Fault('network', `No answer in time to ${asked}.`, { cause: answer.cause })
    return new Fault('network', `The API server could not be reached for ${asked}.`, { cause: answer.cause })
  }
  const { status } = answer
  const details = { status }
  const known = statusOf(answer.body)
  const retryAfter = answer.retryAfter ?? known?.details?.retryAfterSeconds
  switch (status) {
    case 401:
      return new Fault('authentication', `The API server did not accept our credentials (401) for ${asked}.`, {
        details,
      })
    case 403:
      return new Fault(
        'forbidden',
        `This account may not ${asked} (403); the room's readme lists the verbs it needs.`,
        {
          details,
        },
      )
    case 404:
      return new Fault('not_found', `There is nothing at ${asked} (404).`, { details })
    case 409:
      return new Fault('conflict', `The object changed meanwhile (409) at ${asked}.`, { details })
    case 410:
      return new Fault('expired', `The list moved on while it was read (410): ${asked}. Read it again.`, {
        details,
        retryable: true,
      })
    case 429:
      return new Fault('rate_limit', `The API server asks for patience (429) at ${asked}.`, { details, retryAfter })
  }
  if (status >= 500)
    return new Fault('network', `The API server failed (${status}) at ${asked}.`, { details, retryAfter })
  return new Fault('validation', `The API server refused ${asked} (${status}).`, { details })
}

export function notKubernetes(path: string): Fault {
  return new Fault('network', `What answered at ${path} did not speak as a Kubernetes API server does.`, {
    retryable: false,
  })
}
