// Several kinds listed at once, each failing alone: what cannot be read is named, the rest stands. What was known of it before
// stands in for it, with its age.
import { asFault } from '#incident/fault.ts'
import type { Millis, Missing } from '#incident/signal.ts'
import type { RoomDeps } from '../resilience.ts'
import { ageOf } from './age.ts'
import type { Collection, Listed, Named, Query } from './client.ts'
import type { CachingClient } from './list-cache.ts'

export type Lists = {
  /** None where the kind cannot be read. `what` names it for people: "pods". */
  read<Item extends Named>(what: string, collection: Collection<Item>, query?: Query): Promise<Item[]>
  /** The same for an API that a cluster may do without: none there is nothing missing. */
  readOptional<Item extends Named>(what: string, collection: Collection<Item>, query?: Query): Promise<Item[]>
  /** The same for what only explains, and that an account need not be allowed to see. */
  readIfAllowed<Item extends Named>(what: string, collection: Collection<Item>): Promise<Item[]>
  /** What could not be read, or not all of it, in order of names. Throws the first Fault when nothing at all could be read. */
  missing(): Missing[]
  /** The same, and never throws: where nothing else depends on what is listed. */
  unread(): Missing[]
  /** Some of what was read is of a while ago. */
  isStale(): boolean
}

/** `deadlineMillis`: for each list; absent: what a source has at most. */
export function openLists(
  client: CachingClient,
  { resilience, clock }: Pick<RoomDeps, 'resilience' | 'clock'>,
  signal: AbortSignal,
  deadlineMillis?: Millis,
): Lists {
  const missing: Missing[] = []
  const faults: unknown[] = []
  let asked = 0
  let stale = false

  async function run<Item extends Named>(
    what: string,
    collection: Collection<Item>,
    query: Query | undefined,
    list: (abort: AbortSignal) => Promise<Listed<Item>>,
  ): Promise<Item[]> {
    asked++
    try {
      const value = await resilience.run(`list ${what}`, list, { signal, deadlineMillis })
      const why = incompleteness(value)
      if (why) missing.push({ source: 'kubernetes', what, why })
      return value.items
    } catch (error) {
      const fault = asFault(error)
      const known = fault.whose === 'vendor' ? client.lastKnown(collection, query) : undefined
      if (known) {
        stale = true
        const since = clock() - known.ageMillis
        const why = `as it was ${ageOf(since, clock())} ago. ${fault.message}`
        missing.push({ source: 'kubernetes', what, why, since })
        return known.items
      }
      faults.push(fault)
      missing.push({ source: 'kubernetes', what, why: fault.message })
      return []
    }
  }

  const unread = (): Missing[] => {
    const named = new Map(missing.map(each => [each.what, each])) // a kind may be asked for in parts
    return [...named.values()].sort((a, b) => (a.what < b.what ? -1 : 1)) // answers come in any order
  }

  return {
    read: (what, collection, query) => run(what, collection, query, abort => client.list(collection, abort, query)),
    readOptional: (what, collection, query) =>
      run(what, collection, query, abort => client.list(collection, abort, query).catch(noneIfAbsent)),
    readIfAllowed: (what, collection) =>
      run(what, collection, undefined, abort => client.list(collection, abort).catch(noneIfUnseen)),
    isStale: () => stale,
    unread,
    missing() {
      if (asked > 0 && faults.length === asked) throw faults[0]
      return unread()
    },
  }
}

/** An API server answers 404 for an API it does not have. */
function noneIfAbsent(error: unknown): Listed<never> {
  if (asFault(error).code === 'not_found') return { items: [], malformed: 0, truncated: false }
  throw error
}

function noneIfUnseen(error: unknown): Listed<never> {
  if (asFault(error).code === 'forbidden') return { items: [], malformed: 0, truncated: false }
  return noneIfAbsent(error)
}

/** Whether everything there is was read, and understood. */
export function isWhole(...lists: (Listed<unknown> | undefined)[]): boolean {
  return lists.every(list => !list || incompleteness(list) === undefined)
}

function incompleteness({ items, malformed, truncated }: Listed<unknown>): string | undefined {
  if (truncated) return `only the first ${items.length} were read`
  return malformed > 0 ? `${malformed} could not be understood` : undefined
}
