// What a platform hands us is written down before it is acknowledged, and dealt with once, also after a crash in between.
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'

export type Inbox = {
  /** Durable when it resolves: then acknowledge. False: it was taken before, and nothing more is done. */
  take(id: string, body: unknown): Promise<boolean>
  /** Deals with what was taken and not finished when the last process ended. */
  begin(): Promise<void>
  /** Until everything that was taken is dealt with. */
  settle(): Promise<void>
}

/** `name` keeps the ids of chats apart; `handle` may be called again with the same body after a crash. */
export function createInbox(given: {
  name: string
  store: IncidentStore
  handle: (body: unknown, id: string) => Promise<void>
  clock: () => Millis
  log: Log
}): Inbox {
  const { name, store, clock, log } = given
  const running = new Set<Promise<void>>()

  function work(id: string, body: string): void {
    const job = finish(id, body).finally(() => running.delete(job))
    running.add(job)
  }

  async function finish(id: string, body: string): Promise<void> {
    try {
      await given.handle(JSON.parse(body), id)
    } catch (error) {
      log.error({ chat: name, id, cause: asFault(error).cause }, `not dealt with: ${asFault(error).message}`)
    }
    await store.handled(id)
  }

  return {
    async take(id, body) {
      const received = { id: `${name}:${id}`, at: clock(), body: JSON.stringify(body) }
      const isNew = await store.receive(received)
      if (isNew) work(received.id, received.body)
      return isNew
    },
    async begin() {
      for (const { id, body } of await store.unhandled()) if (id.startsWith(`${name}:`)) work(id, body)
    },
    async settle() {
      await Promise.all(running)
    },
  }
}
