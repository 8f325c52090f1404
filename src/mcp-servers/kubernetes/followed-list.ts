// A list that is kept true by a watch: resumed from the last version where it breaks, ever less often while it cannot be
// had, and given up where it is refused, too old to go on from, or not wanted any more.
import { asFault } from '#incident/fault.ts'
import type { Fault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { Collection, KubernetesClient, Listed, Named, Query } from './client.ts'
import { holdList } from './held-list.ts'

export type FollowedList<Item extends Named> = {
  /** Whether a watch is, and is heard, so that what is held is what there is. */
  isOpen(): boolean
  /** Undefined while no watch is open. */
  now(): Listed<Item> | undefined
  /** What is held, however old; `ageMillis` since the server was last heard, 0 while the watch is open. */
  lastKnown(): { items: Item[]; ageMillis: Millis }
  size(): number
  end(): void
}

export type Following = {
  client: Pick<KubernetesClient, 'watch'>
  log: Log
  /** The machine's time. */
  now: () => Millis
  pause: (millis: Millis, signal: AbortSignal) => Promise<void>
  random: () => number
  /** Asked before each watch. */
  isWanted: () => boolean
  /** Once, when nothing is kept true here any more; `refused`: this account may not watch, or the server cannot. */
  ended: (refused: boolean) => void
}

// SECURITY.md's for background refresh: 1 s, doubled up to 60 s, full jitter.
const FIRST_PAUSE: Millis = 1000
const LONGEST_PAUSE: Millis = 60_000
const SILENT: Millis = 150_000 // bookmarks come about every minute where nothing changes
const MOST_HELD = 120_000 // objects: 100,000 events and a fifth more

/** `listed` is whole, and has a version. */
export function followList<Item extends Named>(
  collection: Collection<Item>,
  query: Query,
  listed: Listed<Item> & { version: string },
  { client, log, now, pause, random, isWanted, ended }: Following,
): FollowedList<Item> {
  const held = holdList(collection, listed.items, listed.version)
  const { path } = collection
  const over = new AbortController()
  let heardAt = now()
  let isOpen = false

  follow().catch((error: unknown) => {
    const fault = asFault(error)
    if (!over.signal.aborted) log.debug({ path, code: fault.code, err: fault.cause ?? fault }, 'watch given up')
    end(isRefusal(fault))
  })

  async function follow(): Promise<void> {
    let failures = 0
    while (isWanted() && !over.signal.aborted) {
      let least = 0
      try {
        const changes = await client.watch(path, held.version(), over.signal, query)
        isOpen = true
        heardAt = now()
        for await (const change of changes) {
          if (over.signal.aborted || !held.apply(change) || held.size() > MOST_HELD) return end(false)
          heardAt = now()
          failures = 0
        }
      } catch (error) {
        const fault = asFault(error)
        if (fault.code === 'expired' || !fault.retryable) throw fault
        least = (fault.retryAfter ?? 0) * 1000
      } finally {
        isOpen = false
      }
      await pause(Math.max(least, Math.min(FIRST_PAUSE * 2 ** failures++, LONGEST_PAUSE) * random()), over.signal)
    }
    end(false)
  }

  function end(refused: boolean): void {
    if (over.signal.aborted) return
    over.abort()
    isOpen = false
    ended(refused)
  }

  /** A connection that a firewall forgot looks open for a quarter of an hour. */
  function isLive(): boolean {
    return isOpen && now() - heardAt <= SILENT
  }

  return {
    isOpen: isLive,
    now: () => (isLive() ? held.listed() : undefined),
    lastKnown: () => ({ items: held.listed().items, ageMillis: isLive() ? 0 : Math.max(0, now() - heardAt) }),
    size: held.size,
    end: () => end(false),
  }
}

/** 403, and what a server says that cannot watch this: 404, 405. */
function isRefusal(fault: Fault): boolean {
  return fault.code === 'forbidden' || fault.code === 'not_found' || fault.code === 'validation'
}
