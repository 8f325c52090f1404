// What ended within the last day: to tell a trouble that came back from one that people closed and that goes on.
import type { Incident } from './incident.ts'
import type { Millis } from './signal.ts'
import { readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { turn } from './turn.ts'

export type Ended = Pick<Incident, 'id' | 'key' | 'findings' | 'rootCauses' | 'mergedInto' | 'resolvedBecause'> & {
  resolvedAt: Millis
}

export type RecentlyEnded = {
  at(now: Millis): Promise<readonly Ended[]>
  close(): void
}

const KEPT_MILLIS = 24 * 3_600_000
const MOST_READ = 1_000 // at the first look; what ends afterwards is heard of
const A_TURN = 20 // incidents read before whoever waits for an answer gets it

/** Each incident is read once: what ended does not change any more. */
export function createRecentlyEnded(store: IncidentStore): RecentlyEnded {
  let unread: string[] | undefined
  let ended: Ended[] = []
  const unlisten = store.listen(({ incident, happening }) => {
    if (happening.type === 'resolved') unread?.push(incident)
  })

  return {
    async at(now) {
      unread ??= await store.list({ open: false, limit: MOST_READ })
      for (let read = 1, id = unread.pop(); id !== undefined; read++, id = unread.pop()) {
        ended.push(...endedOf(await readIncident(store, id)))
        if (read % A_TURN === 0) await turn()
      }
      ended = ended.filter(({ resolvedAt }) => now - resolvedAt <= KEPT_MILLIS)
      return ended
    },
    close: unlisten,
  }
}

function endedOf({ id, key, findings, rootCauses, mergedInto, resolvedBecause, resolvedAt }: Incident): Ended[] {
  if (resolvedAt === undefined) return []
  return [{ id, key, findings, rootCauses, mergedInto, resolvedBecause, resolvedAt }]
}

/** Whether people know that the trouble of this key goes on: they closed its incident, or it lives on in another one. */
export function isLeftAlone(key: string, ended: readonly Ended[]): boolean {
  return ended.some(incident => incident.key === key && isKnown(incident, ended))
}

function isKnown(incident: Ended, ended: readonly Ended[]): boolean {
  const { mergedInto, resolvedBecause } = incident
  if (mergedInto === undefined) return resolvedBecause === 'resolved by a person'
  const others = ended.filter(other => other !== incident)
  const into = others.find(({ id }) => id === mergedInto)
  return into === undefined || isKnown(into, others)
}
