// An incident is the fold of its record.
import type { Thread } from './thread.ts'
import { Fault } from './fault.ts'
import type { Diagnosis, Incident, Phase } from './incident.ts'
import type { Entry, Happening, OpenReason } from './record.ts'
import { IN_FLIGHT, isSame, latestOf } from './remedy.ts'
import type { Person, Remedy, RemedyState } from './remedy.ts'
import type { Signal } from './signal.ts'

/** The entries of one incident, oldest first, into what it is now. Throws where the first does not open it. */
export function fold(entries: readonly Entry[]): Incident {
  const [first, ...rest] = entries
  if (first?.happening.type !== 'opened')
    throw new Fault('processing', 'The record of an incident begins with its opening.')
  const { signals, ...incident } = rest.reduce(step, opened(first, first.happening))
  return { ...incident, signals: [...signals.values()] }
}

/** On the way: its signals by their ids, in one map changed in place: a day's record updates thousands. */
type Folding = Omit<Incident, 'signals'> & { signals: Map<string, Signal> }

const BY_PERSON: readonly OpenReason[] = ['declared', 'split']

function opened(entry: Entry, happening: Happening & { type: 'opened' }): Folding {
  const { phase: _phase, remedies: _remedies, signals, ...diagnosis } = happening.diagnosis
  return {
    ...diagnosis,
    signals: united(new Map(), signals),
    key: happening.key,
    id: entry.incident,
    phase: 'open',
    openedAt: entry.at,
    updatedAt: entry.at,
    cameBack: happening.reason === 'came back',
    ...(happening.again && { again: happening.again }),
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

function step(incident: Folding, entry: Entry): Folding {
  const next = { ...apply(incident, entry), version: entry.version, updatedAt: entry.at }
  return { ...next, phase: phaseOf(next) }
}

function apply(incident: Folding, entry: Entry): Folding {
  const { happening, at } = entry
  const change = (id: string, state: RemedyState, more: Partial<Remedy> = {}): Folding => ({
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
    case 'likened':
      return { ...incident, like: happening.like }
    case 'looked': {
      const looked = { at, answers: happening.answers }
      const remedies = incident.remedies.map(each => (each.id === happening.remedy ? { ...each, looked } : each))
      return { ...incident, remedies }
    }
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
    case 'unmuted': {
      const { mutedUntil: _muted, ...heard } = incident
      return heard
    }
    case 'known': {
      const { type: _type, ...told } = happening
      return entry.by === 'system' ? incident : { ...incident, known: { by: entry.by, ...told } }
    }
    case 'not known': {
      const { known: _known, ...unknown } = incident
      return unknown
    }
    case 'quieted':
      return { ...incident, quiet: happening.quiet }
    case 'heard': {
      const { quiet: _quiet, ...loud } = incident
      return loud
    }
    case 'split':
      return splitOff(incident, happening)
    case 'merged':
      return { ...incident, mergedInto: happening.into }
    case 'absorbed':
      return absorbed(incident, happening)
    case 'continued':
      return { ...incident, continuedIn: happening.in }
    case 'feedback':
      return entry.by === 'system' ? incident : { ...incident, feedback: voted(incident, entry.by, happening) }
    case 'threshold proposed':
      return { ...incident, proposal: happening.proposal }
    case 'threshold decided': {
      const { proposal: _proposal, ...decided } = incident
      return decided
    }
    case 'threshold lowered':
      return incident
    case 'resolved':
      return { ...incident, resolvedAt: at, resolvedBecause: happening.reason }
  }
}

/** An incident has one message in each chat: the newest, when it got one of its own after a storm. */
function elsewhere({ threads }: Folding, { chat }: Thread): Thread[] {
  return threads.filter(thread => thread.chat !== chat)
}

function absorbed(incident: Folding, { from, signals, services }: Happening & { type: 'absorbed' }): Folding {
  return {
    ...incident,
    absorbed: [...incident.absorbed, { incident: from, services }],
    signals: united(incident.signals, signals),
    services: [...new Set([...incident.services, ...services])],
  }
}

function splitOff(incident: Folding, { signals }: Happening & { type: 'split' }): Folding {
  for (const id of signals) incident.signals.delete(id)
  return { ...incident, splitOff: [...incident.splitOff, ...signals] }
}

/** What is known, with more; of the same id the newer one. */
function united(known: Map<string, Signal>, more: readonly Signal[]): Map<string, Signal> {
  for (const signal of more) known.set(signal.id, signal)
  return known
}

/** One voice a person, the last one. */
function voted(
  { feedback }: Folding,
  by: Person,
  { helpful, why }: Happening & { type: 'feedback' },
): Incident['feedback'] {
  return [...feedback.filter(voice => !isSame(voice.by, by)), { by, helpful, ...(why && { why }) }]
}

function diagnosed(incident: Folding, diagnosis: Diagnosis): Partial<Folding> {
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

/** A remedy that waits for one more person goes on waiting; any other has no yes to what was just seen. */
function previewed(incident: Folding, { by, at }: Entry, happening: Happening & { type: 'previewed' }): Folding {
  const remedies = incident.remedies.map((remedy): Remedy => {
    if (remedy.id !== happening.remedy) return remedy
    const lookedAtIn = by === 'system' ? remedy.lookedAtIn : [...new Set([...remedy.lookedAtIn, by.chat])]
    const seen = { ...remedy, preview: happening.preview, lookedAtIn }
    if (remedy.state === 'PENDING') return seen
    return { ...seen, approvals: [], expiresAt: undefined, state: 'PREVIEWED', stateAt: at }
  })
  return { ...incident, remedies }
}

/** The same person counts once, however often they press. */
function approved(incident: Folding, entry: Entry, happening: Happening & { type: 'approved' }): Folding {
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

function phaseOf(incident: Folding): Phase {
  if (incident.resolvedAt !== undefined) return 'resolved'
  const latest = latestOf(incident.remedies)
  if (latest === undefined) return 'open'
  if (IN_FLIGHT.includes(latest.state)) return 'acting'
  if (latest.state === 'APPLIED') return 'verifying'
  if (latest.state === 'FAILED' && latest.appliedAt !== undefined) return 'did not help'
  return 'open'
}
