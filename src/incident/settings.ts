// What people, and the configuration, have told the product to be quiet about: one list, each with what takes it back.
import { readKnown } from './known.ts'
import type { KnownIssue } from './known.ts'
import type { Occurrence } from './maintenance.ts'
import { readMutes } from './mute.ts'
import type { Mute } from './mute.ts'
import { readRaised } from './sensitivity.ts'
import type { Raised } from './sensitivity.ts'
import type { Millis } from './signal.ts'
import { openIncidents } from './store.ts'
import type { IncidentStore } from './store.ts'

export type Settings = {
  /** That is on now; told by the configuration, which alone takes it back. */
  maintenance: Occurrence[]
  muted: Mute[]
  mutedIncidents: { incident: string; until: Millis }[]
  known: KnownIssue[]
  /** Thresholds that were raised. */
  raised: Raised[]
}

const MOST_OPEN = 1_000

export async function readSettings(store: IncidentStore, maintenance: Occurrence[], at: Millis): Promise<Settings> {
  const open = await openIncidents(store, MOST_OPEN)
  return {
    maintenance,
    muted: await readMutes(store, at),
    mutedIncidents: open.flatMap(({ id, mutedUntil }) =>
      mutedUntil !== undefined && mutedUntil > at ? [{ incident: id, until: mutedUntil }] : [],
    ),
    known: await readKnown(store, at),
    raised: await readRaised(store),
  }
}
