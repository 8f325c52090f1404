// What a person wants, whatever chat they are in, and what is said back: the one place that knows what each action does.
import type { Action, ChatEvent, Message, SourceHealth } from '#incident/chat.ts'
import { asFault } from '#incident/fault.ts'
import type { Occurrence } from '#incident/maintenance.ts'
import type { Log } from '#incident/observe.ts'
import { NOT_FOR } from '#incident/policy.ts'
import type { Person } from '#incident/remedy.ts'
import type { Respond } from '#incident/respond.ts'
import type { Millis } from '#incident/signal.ts'
import { openIncidents, readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { timeline } from '#incident/timeline.ts'

/** To everybody in the thread, or only to the one who asked. */
export type Back = { to: 'thread' | 'them'; message: Message }

/**
 * Contract: never throws; always answers. `soon` is called at most once, when the answer takes longer than a person
 * waits without a word.
 */
export type Conversation = (event: ChatEvent, soon?: (message: Message) => void) => Promise<Back>

export type ConversationGiven = {
  respond: Respond
  store: IncidentStore
  health: () => SourceHealth[]
  everyMillis: Millis
  maintenance: () => Occurrence[]
  /** When the product began to watch. */
  since: Millis
  clock: () => Millis
  pause: (millis: number, signal: AbortSignal) => Promise<void>
  log: Log
}

const WITHOUT_A_WORD_MILLIS = 700 // every press is answered within a second: the rest is the platform's way to us and back
const MOST_LISTED = 10

export function createConversation(given: ConversationGiven): Conversation {
  return async (event, soon) => {
    const { by, action } = event
    if (by.standing) return them({ kind: 'error', text: `Not done: ${NOT_FOR[by.standing]}.` })
    const answered = new AbortController()
    if (soon) {
      void given.pause(WITHOUT_A_WORD_MILLIS, answered.signal).then(() => {
        if (!answered.signal.aborted) soon({ kind: 'error', text: WAITING[action.kind] ?? 'Working on it.' })
      })
    }
    try {
      return await answer(given, action, by)
    } catch (error) {
      const { message, code, cause } = asFault(error)
      given.log.warn({ action: action.kind, chat: by.chat, code, cause }, `not done: ${message}`)
      return them({ kind: 'error', text: message })
    } finally {
      answered.abort()
    }
  }
}

const WAITING: Partial<Record<Action['kind'], string>> = {
  preview: 'Asking the cluster what would change. Nothing is changed yet.',
  approve: 'Got it. Looking at the object as it is now, before anything is sent.',
  undo: 'Got it. Looking at the object as it is now, before anything is sent.',
  ask: 'Reading the record.',
  look: 'Looking. Nothing is changed.',
}

async function answer(given: ConversationGiven, action: Action, by: Person): Promise<Back> {
  const { respond, store } = given
  switch (action.kind) {
    case 'preview':
    case 'approve':
    case 'deny':
    case 'undo':
      return them({ kind: 'reply', reply: await respond.press(action, by) })
    case 'ask': {
      const incident = action.incident === undefined ? undefined : await readIncident(store, action.incident)
      const said = await respond.ask(action, by)
      return {
        to: 'thread',
        message: { kind: 'answer', question: action.question, answer: said, ...(incident && { incident }) },
      }
    }
    case 'look':
      return { to: 'thread', message: { kind: 'looked', ...(await respond.look(action.incident, by)) } }
    case 'show':
      return them({ kind: 'incident', incident: await readIncident(store, action.incident) })
    case 'details':
      return them({ kind: 'details', incident: await readIncident(store, action.incident) })
    case 'postmortem':
      return { to: 'thread', message: await postmortem(store, action.incident) }
    case 'list':
      return them(await openList(store))
    case 'status':
      return them(await status(given))
    case 'help':
      return them({ kind: 'help' })
    case 'acknowledge':
      return them(done(`Noted: you are looking at ${(await respond.acknowledge(action.incident, by)).id}.`))
    case 'resolve':
      return them(done(`Closed: ${(await respond.resolve(action.incident, by)).id}.`))
    case 'declare':
      return them({ kind: 'incident', incident: await respond.declare(action, by) })
    case 'mute': {
      await respond.mute(action, by)
      const text = `Muted: nothing new is posted about ${action.incident ?? action.service}, unless it is critical.`
      return them(done(text, given.clock() + action.millis))
    }
    case 'unmute':
      await respond.unmute(action, by)
      return them(done(`Unmuted: ${action.incident ?? action.service} is posted about again.`))
    case 'known': {
      const { id } = await respond.known(action, by)
      const until = action.millis === undefined ? undefined : given.clock() + action.millis
      return them(done(`Known: when ${id} comes again and is no worse, it is recorded and posted to nobody.`, until))
    }
    case 'unknown':
      return them(
        done(`Taken back: ${(await respond.unknown(action.incident, by)).id} is posted about when it comes again.`),
      )
    case 'settings':
      return them({ kind: 'settings', settings: await respond.settings() })
    case 'split':
      return them({ kind: 'incident', incident: await respond.split(action, by) })
    case 'merge':
      return them(done(`Merged: ${action.incident} goes on in ${(await respond.merge(action, by)).id}.`))
    case 'feedback': {
      const incident = await respond.feedback(action, by)
      const { proposal } = incident
      if (proposal && !action.helpful) return them({ kind: 'proposal', incident, proposal })
      return them(done(action.helpful ? 'Noted: it helped.' : `Noted: ${action.why ?? 'it did not help'}.`))
    }
    case 'raise':
      await respond.decide({ kind: 'raise', incident: action.incident }, by)
      return them(done('Raised by half. It is among the settings, and can be taken back there at any time.'))
    case 'leave':
      await respond.decide({ kind: 'leave', incident: action.incident }, by)
      return them(done('Left as it is.'))
    case 'lower':
      await respond.lower(action.incident, by)
      return them(done('Taken back: the threshold is as it was.'))
  }
}

/** Open incidents, last opened first. */
export async function openList(store: IncidentStore): Promise<Message & { kind: 'list' }> {
  const incidents = await openIncidents(store, MOST_LISTED)
  const { length } = await store.list({ open: true, limit: 1_000 })
  return { kind: 'list', incidents, more: length - incidents.length }
}

export async function status({
  store,
  health,
  everyMillis,
  maintenance,
  since,
}: Pick<ConversationGiven, 'store' | 'health' | 'everyMillis' | 'maintenance' | 'since'>): Promise<
  Message & { kind: 'status' }
> {
  const open = await store.list({ open: true, limit: 1_000 })
  return { kind: 'status', open: open.length, sources: health(), everyMillis, since, maintenance: maintenance() }
}

async function postmortem(store: IncidentStore, id: string): Promise<Message> {
  const incident = await readIncident(store, id)
  return { kind: 'postmortem', incident, timeline: timeline(await store.read(id)) }
}

function them(message: Message): Back {
  return { to: 'them', message }
}

function done(text: string, until?: Millis): Message {
  return { kind: 'reply', reply: { result: 'done', text, ...(until !== undefined && { until }) } }
}
