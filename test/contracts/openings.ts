// The smallest opening of an incident, for tests of what keeps it.
import { NOTHING_SEEN } from '#incident/incident.ts'
import type { Diagnosis } from '#incident/incident.ts'
import type { Happening } from '#incident/record.ts'

export function opening(key: string): Happening {
  return { type: 'opened', key, reason: 'first seen', diagnosis: diagnosis(key) }
}

export function diagnosis(key: string, more: Partial<Diagnosis> = {}): Diagnosis {
  return {
    ...NOTHING_SEEN,
    key,
    wellAgain: { good: 0, of: 1 },
    onset: 1_000,
    severity: 'high',
    confidence: 0.9,
    title: 'checkout fails',
    services: ['checkout'],
    ...more,
  }
}
