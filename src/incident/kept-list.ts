// A small list that people keep, as a named blob of the store: read whole, changed one change after the other, so that none
// is written over.
import type { IncidentStore } from './store.ts'

export type KeptList<T> = {
  read(store: IncidentStore): Promise<T[]>
  change(store: IncidentStore, change: (list: T[]) => T[]): Promise<void>
}

export function keptList<T>(name: string): KeptList<T> {
  const changing = new WeakMap<IncidentStore, Promise<void>>()

  async function read(store: IncidentStore): Promise<T[]> {
    const bytes = await store.load(name)
    return bytes ? (JSON.parse(Buffer.from(bytes).toString()) as T[]) : []
  }

  return {
    read,
    change(store, change) {
      const before = changing.get(store) ?? Promise.resolve()
      const changed = before
        .catch(() => undefined)
        .then(async () => store.save(name, Buffer.from(JSON.stringify(change(await read(store))))))
      changing.set(store, changed)
      return changed
    },
  }
}
