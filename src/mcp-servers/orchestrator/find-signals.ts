// Signals by their ids, wherever they are still kept.
import type { Signal } from '#incident/signal.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'

const MOST_SEARCHED = 100 // incidents looked through; more than a team can have in hand

/** Signals kept for a day, and those that incidents hold, last opened first. */
export async function findSignals(store: IncidentStore, ids: string[]): Promise<Signal[]> {
  const found = new Map((await store.recall(ids)).map(signal => [signal.id, signal]))
  const wanted = new Set(ids.filter(id => !found.has(id)))
  for (const incident of wanted.size > 0 ? await store.list({ limit: MOST_SEARCHED }) : []) {
    if (wanted.size === 0) break
    for (const signal of (await readIncident(store, incident)).signals) {
      if (wanted.delete(signal.id)) found.set(signal.id, signal)
    }
  }
  return [...found.values()]
}
