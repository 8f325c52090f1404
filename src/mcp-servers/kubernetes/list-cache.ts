// A client whose lists come from memory once they are asked for again and again: the first time a list is read as ever; the
// second time within minutes it is read, and a watch keeps it true from then on (followed-list.ts) until nobody has asked
// for some minutes. So one call over stdio costs no watch, and a loop that looks every minute costs no lists. One too long
// for whoever asks is read to its end behind them. Writes never go through here.
import { setTimeout as wait } from 'node:timers/promises'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { Collection, KubernetesClient, Listed, Named, Query } from './client.ts'
import { followList } from './followed-list.ts'
import type { FollowedList, Following } from './followed-list.ts'

export type CachingClient = KubernetesClient & {
  /** What a list held before it could not be read any more, if that is kept and not too old to go by. */
  lastKnown<Item extends Named>(
    collection: Collection<Item>,
    query?: Query,
  ): { items: Item[]; ageMillis: Millis } | undefined
}

export type CacheOptions = { log: Log } & Partial<Pick<Following, 'now' | 'pause' | 'random'>>

const ASKED_AGAIN: Millis = 150_000 // the loop asks every minute; two and a half allow a tick that was late
const UNASKED: Millis = 300_000
const REFUSED: Millis = 600_000 // somebody may grant the verb meanwhile
const OLDEST: Millis = 15 * 60_000 // as resilience.ts: an older picture of a system misleads more than it helps
const MOST_WATCHES = 60 // a look has up to 23; an API server counts each as a request under way
const MOST_HELD = 250_000 // objects of all lists together: some 150 MB
const FILL_MILLIS: Millis = 60_000 // 120,000 events are 240 pages; an API server under load takes 0.2 s for one
const MOST_KNOWN = 1000 // questions of which the time of asking is remembered

// What was measured has no versions: https://github.com/kubernetes/metrics
const UNWATCHED = '/apis/metrics.k8s.io/'

type Entry = { askedAt: Millis; refusedAt?: Millis; isFilling?: boolean; list?: FollowedList<Named> }

export function cacheLists(client: KubernetesClient, options: CacheOptions): CachingClient {
  const { now = Date.now, pause = pauseUnlessAborted, random = Math.random, log } = options
  const entries = new Map<string, Entry>()
  const closed = new AbortController()

  function follow<Item extends Named>(
    entry: Entry,
    collection: Collection<Item>,
    query: Query,
    listed: Listed<Item> & { version: string },
  ): void {
    entry.list?.end()
    makeRoom(listed.items.length)
    const list: FollowedList<Item> = followList(collection, query, listed, {
      client,
      log,
      now,
      pause,
      random,
      isWanted: () => now() - entry.askedAt <= UNASKED,
      ended(refused) {
        if (entry.list === list) delete entry.list
        if (refused) entry.refusedAt = now()
      },
    })
    entry.list = list
  }

  async function fill<Item extends Named>(entry: Entry, collection: Collection<Item>, query: Query): Promise<void> {
    if (entry.isFilling) return
    entry.isFilling = true
    try {
      const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(2 * FILL_MILLIS)])
      const listed = await client.list(collection, signal, query, FILL_MILLIS)
      if (closed.signal.aborted || entry.list?.isOpen()) return
      if (isWhole(listed)) follow(entry, collection, query, listed)
      else entry.refusedAt = now() // there are more than are read at all
    } catch (error) {
      log.debug({ path: collection.path, err: error }, 'list not read to its end')
    } finally {
      entry.isFilling = false
    }
  }

  /** Those asked for longest ago go first. */
  function makeRoom(wanted: number): void {
    const following = [...entries.values()].flatMap(({ askedAt, list }) => (list ? { askedAt, list } : []))
    following.sort((a, b) => b.askedAt - a.askedAt)
    let total = wanted
    for (const [nth, { list }] of following.entries()) {
      total += list.size()
      if (total > MOST_HELD || nth + 1 >= MOST_WATCHES) list.end()
    }
  }

  function entryOf(key: string): { entry: Entry; isAgain: boolean } {
    const at = now()
    const known = entries.get(key)
    const entry: Entry = known ?? { askedAt: at }
    const isAgain = known !== undefined && at - known.askedAt <= ASKED_AGAIN
    entry.askedAt = at
    entries.delete(key)
    entries.set(key, entry)
    const [[oldest, { list = undefined } = {}] = []] = entries
    if (entries.size > MOST_KNOWN && oldest !== undefined && !list) entries.delete(oldest)
    return { entry, isAgain }
  }

  return {
    ...client,

    async list<Item extends Named>(
      collection: Collection<Item>,
      signal: AbortSignal,
      query: Query = {},
      within?: Millis,
    ) {
      if (collection.path.startsWith(UNWATCHED)) return client.list(collection, signal, query, within)
      const { entry, isAgain } = entryOf(keyOf(collection, query))
      const held = listOf(entry, collection)?.now()
      if (held) return held
      const listed = await client.list(collection, signal, query, within)
      if (entry.list?.isOpen()) return listed // meanwhile
      const mayWatch = entry.refusedAt === undefined || now() - entry.refusedAt > REFUSED
      if (!isAgain || !mayWatch || closed.signal.aborted) return listed
      if (isWhole(listed)) follow(entry, collection, query, listed)
      else if (listed.truncated) void fill(entry, collection, query)
      return listed
    },

    lastKnown<Item extends Named>(collection: Collection<Item>, query: Query = {}) {
      const entry = entries.get(keyOf(collection, query))
      const known = entry && listOf(entry, collection)?.lastKnown()
      return known && known.ageMillis <= OLDEST ? known : undefined
    },

    close() {
      closed.abort()
      for (const { list } of entries.values()) list?.end()
      client.close()
    },
  }
}

/** The same question has the same answer, whoever asks. */
function keyOf({ path }: { path: string }, query: Query): string {
  return JSON.stringify([path, query['labelSelector'] ?? '', query['fieldSelector'] ?? ''])
}

/** What stands at a path is read with one schema everywhere in this room (schema.ts), so the items are of its type. */
function listOf<Item extends Named>({ list }: Entry, _collection: Collection<Item>): FollowedList<Item> | undefined {
  return list as FollowedList<Item> | undefined
}

function isWhole<Item extends Named>(listed: Listed<Item>): listed is Listed<Item> & { version: string } {
  return listed.version !== undefined && listed.malformed === 0 && !listed.truncated
}

async function pauseUnlessAborted(millis: Millis, signal: AbortSignal): Promise<void> {
  await wait(millis, undefined, { signal, ref: false }).catch(() => undefined)
}
