// What speaks against a service: one reason, what it rests on, and its weight in units in which all kinds add up.
import type { Change, Entity } from '#incident/signal.ts'
import type { ServiceKey } from '../topology.ts'

export type EvidenceKind = 'path' | 'metric' | 'network' | 'logs' | 'peer' | 'state' | 'alarm' | 'change'

export type Evidence = {
  kind: EvidenceKind
  /** 1 is as much as e times its own usual, 0.3 of the blame, or a state of five points. */
  units: number
  reason: string
  signals: string[]
  /** Name of the fault it shows, in words of the field. */
  fault?: string
  /** The whole verdict for a title, subject first, where this evidence knows it better than the fault's name. */
  verdict?: string
  /** The object it is about, where that is more than the service. */
  entity?: Entity
}

/** Somebody who may have caused a trouble. */
export type Candidate = {
  key: ServiceKey
  entity: Entity
  units: number
  evidence: Evidence[]
  change?: Change
  /** The dependency it shares with those that suffer, where it was scaled up. */
  overloads?: string
}

export type Add = (key: ServiceKey, evidence: Evidence) => void

/** The first line of a text, at most 160 characters. */
export function shortened(text: string): string {
  const line = text.split('\n', 1)[0]!.trim()
  return line.length > 160 ? `${line.slice(0, 157)}...` : line
}
