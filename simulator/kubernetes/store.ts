// Every object the cluster has, with one growing version over all of them and the recent changes for watches.
// It knows nothing of HTTP, of time, or of what a change should lead to.
import type { Draft, StoredObject } from './objects.ts'
import type { Resource } from './resources.ts'

export type Change = {
  version: number
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: Resource
  object: StoredObject
  previous?: StoredObject
}

export type Store = {
  version(): number
  get(resource: Resource, namespace: string | undefined, name: string): StoredObject | undefined
  byUid(uid: string): { resource: Resource; object: StoredObject } | undefined
  /** Ordered by namespace, then name, as etcd keys are. */
  list(resource: Resource, namespace?: string): readonly StoredObject[]
  put(resource: Resource, object: Draft): StoredObject
  remove(resource: Resource, namespace: string | undefined, name: string): StoredObject | undefined
  /** Changes later than a version, oldest first; undefined when they are no longer known. */
  since(version: number): Change[] | undefined
  /** The oldest version a watch can still go on from. */
  oldest(): number
  /** Forgets all changes up to now, as a compaction does. */
  forget(): void
  subscribe(listener: (change: Change) => void): () => void
}

/** As many changes as watches can go back; the watch cache of a real server holds 100 to 102,400 a kind. */
const changesKept = 10_000

export function openStore(): Store {
  const kinds = new Map<Resource, Map<string, Map<string, StoredObject>>>()
  const sorted = new Map<Resource, Map<string | undefined, StoredObject[]>>()
  const uids = new Map<string, { resource: Resource; object: StoredObject }>()
  const listeners = new Set<(change: Change) => void>()
  let changes: Change[] = []
  let version = 1
  let oldest = 1

  return {
    version: () => version,
    oldest: () => oldest,
    get: (resource, namespace = '', name) => kinds.get(resource)?.get(namespace)?.get(name),
    byUid: uid => uids.get(uid),
    list(resource, namespace) {
      const known = sorted.get(resource)?.get(namespace)
      if (known) return known
      const listed = order(kinds.get(resource), namespace)
      if (!sorted.has(resource)) sorted.set(resource, new Map())
      sorted.get(resource)?.set(namespace, listed)
      return listed
    },
    put(resource, draft) {
      const { name, namespace = '' } = draft.metadata
      const inNamespace = namespaceOf(resource, namespace)
      const previous = inNamespace.get(name)
      const object = versioned(draft)
      inNamespace.set(name, object)
      if (previous) uids.delete(previous.metadata.uid)
      uids.set(object.metadata.uid, { resource, object })
      changed({ version, type: previous ? 'MODIFIED' : 'ADDED', resource, object, previous })
      return object
    },
    remove(resource, namespace = '', name) {
      const inNamespace = kinds.get(resource)?.get(namespace)
      const previous = inNamespace?.get(name)
      if (!inNamespace || !previous) return undefined
      inNamespace.delete(name)
      uids.delete(previous.metadata.uid)
      const object = versioned(previous)
      changed({ version, type: 'DELETED', resource, object, previous })
      return object
    },
    since(from) {
      if (from < oldest) return undefined
      return changes.slice(changes.findLastIndex(change => change.version <= from) + 1)
    },
    forget() {
      version += 1
      oldest = version
      changes = []
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }

  function versioned(draft: Draft): StoredObject {
    version += 1
    return { ...draft, metadata: { ...draft.metadata, resourceVersion: String(version) } }
  }

  function changed(change: Change): void {
    sorted.delete(change.resource)
    changes.push(change)
    if (changes.length > 2 * changesKept) {
      changes = changes.slice(-changesKept)
      oldest = (changes[0]?.version ?? version) - 1
    }
    for (const listener of listeners) listener(change)
  }

  function namespaceOf(resource: Resource, namespace: string): Map<string, StoredObject> {
    const ofKind = kinds.get(resource) ?? new Map<string, Map<string, StoredObject>>()
    kinds.set(resource, ofKind)
    const inNamespace = ofKind.get(namespace) ?? new Map<string, StoredObject>()
    ofKind.set(namespace, inNamespace)
    return inNamespace
  }
}

function order(
  ofKind: Map<string, Map<string, StoredObject>> | undefined,
  namespace: string | undefined,
): StoredObject[] {
  if (!ofKind) return []
  const chosen = namespace === undefined ? [...ofKind.keys()].sort(asInKeys) : [namespace]
  return chosen.flatMap(each => byName(ofKind.get(each)))
}

/** A key of etcd goes on with a slash after the namespace, which stands behind the dash: `shop-two/` before `shop/`. */
function asInKeys(a: string, b: string): number {
  return `${a}/` < `${b}/` ? -1 : 1
}

function byName(objects: Map<string, StoredObject> | undefined): StoredObject[] {
  return [...(objects?.values() ?? [])].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}
