// What people say and press, and what we say back, in no platform's words. Port: Chat.
import type { Answer } from './answer.ts'
import type { Complaint, Incident } from './incident.ts'
import type { Looked } from './look.ts'
import type { Occurrence } from './maintenance.ts'
import type { Person, Remedy } from './remedy.ts'
import type { Proposal } from './sensitivity.ts'
import type { Settings } from './settings.ts'
import type { Millis, Severity, Source } from './signal.ts'
import type { ChatName, Thread } from './thread.ts'
import type { TimelineItem } from './timeline.ts'

/** Everything a person can want of us, however they say it: a button, a command, a form, a sentence. */
export type Action =
  | { kind: 'preview' | 'approve' | 'undo'; remedy: string }
  | { kind: 'deny'; remedy: string; reason?: string }
  | { kind: 'acknowledge' | 'resolve' | 'show' | 'details' | 'postmortem' | 'look'; incident: string }
  | { kind: 'ask'; question: string; incident?: string }
  | { kind: 'declare'; title: string; severity: Severity; service: string }
  | { kind: 'unmute'; incident?: string; service?: string }
  /** The trouble of this incident is known; `millis` absent: until it is taken back. */
  | { kind: 'known'; incident: string; reason: string; ticket?: string; millis?: Millis }
  | { kind: 'unknown'; incident: string }
  | { kind: 'mute'; millis: Millis; incident?: string; service?: string }
  | { kind: 'split'; incident: string; signals: string[] }
  | { kind: 'merge'; incident: string; into: string }
  | { kind: 'feedback'; incident: string; helpful: boolean; why?: Complaint }
  /** What is proposed on that incident; `lower` takes back what was raised there. */
  | { kind: 'raise' | 'leave' | 'lower'; incident: string }
  | { kind: 'list' | 'status' | 'settings' | 'help' }

/** `thread`: the message it was pressed on or said below. */
export type ChatEvent<A extends Action = Action> = { by: Person; action: A; thread?: Thread }

/** How a press ended, for the one who pressed. Every press gets one. */
export type Reply = {
  result: 'done' | 'already done' | 'not yours' | 'expired' | 'drifted' | 'refused' | 'not found' | 'failed'
  text: string
  /** What was done holds until then. */
  until?: Millis
  remedy?: Remedy
}

export type SourceHealth = { source: Source; up: boolean; since?: Millis }

export type Message =
  | { kind: 'incident' | 'details'; incident: Incident }
  | { kind: 'news'; incident: Incident; text: string }
  /** `approvers`: the roles that may say yes. */
  | { kind: 'preview'; incident: Incident; remedy: Remedy; approvers?: string[] }
  | { kind: 'answer'; question: string; answer: Answer; incident?: Incident }
  | { kind: 'looked'; incident: Incident; answers: Looked[] }
  /** Many incidents at once: the worst of them, and how many there are of each severity. */
  | {
      kind: 'digest'
      key: string
      worst: Incident[]
      open: Partial<Record<Severity, number>>
      resolved: number
      since: Millis
    }
  | { kind: 'list'; incidents: Incident[]; more: number; late?: boolean }
  | {
      kind: 'status'
      open: number
      sources: SourceHealth[]
      everyMillis: Millis
      since: Millis
      /** That is on now. */
      maintenance?: Occurrence[]
    }
  | { kind: 'settings'; settings: Settings }
  /** Asked after feedback. */
  | { kind: 'proposal'; incident: Incident; proposal: Proposal }
  | { kind: 'postmortem'; incident: Incident; timeline: TimelineItem[] }
  | { kind: 'reply'; reply: Reply }
  | { kind: 'help' }
  /** What was expected, what came, what to do. */
  | { kind: 'error'; text: string }

/**
 * A chat platform. Contract: `open` and `reply` post once a call and mark the message with `key`; `find` returns the
 * newest message of ours with that key that is not older than `since`, so that a crash between sending and remembering
 * can be mended: where incidents are told of, or below `thread`, wherever that is; `edit` of the same message twice is
 * harmless; text from telemetry is shown as text, whatever it looks like; every method throws a Fault when the platform
 * refuses, never anything else: `network` and `processing` where it is not known whether the message was taken.
 */
export type Chat = {
  readonly name: ChatName
  /** The least time between two messages of ours, so that the platform does not have to refuse. */
  readonly paceMillis: Millis
  open(key: string, message: Message): Promise<Thread>
  edit(thread: Thread, message: Message): Promise<void>
  reply(thread: Thread, key: string, message: Message): Promise<Thread>
  whisper(thread: Thread, to: Person, message: Message): Promise<void>
  find(key: string, since: Millis, thread?: Thread): Promise<Thread | undefined>
}
