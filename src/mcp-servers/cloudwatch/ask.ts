// What every request to AWS has in common: how its clients are made, what a page is, and that failures come as Faults.
import type { Millis } from '#incident/signal.ts'
import { faultOf } from './fault.ts'
import type { CloudwatchSettings } from './schema.ts'

/** `rejected`: entries that were not of AWS's shape, left out. `token`: of the next page, if there is one. */
export type Page<T> = { rows: T[]; rejected: number; token?: string }
export type Span = { from: Millis; to: Millis } // both included

export const VENDOR = 'CloudWatch'

/** One try each: trying again is resilience.ts's. */
export function clientOptions({ region, profile, endpoint, credentials }: CloudwatchSettings) {
  return {
    maxAttempts: 1,
    ...(region ? { region } : {}),
    ...(profile ? { profile } : {}),
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
  }
}

export async function guarded<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw faultOf(error)
  }
}
