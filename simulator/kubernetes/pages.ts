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
      const from = after === undefined ? 0 : snapshot.items.findIndex(item => keyOf(item) > after)
      const rest = from < 0 ? [] : snapshot.items.slice(from)
      const items = limit > 0 ? rest.slice(0, limit) : rest
      const remaining = rest.length - items.length
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

/** Sorts as the store lists: by namespace, then name. */
function keyOf({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}\u0000${metadata.name}`
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
