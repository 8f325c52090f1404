// Lists in pages: `limit` and `continue`. The pages of one list are of one moment, however the cluster changes meanwhile.
import { isMap } from './json.ts'
import type { StoredObject } from './objects.ts'
import { badRequest, expiredList } from './status.ts'

export type Snapshot = { version: number; items: readonly StoredObject[] }
export type Page = Snapshot & { continue?: string; remaining: number }

export type Pages = {
  /** The first `limit` items after the key `after`, from the start without; 0: all. `scope` says which list it is. */
  cut(scope: string, snapshot: Snapshot, after: string | undefined, limit: number): Page
  /** What a token goes on with. Throws 400 for one that is none, 410 with a new token when its list is forgotten. */
  resume(scope: string, token: string, oldest: number, fresh: () => Snapshot): { snapshot: Snapshot; after: string }
}

/** Lists begun and not forgotten; a client that comes back after this many others gets 410. */
const snapshotsKept = 20

/** In a token: go on over what is there now. */
const inconsistent = -1

export function openPages(): Pages {
  const snapshots = new Map<string, Snapshot>()

  return {
    cut(scope, snapshot, after, limit) {
      const from = after === undefined ? 0 : firstAfter(snapshot.items, after)
      const items = snapshot.items.slice(from, limit > 0 ? from + limit : undefined)
      const remaining = snapshot.items.length - from - items.length
      const last = items.at(-1)
      if (remaining === 0 || !last) return { version: snapshot.version, items, remaining: 0 }
      keep(`${snapshot.version}/${scope}`, snapshot)
      return { version: snapshot.version, items, remaining, continue: tokenFor(snapshot.version, keyOf(last)) }
    },
    resume(scope, token, oldest, fresh) {
      const { rv, start } = readToken(token)
      if (rv === inconsistent) return { snapshot: fresh(), after: start }
      const snapshot = snapshots.get(`${rv}/${scope}`)
      if (!snapshot || rv < oldest) throw expiredList(tokenFor(inconsistent, start))
      return { snapshot, after: start }
    },
  }

  function keep(key: string, snapshot: Snapshot): void {
    snapshots.delete(key)
    snapshots.set(key, snapshot)
    const [oldest = ''] = snapshots.keys()
    if (snapshots.size > snapshotsKept) snapshots.delete(oldest)
  }
}

/** The token that goes on from the same place over what is there now. */
export function renewed(token: string): string {
  return tokenFor(inconsistent, readToken(token).start)
}

/** Sorts as the store lists, and as etcd does. */
function keyOf({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

function firstAfter(items: readonly StoredObject[], key: string): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item && keyOf(item) > key) high = middle
    else low = middle + 1
  }
  return low
}

function tokenFor(rv: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url')
}

function readToken(token: string): { rv: number; start: string } {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (isMap(read) && typeof read.rv === 'number' && typeof read.start === 'string')
      return { rv: read.rv, start: read.start }
  } catch {
    // refused below, as any other text that is no token
  }
  throw badRequest('continue key is not valid: illegal base64 data or unknown content')
}
