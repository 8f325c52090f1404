// A remedy: one typed tool call, its reason and its inverse; where it stands on its way; what came of it.
import type { Looked } from './look.ts'
import type { Entity, Millis } from './signal.ts'
import type { ToolCall } from './tool-call.ts'

export type RemedyType = 'restart' | 'scale' | 'rollback' | 'investigate' | 'alert'
export type RiskLevel = 'low' | 'medium' | 'high'

/** A question one read-only call answers: "the log of checkout-7c9f before its last restart". */
export type Look = { asks: string; call: ToolCall }

/** What somebody could do. Without a `call` it is advice, and never gets a button that acts. */
export type RemedyDraft = {
  type: RemedyType
  target: Entity
  call?: ToolCall
  title: string // "Roll back checkout to v2.30"
  reason: string
  riskLevel: RiskLevel
  prerequisites: string[]
  evidence: string[] // signal ids
  /** Of advice to look: what exactly, most telling first; a press runs them and changes nothing. */
  looks?: Look[]
}

/** What should hold before a remedy is carried out, looked into. `holds` absent: it could not be told. */
export type Prerequisite = { what: string; holds?: boolean; saw: string }

/** What a dry run at the API server answered: the object as it was, and what would change. */
export type Preview = {
  at: Millis
  uid: string
  generation: number
  diff: string[] // one line a change, e.g. "image: checkout:v2.31 -> checkout:v2.30"
  pods: number // pods touched
  pdb?: string
  hpa?: string
  owner?: string // the GitOps controller that would undo it, if there is one
  /** For people to judge by: one that does not hold refuses nothing by itself. */
  checked?: Prerequisite[]
  /** When the version it goes back to ran. */
  former?: { from: Millis; to: Millis }
  /** Why it cannot be done now; a preview with refusals is never approved. */
  refusals: string[]
  /** The call that would put things back, known from the object as it was. */
  inverse?: ToolCall
}

/** What the gate's tool answered. `applied` is proven by the object's generation, not by a status code. */
export type Outcome =
  | { result: 'applied'; generation: number; detail: string; inverse?: ToolCall }
  | { result: 'no-op' | 'drifted' | 'gone' | 'rejected'; detail: string }

export const REMEDY_STATES = [
  'PROPOSED',
  'PREVIEWED',
  'PENDING',
  'APPROVED',
  'CLAIMED',
  'INTENT_RECORDED',
  'APPLIED',
  'VERIFIED',
  'FAILED',
  'DRIFTED',
  'EXPIRED',
  'DENIED',
] as const
export type RemedyState = (typeof REMEDY_STATES)[number]

/** Approved, and no outcome recorded yet: what a restart goes on with. */
export const IN_FLIGHT: readonly RemedyState[] = ['APPROVED', 'CLAIMED', 'INTENT_RECORDED']

export type Remedy = RemedyDraft & {
  id: string // INC-42-R1
  incident: string
  state: RemedyState
  stateAt: Millis
  stateReason?: string
  proposedAt: Millis
  /** Chats in which somebody asked what it would change: there it has a message of its own. */
  lookedAtIn: Person['chat'][]
  approvals: { by: Person; at: Millis }[]
  approvalsNeeded: number
  preview?: Preview
  sealed?: string // the approval token, once enough people said yes
  actionId?: string
  expiresAt?: Millis
  outcome?: Outcome
  appliedAt?: Millis
  /** How many of the signals that opened the incident look well again since it was applied. */
  checked?: { good: number; of: number }
  undoes?: string // id of the remedy this one takes back
  /** What its looks answered when they were run last. */
  looked?: { at: Millis; answers: Looked[] }
}

/**
 * Somebody known by a platform: never by a channel, never by a display name. `standing`: what keeps them from acting,
 * as the platform says: a guest of the workspace, a bot, or somebody of another workspace or tenant.
 */
export type Person = {
  chat: 'web' | 'slack' | 'teams' | 'cli' | 'rest'
  team?: string
  user: string
  name: string
  standing?: 'guest' | 'bot' | 'stranger'
}

export type Identity = Pick<Person, 'chat' | 'team' | 'user'>

export function isSame(a: Identity, b: Identity): boolean {
  return a.chat === b.chat && a.team === b.team && a.user === b.user
}

/** The one that changed last; of several that changed at once, the one proposed last. */
export function latestOf(remedies: readonly Remedy[]): Remedy | undefined {
  return remedies.toReversed().toSorted((a, b) => b.stateAt - a.stateAt)[0]
}

/** The trouble was over after it. An undo is verified by its object alone, and mends nothing. */
export function hasHelped({ state, undoes }: Remedy): boolean {
  return state === 'VERIFIED' && undoes === undefined
}

/** By an undo that was applied. */
export function isTakenBack({ id }: Remedy, remedies: readonly Remedy[]): boolean {
  return remedies.some(({ undoes, appliedAt }) => undoes === id && appliedAt !== undefined)
}

/** Whether the remedy can be carried out by a press at all. */
export function automatable(remedy: RemedyDraft): boolean {
  return remedy.call !== undefined
}
