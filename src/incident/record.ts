// Everything that can happen to an incident, and the hash chain that keeps it: the record is the incident.
import type { Again } from './again.ts'
import { canonical, sha256 } from './canonical.ts'
import type { Complaint, Diagnosis } from './incident.ts'
import type { Answer } from './answer.ts'
import type { Like } from './liken.ts'
import type { Looked } from './look.ts'
import type { Quiet } from './quiet.ts'
import type { Proposal } from './sensitivity.ts'
import type { Thread } from './thread.ts'
import type { Outcome, Person, Preview, RemedyDraft } from './remedy.ts'
import type { Millis, Signal } from './signal.ts'

export type Happening =
  | { type: 'opened'; key: string; reason: OpenReason; diagnosis: Diagnosis; again?: Again }
  /** `diagnosis.signals` holds only signals that are new or have changed. */
  | { type: 'updated'; reason: UpdateReason; diagnosis: Diagnosis }
  | { type: 'posted'; thread: Thread }
  | { type: 'acknowledged' }
  | { type: 'answered'; question: string; answer: Answer }
  | { type: 'likened'; like: Like }
  | { type: 'looked'; remedy: string; answers: Looked[] }
  | { type: 'proposed'; remedy: string; draft: RemedyDraft; undoes?: string }
  | { type: 'previewed'; remedy: string; preview: Preview }
  | {
      type: 'approved'
      remedy: string
      have: number
      need: number
      sealed?: string
      actionId?: string
      expiresAt: Millis
    }
  | { type: 'claimed'; remedy: string; actionId: string }
  | { type: 'intended'; remedy: string; actionId: string; patch: string }
  | { type: 'applied'; remedy: string; outcome: Outcome & { result: 'applied' } }
  | { type: 'checked'; remedy: string; good: number; of: number }
  | { type: 'verified'; remedy: string; reason: string }
  | { type: 'failed'; remedy: string; reason: string; outcome?: Outcome }
  | { type: 'drifted'; remedy: string; reason: string }
  | { type: 'expired'; remedy: string }
  | { type: 'denied'; remedy: string; reason: string }
  /** Nothing new is posted about it until then; it goes on being followed. */
  | { type: 'muted'; until: Millis }
  /** Nothing holds it back any more. */
  | { type: 'unmuted' }
  /** People know this trouble: its fault and object, as bad as it is now. */
  | { type: 'known'; reason: string; ticket?: string; until?: Millis }
  | { type: 'not known' }
  /** Recorded and said to nobody, for as long as that holds. */
  | { type: 'quieted'; quiet: Quiet }
  /** It is said again: what kept it quiet is over, or no longer explains it. */
  | { type: 'heard'; was: Quiet['because']; isOver: boolean }
  /** `signals` went to the incident `into`, and do not come back. */
  | { type: 'split'; signals: string[]; into: string }
  | { type: 'merged'; into: string }
  | { type: 'absorbed'; from: string; signals: Signal[]; services: string[] }
  /** It came back, and its message goes on as that incident's. */
  | { type: 'continued'; in: string }
  | { type: 'feedback'; helpful: boolean; why?: Complaint }
  | { type: 'threshold proposed'; proposal: Proposal }
  /** `factor`: what it is multiplied by from now on; 1: left as it was. */
  | { type: 'threshold decided'; group: string; name: string; factor: number }
  | { type: 'threshold lowered'; group: string; name: string }
  | { type: 'resolved'; reason: ResolveReason }

export type OpenReason = 'first seen' | 'came back' | 'declared' | 'split'
export type UpdateReason =
  | 'more services'
  | 'another cause'
  | 'severity changed'
  | 'more evidence'
  | 'source missing'
  | 'source back'
  | 'quieter'
export type ResolveReason = 'recovered' | 'recovered after a remedy' | 'resolved by a person' | 'merged'

/** The product itself, or a person. */
export type Actor = Person | 'system'

export type Entry = {
  seq: number // 1, 2, 3 ... over all incidents
  incident: string
  version: number // 1, 2, 3 ... within the incident
  at: Millis
  by: Actor
  happening: Happening
  prev: string // hash of the entry before, over all incidents; 64 zeros for the first
  hash: string
}

export const NO_HASH = '0'.repeat(64)

export type Head = { seq: number; hash: string }

/** The next link: `hash` covers every other field, `prev` included. */
export function chain(head: Head, entry: Omit<Entry, 'seq' | 'prev' | 'hash'>): Entry {
  const linked = { ...entry, seq: head.seq + 1, prev: head.hash }
  return { ...linked, hash: hashOf(linked) }
}

export type ChainVerdict = { ok: true; entries: number } | { ok: false; entries: number; brokenAt: number; why: string }

/**
 * Walks entries in the order of `seq` from the first. Finds an edit, a deletion, a reorder; and, where the last known
 * head is given, a truncation. `brokenAt` is the first seq that does not hold.
 */
export function verifyChain(entries: Iterable<Entry>, expectedHead?: Head): ChainVerdict {
  let head: Head = { seq: 0, hash: NO_HASH }
  const versions = new Map<string, number>()
  for (const entry of entries) {
    const at = head.seq + 1
    const broken = (why: string): ChainVerdict => ({ ok: false, entries: head.seq, brokenAt: at, why })
    if (entry.seq !== at) return broken(`entry ${at} is missing`)
    if (entry.prev !== head.hash) return broken(`entry ${at} does not follow the one before it`)
    const { hash, ...rest } = entry
    if (hashOf(rest) !== hash) return broken(`entry ${at} was altered`)
    if (entry.version !== (versions.get(entry.incident) ?? 0) + 1) return broken(`entry ${at} is out of order`)
    if (expectedHead?.seq === entry.seq && expectedHead.hash !== hash)
      return broken(`entry ${at} is not the one the head names`)
    versions.set(entry.incident, entry.version)
    head = { seq: entry.seq, hash }
  }
  if (expectedHead && expectedHead.seq > head.seq) {
    const brokenAt = head.seq + 1
    return { ok: false, entries: head.seq, brokenAt, why: `the record ends before entry ${expectedHead.seq}` }
  }
  return { ok: true, entries: head.seq }
}

function hashOf(entry: Omit<Entry, 'hash'>): string {
  return sha256(canonical(entry))
}
