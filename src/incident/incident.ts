// An incident is the fold of its record.
import type { Answer, Claim, Thread } from './chat.ts'
import { Fault } from './fault.ts'
import type { Finding } from './finding.ts'
import type { Entry, Happening } from './record.ts'
import { IN_FLIGHT } from './remedy.ts'
import type { Person, Remedy, RemedyDraft, RemedyState } from './remedy.ts'
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
  remedies: Remedy[]
  threads: Thread[]
  answers: { question: string; answer: Answer; at: Millis }[]
  version: number // of its last entry
}

/** The entries of one incident, oldest first, into what it is now. Throws where the first does not open it. */
export function fold(entries: readonly Entry[]): Incident {
  const [first, ...rest] = entries
  if (first?.happening.type !== 'opened')
    throw new Fault('processing', 'The record of an incident begins with its opening.')
  return rest.reduce(step, opened(first, first.happening))
}

function opened(entry: Entry, happening: Happening & { type: 'opened' }): Incident {
  const { phase: _phase, remedies: _remedies, ...diagnosis } = happening.diagnosis
  return {
    ...diagnosis,
    key: happening.key,
    id: entry.incident,
    phase: 'open',
    openedAt: entry.at,
    updatedAt: entry.at,
    cameBack: happening.reason === 'came back',
    remedies: [],
    threads: [],
    answers: [],
    version: entry.version,
  }
}

function step(incident: Incident, entry: Entry): Incident {
  const next = { ...apply(incident, entry), version: entry.version, updatedAt: entry.at }
  return { ...next, phase: phaseOf(next) }
}

function apply(incident: Incident, entry: Entry): Incident {
  const { happening, at } = entry
  const change = (id: string, state: RemedyState, more: Partial<Remedy> = {}): Incident => ({
    ...incident,
    remedies: incident.remedies.map(remedy => (remedy.id === id ? { ...remedy, ...more, state, stateAt: at } : remedy)),
  })
  switch (happening.type) {
    case 'opened':
      throw new Fault('processing', `Incident ${incident.id} is opened twice in its record.`)
    case 'updated':
      return { ...incident, ...diagnosed(incident, happening.diagnosis) }
    case 'posted':
      return { ...incident, threads: [...incident.threads, happening.thread] }
    case 'acknowledged':
      return entry.by === 'system' ? incident : { ...incident, acknowledgedBy: entry.by }
    case 'answered': {
      const { question, answer } = happening
      return { ...incident, answers: [...incident.answers, { question, answer, at }] }
    }
    case 'proposed':
      return { ...incident, remedies: [...incident.remedies, proposed(entry, happening)] }
    case 'previewed':
      return previewed(incident, at, happening)
    case 'approved':
      return approved(incident, entry, happening)
    case 'claimed':
      return change(happening.remedy, 'CLAIMED', { actionId: happening.actionId })
    case 'intended':
      return change(happening.remedy, 'INTENT_RECORDED')
    case 'applied':
      return change(happening.remedy, 'APPLIED', { outcome: happening.outcome, appliedAt: at })
    case 'checked':
      return change(happening.remedy, 'APPLIED', { checked: { good: happening.good, of: happening.of } })
    case 'verified':
      return change(happening.remedy, 'VERIFIED', { stateReason: happening.reason })
    case 'failed':
      return change(happening.remedy, 'FAILED', {
        stateReason: happening.reason,
        ...(happening.outcome && { outcome: happening.outcome }),
      })
    case 'drifted':
      return change(happening.remedy, 'DRIFTED', { stateReason: happening.reason })
    case 'expired':
      return change(happening.remedy, 'EXPIRED')
    case 'denied':
      return change(happening.remedy, 'DENIED', { stateReason: happening.reason })
    case 'resolved':
      return { ...incident, resolvedAt: at, resolvedBecause: happening.reason }
  }
}

function diagnosed(incident: Incident, diagnosis: Diagnosis): Partial<Incident> {
  const { key: _key, phase: _phase, remedies: _remedies, signals, ...rest } = diagnosis
  const merged = new Map(incident.signals.map(signal => [signal.id, signal]))
  for (const signal of signals) merged.set(signal.id, signal)
  return { ...rest, signals: [...merged.values()], onset: Math.min(incident.onset, diagnosis.onset) }
}

function proposed(entry: Entry, happening: Happening & { type: 'proposed' }): Remedy {
  return {
    ...happening.draft,
    id: happening.remedy,
    incident: entry.incident,
    state: 'PROPOSED',
    stateAt: entry.at,
    proposedAt: entry.at,
    approvals: [],
    approvalsNeeded: 1,
    ...(happening.undoes && { undoes: happening.undoes }),
  }
}

/** A remedy that waits for one more person goes on waiting. */
function previewed(incident: Incident, at: Millis, happening: Happening & { type: 'previewed' }): Incident {
  const remedies = incident.remedies.map((remedy): Remedy => {
    if (remedy.id !== happening.remedy) return remedy
    const { preview } = happening
    return remedy.state === 'PENDING' ? { ...remedy, preview } : { ...remedy, preview, state: 'PREVIEWED', stateAt: at }
  })
  return { ...incident, remedies }
}

/** The same person counts once, however often they press. */
function approved(incident: Incident, entry: Entry, happening: Happening & { type: 'approved' }): Incident {
  const { sealed, actionId, expiresAt, need, have } = happening
  return {
    ...incident,
    remedies: incident.remedies.map(remedy => {
      if (remedy.id !== happening.remedy || entry.by === 'system') return remedy
      const approvals = [...remedy.approvals, { by: entry.by, at: entry.at }]
      const state: RemedyState = have >= need ? 'APPROVED' : 'PENDING'
      return { ...remedy, approvals, approvalsNeeded: need, sealed, actionId, expiresAt, state, stateAt: entry.at }
    }),
  }
}

function phaseOf(incident: Incident): Phase {
  if (incident.resolvedAt !== undefined) return 'resolved'
  const latest = incident.remedies.toSorted((a, b) => b.stateAt - a.stateAt)[0]
  if (latest === undefined) return 'open'
  if (IN_FLIGHT.includes(latest.state)) return 'acting'
  if (latest.state === 'APPLIED') return 'verifying'
  if (latest.state === 'FAILED' && latest.appliedAt !== undefined) return 'did not help'
  return 'open'
}
