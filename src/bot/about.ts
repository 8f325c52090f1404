// Which incident a message of ours is about, and whether a press on it can have been meant: one rule for every chat. What only
// one person sees, and a talk with the bot alone, hold presses for any incident: each chat knows its own such places.
import { DIGEST } from '#incident/backlog.ts'
import type { Press } from '#cards/card.ts'
import type { Delivery } from '#incident/delivery.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Thread } from '#incident/thread.ts'

/** How the key of what only one person sees begins, where that has to be remembered. */
export const WHISPER = 'whisper-'

/**
 * Whether a press on that message can have been meant: a message nobody remembers sending holds no press about an
 * incident; a digest or a whisper any; every other one those about its own.
 */
export function belongs(delivery: Delivery | undefined, press: Press): boolean {
  const incident = incidentOf(press)
  if (incident === undefined) return true
  return delivery !== undefined && (isAboutMany(delivery) || delivery.incident === incident)
}

/** The incident of the message or of its thread; undefined where it is about none, or about many. */
export async function incidentAt(store: IncidentStore, thread: Thread | undefined): Promise<string | undefined> {
  const delivery = await deliveryAt(store, thread)
  return delivery && !isAboutMany(delivery) ? delivery.incident : undefined
}

/** What was delivered as that message, else as the one it stands below. */
export async function deliveryAt(store: IncidentStore, thread: Thread | undefined): Promise<Delivery | undefined> {
  if (!thread) return undefined
  const { chat, channel, id, parent } = thread
  const own = await store.deliveredAs(chat, channel, id)
  return own ?? (parent === undefined ? undefined : await store.deliveredAs(chat, channel, parent))
}

/** Undefined for a press that is about none, such as a list. */
export function incidentOf(press: Press): string | undefined {
  if ('remedy' in press) return incidentIn(press.remedy)
  if ('incident' in press) return press.incident
  return press.kind === 'form' ? incidentIn(press.about) : undefined
}

/** Of a key, or of a remedy's id: INC-42, INC-42/3, INC-42-R1 -> INC-42 */
export function incidentIn(name: string): string | undefined {
  return /^INC-\d+/.exec(name)?.[0]
}

function isAboutMany({ key }: Delivery): boolean {
  return key.startsWith(DIGEST) || key.startsWith(WHISPER)
}
