// A finding: signals that say the same thing about the same entity, and how unusual that is. What is only being watched stays a finding.
import type { Entity, Millis, Severity } from './signal.ts'

/** slo: felt by users; symptom: an inner service; edge: one caller-callee pair; resource: cpu, memory; others by their signal. */
export type FindingKind = 'slo' | 'symptom' | 'edge' | 'resource' | 'traffic' | 'alarm' | 'state' | 'logs' | 'change'

export type Finding = {
  id: string // the same while it lasts: kind, entity and what
  kind: FindingKind
  entity: Entity
  severity: Severity
  title: string // "checkout errors 31 % (usually 0.2 %)"
  since: Millis
  seen: Millis
  /** The ensemble's vote, 0..1: how unusual. */
  score: number
  /** How far its members agree, 0..1. */
  confidence: number
  /** In multiples of its own threshold; 1 fires. States: points / 10. */
  strength: number
  now?: number
  usual?: number
  unit?: string
  signals: string[] // evidence, most telling first, at most 20
}
