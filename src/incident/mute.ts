// Services nobody wants to hear of for a while. An incident that is muted says so in its own record.
import type { Incident } from './incident.ts'
import { keptList } from './kept-list.ts'
import type { Person } from './remedy.ts'
import type { Millis } from './signal.ts'
import type { IncidentStore } from './store.ts'

export type Mute = { service: string; until: Millis; by: Person }

const kept = keptList<Mute>('mutes')

/** Those that still hold. */
export async function readMutes(store: IncidentStore, at: Millis): Promise<Mute[]> {
  return (await kept.read(store)).filter(({ until }) => until > at)
}

/** The same service again: the newer one holds. */
export function addMute(store: IncidentStore, mute: Mute, at: Millis): Promise<void> {
  return kept.change(store, all => [
    ...all.filter(({ service, until }) => service !== mute.service && until > at),
    mute,
  ])
}

export function removeMute(store: IncidentStore, muted: string): Promise<void> {
  return kept.change(store, all => all.filter(({ service }) => service !== muted))
}

/** Until when nothing new is said of it: undefined for one that is heard. What is critical is always heard. */
export function mutedUntil(
  { mutedUntil: own = 0, services, severity }: Pick<Incident, 'mutedUntil' | 'services' | 'severity'>,
  mutes: readonly Mute[],
): Millis | undefined {
  if (severity === 'critical') return undefined
  const until = services.map(service => mutes.find(mute => mute.service === service)?.until ?? 0)
  const byServices = services.length === 0 ? 0 : Math.min(...until) // every service it hurts has to be muted
  const latest = Math.max(own, byServices)
  return latest > 0 ? latest : undefined
}
