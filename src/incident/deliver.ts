// Says in every chat what the record says: one message an incident, edited in place. The thread is in the record before it is needed.
import type { Chat } from './chat.ts'
import { asFault } from './fault.ts'
import type { Incident } from './incident.ts'
import type { Log, Observe } from './observe.ts'
import type { Entry } from './record.ts'
import type { Millis } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

export type Deliver = {
  /** Says everything that is not said yet; what a chat refuses is tried again at the next call. Never throws. */
  flush(): Promise<void>
  close(): void
}

export function createDeliver(given: {
  store: IncidentStore
  chats: readonly Chat[]
  clock: () => Millis
  log: Log
  observe: Observe
}): Deliver {
  const { store, chats, clock, log, observe } = given
  const news = new Map<string, Entry[]>() // incident -> entries nobody was told of yet
  let running: Promise<void> = Promise.resolve()

  const stop = store.listen(entry => {
    if (entry.happening.type === 'posted') return
    news.set(entry.incident, [...(news.get(entry.incident) ?? []), entry])
  })

  async function deliverAll(): Promise<void> {
    for (const [id, entries] of Array.from(news)) {
      news.delete(id)
      for (const chat of chats) {
        try {
          await say(chat, await readIncident(store, id), entries)
          observe.count('posts_total', { chat: chat.name, outcome: 'ok' })
        } catch (error) {
          observe.count('posts_total', { chat: chat.name, outcome: 'failed' })
          news.set(id, [...entries, ...(news.get(id) ?? [])])
          log.warn(
            { chat: chat.name, incident: id, cause: asFault(error).cause },
            `not said yet: ${asFault(error).message}`,
          )
        }
      }
    }
  }

  async function say(chat: Chat, incident: Incident, entries: Entry[]): Promise<void> {
    const message = { kind: 'incident', incident } as const
    const known = incident.threads.find(thread => thread.chat === chat.name)
    if (!known) {
      const thread = (await chat.find(incident.id)) ?? (await chat.open(incident.id, message))
      await amend(store, incident.id, clock(), 'system', now =>
        now.threads.some(({ chat: name }) => name === chat.name) ? [] : [{ type: 'posted', thread }],
      )
      return
    }
    await chat.edit(known, message)
    for (const entry of entries) {
      const text = changeOfMind(incident, entry)
      if (text) await chat.reply(known, `${incident.id}/${entry.version}`, { kind: 'news', incident, text })
    }
  }

  return {
    flush() {
      running = running.then(deliverAll)
      return running
    },
    close: stop,
  }
}

/** The one kind of news that is said again below the card: another cause than the one people are working on. */
function changeOfMind(incident: Incident, { happening }: Entry): string | undefined {
  if (happening.type !== 'updated' || happening.reason !== 'another cause') return undefined
  const cause = incident.rootCauses[0]
  return (
    cause &&
    `Changed my mind: ${incident.title} Because ${cause.reasons
      .slice(0, 2)
      .map(({ text }) => text)
      .join('; ')}.`
  )
}
