// The web page as a Chat. The page draws its cards from the record, so here is only where a thread is and what was said below it.
import type { Chat, Message, Said, Thread } from '#incident/chat.ts'
import { Fault } from '#incident/fault.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'

export type WebChat = Chat & {
  /** What was said below an incident's card, oldest first; to one person only: just for them. */
  said(incident: string, reader: Person): Said[]
}

const CHANNEL = 'dashboard'
const MOST_THREADS = 500
const MOST_SAID = 100 // a thread; the record keeps everything

type Kept = { key: string; message: Message; at: Millis; to?: Person }

/** A thread's id is the incident's. After a restart threads are empty; what matters of them is in the record. */
export function createWebChat(given: { clock: () => Millis }): WebChat {
  const threads = new Map<string, Kept[]>()

  function keep(thread: Thread, kept: Omit<Kept, 'at'>): void {
    if (thread.chat !== 'web')
      throw new Fault('validation', `Expected a thread of the web chat, got one of ${thread.chat}.`)
    const said = threads.get(thread.id) ?? []
    if (said.some(({ key }) => key === kept.key)) return
    threads.set(thread.id, [...said, { ...kept, at: given.clock() }].slice(-MOST_SAID))
    if (threads.size > MOST_THREADS) threads.delete(threads.keys().next().value ?? '')
  }

  return {
    name: 'web',
    paceMillis: 0,
    async open(key) {
      if (!threads.has(key)) threads.set(key, [])
      return threadOf(key)
    },
    async edit({ id, parent }, message) {
      const said = parent === undefined ? undefined : threads.get(parent)
      if (parent !== undefined && said) {
        threads.set(
          parent,
          said.map(kept => (kept.key === id ? { ...kept, message } : kept)),
        )
      }
    },
    async reply(thread, key, message) {
      keep(thread, { key, message })
      return { ...thread, id: key, parent: thread.id }
    },
    async whisper(thread, to, message) {
      keep(thread, { key: `${to.chat}:${to.user}:${given.clock()}:${message.kind}`, message, to })
    },
    async find(key) {
      return threads.has(key) ? threadOf(key) : undefined
    },
    said: (incident, reader) =>
      (threads.get(incident) ?? [])
        .filter(({ to }) => to === undefined || (to.chat === reader.chat && to.user === reader.user))
        .map(({ at, message }) => ({ at, message })),
  }
}

function threadOf(incident: string): Thread {
  return { chat: 'web', channel: CHANNEL, id: incident, url: `/#/${incident}` }
}
