// A list kept in memory and changed as a watch tells: at any version what the API server would list at that version. Of each
// object only the fields its schema reads, equal texts once. It asks nobody; that is followed-list.ts.
import type { Collection, Listed, Named } from './client.ts'
import { createTexts } from './texts.ts'
import { keyOf } from './watch-event.ts'
import type { WatchEvent } from './watch-event.ts'

export type HeldList<Item extends Named> = {
  /** Ordered as the server lists: by namespace, then name. The array is the caller's, its items are not. */
  listed(): Listed<Item>
  /** False for an object that its schema does not know: then only a fresh list can say what is there. */
  apply(change: WatchEvent): boolean
  /** Of the last change, or bookmark. */
  version(): string
  size(): number
}

export function holdList<Item extends Named>(
  { item }: Pick<Collection<Item>, 'item'>,
  listed: readonly Item[],
  from: string,
): HeldList<Item> {
  const texts = createTexts()
  let items = new Map(listed.map(each => [keyOf(each.metadata), texts.share(each)]))
  let inOrder = true
  let version = from

  return {
    listed() {
      // What came lately stands at the end of an otherwise sorted map, which sort() is quick with.
      if (!inOrder) items = new Map([...items].sort(([a], [b]) => (a < b ? -1 : 1)))
      inOrder = true
      return { items: [...items.values()], malformed: 0, truncated: false, version }
    },
    apply(change) {
      version = change.version
      if (change.type === 'BOOKMARK') return true
      if (change.type === 'DELETED') {
        items.delete(change.key)
        return true
      }
      const parsed = item.safeParse(change.object)
      if (!parsed.success) return false
      inOrder &&= items.has(change.key)
      items.set(change.key, texts.share(parsed.data))
      return true
    },
    version: () => version,
    size: () => items.size,
  }
}
