// An incident is the fold of its record.
import type { Answer, Claim, Thread } from './chat.ts'
import { Fault } from './fault.ts'
import type { Finding } from './finding.ts'
import type { Entry, Happening, OpenReason } from './record.ts'
import { IN_FLIGHT, isSame } from './remedy.ts'
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
  /** Opened by a person: the analyst may not speak of it, and only a person closes it. */
  declaredBy?: Person
  mutedUntil?: Millis
  mergedInto?: string
  /** Signals a person moved to another incident. */
  splitOff: string[]
  absorbed: { incident: string; services: string[] }[]
  feedback: { by: Person; helpful: boolean }[]
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

const BY_PERSON: readonly OpenReason[] = ['declared', 'split']

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
    ...(BY_PERSON.includes(happening.reason) && entry.by !== 'system' && { declaredBy: entry.by }),
    splitOff: [],
    absorbed: [],
    feedback: [],
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
      return { ...incident, threads: [...elsewhere(incident, happening.thread), happening.thread] }
    case 'acknowledged':
      return entry.by === 'system' ? incident : { ...incident, acknowledgedBy: entry.by }
    case 'answered': {
      const { question, answer } = happening
      return { ...incident, answers: [...incident.answers, { question, answer, at }] }
    }
    case 'proposed':
      return { ...incident, remedies: [...incident.remedies, proposed(entry, happening)] }
    case 'previewed':
      return previewed(incident, entry, happening)
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
    case 'muted':
      return { ...incident, mutedUntil: happening.until }
    case 'split':
      return without({ ...incident, splitOff: [...incident.splitOff, ...happening.signals] })
    case 'merged':
      return { ...incident, mergedInto: happening.into }
    case 'absorbed':
      return absorbed(incident, happening)
    case 'feedback':
      return entry.by === 'system' ? incident : { ...incident, feedback: voted(incident, entry.by, happening.helpful) }
    case 'resolved':
      return { ...incident, resolvedAt: at, resolvedBecause: happening.reason }
  }
}

/** An incident has one message in each chat: the newest, when it got one of its own after a storm. */
function elsewhere({ threads }: Incident, { chat }: Thread): Thread[] {
  return threads.filter(thread => thread.chat !== chat)
}

function without(incident: Incident): Incident {
  const gone = new Set(incident.splitOff)
  return { ...incident, signals: incident.signals.filter(({ id }) => !gone.has(id)) }
}

function absorbed(incident: Incident, { from, signals, services }: Happening & { type: 'absorbed' }): Incident {
  return {
    ...incident,
    absorbed: [...incident.absorbed, { incident: from, services }],
    signals: united(incident.signals, signals),
    services: [...new Set([...incident.services, ...services])],
  }
}

function united(known: Signal[], more: Signal[]): Signal[] {
  const merged = new Map(known.map(signal => [signal.id, signal]))
  for (const signal of more) merged.set(signal.id, signal)
  return [...merged.values()]
}

/** One voice a person, the last one. */
function voted({ feedback }: Incident, by: Person, helpful: boolean): Incident['feedback'] {
  return [...feedback.filter(voice => !isSame(voice.by, by)), { by, helpful }]
}

function diagnosed(incident: Incident, diagnosis: Diagnosis): Partial<Incident> {
  const { key: _key, phase: _phase, remedies: _remedies, signals, ...rest } = diagnosis
  const gone = new Set(incident.splitOff)
  return {
    ...rest,
    signals: united(
      incident.signals,
      signals.filter(({ id }) => !gone.has(id)),
    ),
    services: [...new Set([...diagnosis.services, ...incident.absorbed.flatMap(({ services }) => services)])],
    onset: Math.min(incident.onset, diagnosis.onset),
  }
}

function proposed(entry: Entry, happening: Happening & { type: 'proposed' }): Remedy {
  return {
    ...happening.draft,
    id: happening.remedy,
    incident: entry.incident,
    state: 'PROPOSED',
    stateAt: entry.at,
    proposedAt: entry.at,
    lookedAtIn: [],
    approvals: [],
    approvalsNeeded: 1,
    ...(happening.undoes && { undoes: happening.undoes }),
  }
}

/** A remedy that waits for one more person goes on waiting. */
function previewed(incident: Incident, { by, at }: Entry, happening: Happening & { type: 'previewed' }): Incident {
  const remedies = incident.remedies.map((remedy): Remedy => {
    if (remedy.id !== happening.remedy) return remedy
    const lookedAtIn = by === 'system' ? remedy.lookedAtIn : [...new Set([...remedy.lookedAtIn, by.chat])]
    const seen = { ...remedy, preview: happening.preview, lookedAtIn }
    return remedy.state === 'PENDING' ? seen : { ...seen, state: 'PREVIEWED', stateAt: at }
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
