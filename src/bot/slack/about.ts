// Which incident a message of ours is about, and whether a press on it can have been meant.
import { DIGEST } from '#incident/backlog.ts'
import type { Press } from '#cards/card.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Place } from './arrived.ts'

/** The incident of the message or of its thread; undefined where it is about none, or about many. */
export async function incidentAt(store: IncidentStore, place: Place): Promise<string | undefined> {
  const delivery = await deliveryAt(store, place)
  return delivery?.key.startsWith(DIGEST) ? undefined : delivery?.incident
}

/**
 * A press is keyed on channel and message, never on a team's id, which differs where workspaces share a channel. What
 * only this person sees, a home tab and a talk with the bot alone hold presses for any incident; so does a digest. In a
 * channel the message or its thread has to be about the very incident.
 */
export async function isMeant(store: IncidentStore, place: Place, press: Press): Promise<boolean> {
  const incident = incidentOf(press)
  if (incident === undefined || place.isWhisper || place.message === undefined) return true
  if (place.channel === undefined || place.channel.startsWith('D')) return true
  const delivery = await deliveryAt(store, place)
  if (!delivery) return place.parent !== undefined
  return delivery.key.startsWith(DIGEST) || delivery.incident === incident
}

async function deliveryAt(store: IncidentStore, { channel, message, parent }: Place) {
  if (channel === undefined) return undefined
  const [own, first] = [message, parent].map(ts => ts && store.deliveredAs('slack', channel, ts))
  return (await own) || (await first) || undefined
}

function incidentOf(press: Press): string | undefined {
  if ('remedy' in press) return ofRemedy(press.remedy)
  if ('incident' in press) return press.incident
  if (press.kind === 'form' && press.about !== '') return ofRemedy(press.about)
  return undefined
}

/** INC-42-R1 -> INC-42, INC-42 -> INC-42 */
function ofRemedy(id: string): string {
  return id.replace(/-R\d+$/, '')
}
