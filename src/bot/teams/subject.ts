// What a message of ours is about, as it is now: to draw it again for the one who looks at it or has pressed on it.
import type { Press } from '#cards/card.ts'
import type { Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { Fault } from '#incident/fault.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { incidentIn, WHISPER } from '../about.ts'

/** By the key of its card: INC-42 or INC-42-R1. Undefined where nothing of that name is known. */
export async function subjectOf(key: string, store: IncidentStore): Promise<Message | undefined> {
  const id = incidentIn(key)
  if (id === undefined) return undefined
  try {
    const incident = await readIncident(store, id)
    if (key === id || key === `${id}/own`) return { kind: 'incident', incident }
    const remedy = incident.remedies.find(each => each.id === key)
    return remedy && { kind: 'preview', incident, remedy }
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return undefined
    throw error
  }
}

/**
 * The card below the finger: what was delivered as that message. What only one person sees is about the remedy that was
 * pressed, else nothing that could be drawn again.
 */
export async function pressedOn(thread: Thread, press: Press, store: IncidentStore): Promise<Message | undefined> {
  const delivered = await store.deliveredAs('teams', thread.channel, thread.id)
  const key = delivered && !delivered.key.startsWith(WHISPER) ? delivered.key : namedIn(press)
  return key === undefined ? undefined : subjectOf(key, store)
}

/** The remedy. */
function namedIn(press: Press): string | undefined {
  if ('remedy' in press) return press.remedy
  return press.kind === 'form' && press.form === 'deny' ? press.about : undefined
}
