// What people do in Slack, as far as it matters to us: what goes into the inbox.
import type { Press } from '#cards/card.ts'
import type { Action } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import type { FormNote } from './form-note.ts'

/**
 * Where something was pressed or said. `message`: the one it was pressed on or said below, and its thread's first;
 * neither on a home tab. `respond`: where Slack takes an answer for half an hour, whoever may post in the channel.
 */
export type Place = {
  channel?: string
  message?: string
  parent?: string
  /** A message that only this person sees. */
  isWhisper?: boolean
  respond?: string
}

export type Arrived = { user: string; place: Place } & (
  | { kind: 'press'; press?: Press; trigger: string }
  | { kind: 'command'; text: string; trigger: string }
  /** To the bot: below its name, or alone with it. */
  | { kind: 'said'; text: string }
  /** The shortcut "Investigate this". */
  | { kind: 'investigate'; text: string }
  | { kind: 'wanted'; action: Action }
  | { kind: 'home' }
  | { kind: 'joined' }
)

/** A form that was filled in: what it asks for is worked out before it is acknowledged. */
export type Submitted = { kind: 'submitted'; user: string; note: FormNote; values: unknown }

/** `id`: the platform's own, the same however often it is delivered. */
export type Envelope<A = Arrived> = { id: string; arrived: A }

/** None where the thread's first message is the message itself. */
export function parentOf(ts: string | undefined, thread: string | undefined): { parent?: string } {
  return thread === undefined || thread === ts ? {} : { parent: thread }
}

/** The message it was pressed on or said below; below a whisper nothing can stand. */
export function threadOf({ channel, message, parent, isWhisper }: Place): Thread | undefined {
  if (channel === undefined || message === undefined) return undefined
  if (isWhisper) return parent === undefined ? undefined : { chat: 'slack', channel, id: parent }
  return { chat: 'slack', channel, id: message, ...(parent !== undefined && { parent }) }
}

/** What only this person sees, a home tab and a talk with the bot alone. */
export function isTheirsAlone({ channel, message, isWhisper }: Place): boolean {
  return isWhisper === true || message === undefined || channel === undefined || channel.startsWith('D')
}
