// Services nobody wants to hear of for a while. An incident that is muted says so in its own record.
import type { Incident } from './incident.ts'
import type { Person } from './remedy.ts'
import type { Millis } from './signal.ts'
import type { IncidentStore } from './store.ts'

export type Mute = { service: string; until: Millis; by: Person }

const NAME = 'mutes'

/** Those that still hold. */
export async function readMutes(store: IncidentStore, at: Millis): Promise<Mute[]> {
  const bytes = await store.load(NAME)
  if (!bytes) return []
  return (JSON.parse(Buffer.from(bytes).toString()) as Mute[]).filter(({ until }) => until > at)
}

const adding = new WeakMap<IncidentStore, Promise<void>>()

/** The same service again: the newer one holds. One after the other, so that none is written over. */
export function addMute(store: IncidentStore, mute: Mute, at: Millis): Promise<void> {
  const before = adding.get(store) ?? Promise.resolve()
  const added = before.catch(() => undefined).then(() => add(store, mute, at))
  adding.set(store, added)
  return added
}

async function add(store: IncidentStore, mute: Mute, at: Millis): Promise<void> {
  const others = (await readMutes(store, at)).filter(({ service }) => service !== mute.service)
  await store.save(NAME, Buffer.from(JSON.stringify([...others, mute])))
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
