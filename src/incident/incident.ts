// The nouns around an incident, and what the analyst makes of one. fold.ts reads one from its record.
import type { Again } from './again.ts'
import type { Answer, Claim } from './answer.ts'
import type { Thread } from './thread.ts'
import type { Finding } from './finding.ts'
import type { Like } from './liken.ts'
import type { Quiet } from './quiet.ts'
import type { Person, Remedy, RemedyDraft } from './remedy.ts'
import type { Proposal } from './sensitivity.ts'
import type { Entity, Millis, Missing, Severity, Signal } from './signal.ts'

export type CorrelationType = 'temporal' | 'semantic' | 'causal'

/** Why two signals are in one incident. */
export type Correlation = {
  a: string // signal id
  b: string
  type: CorrelationType
  confidence: number // 0..1
  timeWindow: number // ms between them
  explanation: string
}

/** Messages that are near in meaning. `centroid` has unit length. */
export type AnomalyCluster = {
  id: string
  label: string
  centroid: number[]
  members: string[] // signal ids
  /** Signals that were ever of it, also those no longer kept. */
  seen: number
  silhouetteScore: number // -1..1
}

export type RootCause = {
  entity: Entity
  fault?: string
  score: number
  confidence: number // 0..1
  /** What speaks for it, most telling first, each with what it rests on. */
  reasons: Claim[]
  evidence: string[] // signal ids of all reasons, at least one
}

/** What the analyst makes of one trouble at one moment. */
export type Diagnosis = {
  /** The analyst's own name for this trouble: the same while it lasts, never used again. */
  key: string
  phase: 'firing' | 'quieter' | 'recovered'
  /** Of the groups that opened it, how many are back under their floor. */
  wellAgain: { good: number; of: number }
  onset: Millis
  severity: Severity
  confidence: number
  title: string // verdict: one sentence
  description: string
  services: string[]
  findings: Finding[]
  signals: Signal[] // everything cited or grouped
  rootCauses: RootCause[] // best first, at most 10
  correlations: Correlation[]
  clusters: AnomalyCluster[]
  remedies: RemedyDraft[] // best first
  wellServices: string[]
  ruledOut: string[]
  missing: Missing[]
}

/** What was wrong with it. */
export const COMPLAINTS = ['wrong cause', 'not an incident'] as const
export type Complaint = (typeof COMPLAINTS)[number]

export type Phase = 'open' | 'acting' | 'verifying' | 'did not help' | 'resolved'

export type Incident = Omit<Diagnosis, 'phase' | 'remedies' | 'key'> & {
  id: string // INC-42
  key: string
  phase: Phase
  openedAt: Millis
  updatedAt: Millis
  resolvedAt?: Millis
  resolvedBecause?: string
  acknowledgedBy?: Person
  cameBack: boolean
  /** Which time it is within a day, of one that came back. */
  again?: Again
  /** The incident in whose hands its message is, since it came back. */
  continuedIn?: string
  /** Opened by a person: the analyst may not speak of it, and only a person closes it. */
  declaredBy?: Person
  mutedUntil?: Millis
  /** A person marked it as a trouble they know. */
  known?: { by: Person; reason: string; ticket?: string; until?: Millis }
  /** Said to nobody meanwhile, and why. */
  quiet?: Quiet
  mergedInto?: string
  /** Signals a person moved to another incident. */
  splitOff: string[]
  absorbed: { incident: string; services: string[] }[]
  feedback: { by: Person; helpful: boolean; why?: Complaint }[]
  /** A threshold that people may raise, after what they said of it and others. */
  proposal?: Proposal
  remedies: Remedy[]
  threads: Thread[]
  answers: { question: string; answer: Answer; at: Millis }[]
  /** The earlier one most like it, as the record tells. */
  like?: Like
  version: number // of its last entry
}

/** Of a trouble nobody has seen anything of yet. */
export const NOTHING_SEEN = {
  phase: 'firing',
  wellAgain: { good: 0, of: 0 },
  confidence: 0,
  description: '',
  findings: [],
  signals: [],
  rootCauses: [],
  correlations: [],
  clusters: [],
  remedies: [],
  wellServices: [],
  ruledOut: [],
  missing: [],
} satisfies Partial<Diagnosis>
