// The web page as a Chat. The page draws its cards from the record, so here is only what was said, and to whom.
import type { Chat, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { Fault } from '#incident/fault.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'

/** `to`: the only one who sees it. */
export type Said = { thread: Thread; message: Message; at: Millis; to?: Person }

export type WebChat = Chat & {
  /** What `reader` sees, oldest first; of one incident: its message and what stands below. */
  said(reader: Person, incident?: string): Said[]
}

const CHANNEL = 'dashboard'
const MOST_SAID = 5_000 // the record keeps everything

/** The id of a message is its key. After a restart nothing is said yet; what matters of it is in the record. */
export function createWebChat({ clock }: { clock: () => Millis }): WebChat {
  let kept: Said[] = []
  let whispers = 0

  function keep(thread: Thread, message: Message, to?: Person): Thread {
    const known = kept.find(({ thread: { id } }) => id === thread.id)
    if (!known) kept = [...kept, { thread, message, at: clock(), ...(to && { to }) }].slice(-MOST_SAID)
    return thread
  }

  return {
    name: 'web',
    paceMillis: 0,
    async open(key, message) {
      return keep({ chat: 'web', channel: CHANNEL, id: key, url: `/#/${key}` }, message)
    },
    async edit({ id }, message) {
      kept = kept.map(said => (said.thread.id === id ? { ...said, message } : said))
    },
    async reply(thread, key, message) {
      return keep(below(thread, key), message)
    },
    async whisper(thread, to, message) {
      keep(below(thread, `whisper-${++whispers}`), message, to)
    },
    async find(key, since) {
      return kept.findLast(({ thread, at, to }) => thread.id === key && at >= since && !to)?.thread
    },
    said: (reader, incident) =>
      kept.filter(
        ({ thread: { id, parent }, to }) =>
          (incident === undefined || id === incident || parent === incident) &&
          (to === undefined || (to.chat === reader.chat && to.user === reader.user)),
      ),
  }
}

function below({ chat, channel, id, parent = id }: Thread, key: string): Thread {
  if (chat !== 'web') throw new Fault('validation', `Expected a thread of the web chat, got one of ${chat}.`)
  return { chat, channel, id: key, parent }
}
