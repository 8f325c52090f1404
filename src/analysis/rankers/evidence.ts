// What speaks against a service: one reason, what it rests on, and its weight in units in which all kinds add up.
import type { Entity } from '#incident/signal.ts'

export type EvidenceKind = 'path' | 'metric' | 'network' | 'logs' | 'peer' | 'state' | 'alarm' | 'change'

export type Evidence = {
  kind: EvidenceKind
  /** 1 is as much as e times its own usual, 0.3 of the blame, or a state of five points. */
  units: number
  reason: string
  signals: string[]
  /** Name of the fault it shows, in words of the field. */
  fault?: string
  /** The object it is about, where that is more than the service. */
  entity?: Entity
}
