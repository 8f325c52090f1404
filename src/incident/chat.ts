// What people say and press, and what we say back, in no platform's words. Port: Chat.
import type { Incident } from './incident.ts'
import type { Person, Remedy } from './remedy.ts'
import type { Millis } from './signal.ts'

/** Where an incident is talked about; `id` is what the platform calls the message. */
export type Thread = { chat: Person['chat']; channel: string; id: string; url?: string }

export type ChatEvent = { by: Person; thread?: Thread } & (
  | { kind: 'press'; action: 'preview' | 'approve' | 'deny' | 'undo'; remedy: string; reason?: string }
  | { kind: 'ask'; question: string; incident?: string }
  | { kind: 'acknowledge' | 'resolve'; incident: string }
)

/** How a press ended, for the one who pressed. Every press gets one. */
export type Reply = {
  result: 'done' | 'already done' | 'not yours' | 'expired' | 'drifted' | 'refused' | 'not found' | 'failed'
  text: string
  remedy?: Remedy
}

/** A sentence with what it rests on: ids of stored signals. */
export type Claim = { text: string; evidence: string[] }

export type Answer = {
  answer: string
  claims: Claim[]
  unknown: string[]
  /** Name of the model that wrote it; null: rules. */
  model: string | null
  cost?: number // US dollars
}

export type Message =
  | { kind: 'incident'; incident: Incident }
  | { kind: 'news'; incident: Incident; text: string }
  | { kind: 'preview'; incident: Incident; remedy: Remedy }
  | { kind: 'answer'; question: string; answer: Answer; incident?: Incident }

/**
 * A chat platform. Contract: `open` with a key that was opened before returns that thread instead of posting again;
 * `edit` of the same message twice is harmless; text from telemetry is shown as text, whatever it looks like;
 * every method throws a Fault when the platform refuses, never anything else.
 */
export type Chat = {
  readonly name: Person['chat']
  open(key: string, message: Message): Promise<Thread>
  edit(thread: Thread, message: Message): Promise<void>
  reply(thread: Thread, key: string, message: Message): Promise<void>
  whisper(thread: Thread, to: Person, message: Message): Promise<void>
  find(key: string): Promise<Thread | undefined>
}

/** When something was said, for threads that are read back. */
export type Said = { at: Millis; by?: Person; message: Message }
