// The picture of a message, drawn once for all who look at it: an edit makes every approver's client ask for its own view.
import type { ChartPicture } from '#cards/chart-picture.ts'
import type { Message } from '#incident/chat.ts'
import { asFault } from '#incident/fault.ts'
import type { Incident } from '#incident/incident.ts'
import type { Log } from '#incident/observe.ts'

export type Picture = Pick<ChartPicture, 'png' | 'alt'>
export type Draw = (incident: Incident) => Promise<Picture | undefined>

const MOST_KEPT = 20 // of about 10 KB: the incidents people look at now

/** Undefined where there is none, or where it cannot be drawn: a card without is better than none. Never throws. */
export function createPictures(draw: Draw, log: Log): (message: Message) => Promise<Picture | undefined> {
  const kept = new Map<string, Promise<Picture | undefined>>()
  return async message => {
    if (message.kind !== 'incident' && message.kind !== 'details') return undefined
    const { id, version } = message.incident
    const key = `${id} ${version}`
    const picture = kept.get(key) ?? draw(message.incident)
    kept.set(key, picture)
    const oldest = kept.keys().next()
    if (kept.size > MOST_KEPT && !oldest.done) kept.delete(oldest.value)
    try {
      return await picture
    } catch (error) {
      log.warn({ chat: 'teams', incident: id, cause: error }, `no picture: ${asFault(error).message}`)
      return undefined
    }
  }
}
