// What a platform hands us is written down before it is acknowledged, and dealt with once, also after a crash in between.
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'

/** `W`: who waits in front of a screen for what was just taken. */
export type Inbox<W = never> = {
  /** Durable when it resolves: then acknowledge. False: it was taken before, and nothing more is done. */
  take(id: string, body: unknown, waiting?: W): Promise<boolean>
  /** Deals with what was taken and not finished when the last process ended. */
  begin(): Promise<void>
  /** Until everything that was taken is dealt with. */
  settle(): Promise<void>
}

/** `id`: with the chat's name in front. `isAgain`: taken before a crash, so it may be dealt with and answered already. */
export type Taken<W = never> = { id: string; isAgain: boolean; waiting?: W }

/** `name` keeps the ids of chats apart. */
export function createInbox<W = never>(given: {
  name: string
  store: IncidentStore
  handle: (body: unknown, taken: Taken<W>) => Promise<void>
  clock: () => Millis
  log: Log
}): Inbox<W> {
  const { name, store, clock, log } = given
  const running = new Map<string, Promise<void>>()

  function work(body: string, taken: Taken<W>): void {
    const { id } = taken
    if (running.has(id)) return // taken before `begin` looked
    running.set(
      id,
      finish(body, taken).finally(() => running.delete(id)),
    )
  }

  async function finish(body: string, taken: Taken<W>): Promise<void> {
    const { id } = taken
    const attempt = async (step: () => Promise<void>, otherwise: string): Promise<void> => {
      try {
        await step()
      } catch (error) {
        log.error({ chat: name, id, cause: asFault(error).cause }, `${otherwise}: ${asFault(error).message}`)
      }
    }
    await attempt(() => given.handle(JSON.parse(body), taken), 'not dealt with')
    await attempt(() => store.handled(id), 'dealt with, and will be again by the next process')
  }

  return {
    async take(id, body, waiting) {
      const received = { id: `${name}:${id}`, at: clock(), body: JSON.stringify(body) }
      const isNew = await store.receive(received)
      if (isNew) work(received.body, { id: received.id, isAgain: false, ...(waiting && { waiting }) })
      return isNew
    },
    async begin() {
      for (const { id, body } of await store.unhandled()) {
        if (id.startsWith(`${name}:`)) work(body, { id, isAgain: true })
      }
    },
    async settle() {
      await Promise.all(running.values())
    },
  }
}
