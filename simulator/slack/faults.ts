// What goes wrong between an app and Slack: refusals, lost answers, slowness, an hour of silence.
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * `accepted`: Slack did what was asked, and only its answer is lost: a timeout after acceptance, as the app sees it.
 * `method`: only calls of this one; absent: all. `times`: how many calls it strikes; absent: until cleared.
 */
export type Fault = { method?: string; times?: number } & (
  | { kind: 'status'; status: number; retryAfterSeconds?: number; accepted?: boolean }
  | { kind: 'drop'; accepted?: boolean }
  | { kind: 'slow'; milliseconds: number }
  /** `{ ok: false, error }`, as any method may answer: `internal_error`, `token_revoked` ... */
  | { kind: 'error'; error: string }
)

export type Faults = {
  add(fault: Fault): void
  clear(): void
  /** The one that strikes this call, taken off when its times are over. */
  next(method: string): Fault | undefined
}

export function openFaults(): Faults {
  let standing: Fault[] = []
  return {
    add: fault => void standing.push({ ...fault }),
    clear: () => void (standing = []),
    next(method) {
      const fault = standing.find(each => each.method === undefined || each.method === method)
      if (fault?.times !== undefined && --fault.times === 0) standing = standing.filter(other => other !== fault)
      return fault
    },
  }
}

/** Whether the call is to be carried out all the same. */
export function isCarriedOut(fault: Fault | undefined): boolean {
  return fault === undefined || fault.kind === 'slow' || ('accepted' in fault && fault.accepted === true)
}

/** Answers, or does not, as the fault has it. `answer`: what would have been said. */
export async function answerWith(
  fault: Fault | undefined,
  response: ServerResponse,
  answer: () => void,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return answer()
    case 'slow':
      await delay(fault.milliseconds)
      return answer()
    case 'drop':
      return void response.destroy()
    case 'error':
      return void response.writeHead(200, JSON_TYPE).end(JSON.stringify({ ok: false, error: fault.error }))
    case 'status': {
      const wait = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) }
      return void response.writeHead(fault.status, { 'content-type': 'text/plain', ...wait }).end('simulated')
    }
  }
}

export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
