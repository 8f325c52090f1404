// Something abnormal, and the Finding it is told as.
import type { Finding } from '#incident/finding.ts'
import type { Millis } from '#incident/signal.ts'
import type { ServiceKey } from './topology.ts'

/** A finding with what grouping and ranking need to know of it. */
export type Symptom = Finding & {
  /** Services it is about: one, or caller and callee. */
  services: ServiceKey[]
  /** Services its text names. */
  peers: ServiceKey[]
  group?: string
  /** Which tail its numbers are of: 'p99'; none for a mean, a median or a plain value. */
  tail?: string
  /** Ms between its looks. */
  step: Millis
  /** Alone: opens an incident by itself. Together: with another inner one, the same service's cpu, or three times its threshold. */
  opens: 'alone' | 'together' | 'never'
  /** Whether users feel it. */
  felt: boolean
}

export function findingOf(symptom: Symptom): Finding {
  const { id, kind, entity, severity, title, since, seen, score, confidence, strength, now, usual, unit, signals } =
    symptom
  const numbers = { ...(now !== undefined && { now }), ...(usual !== undefined && { usual }), ...(unit && { unit }) }
  return { id, kind, entity, severity, title, since, seen, score, confidence, strength, ...numbers, signals }
}
