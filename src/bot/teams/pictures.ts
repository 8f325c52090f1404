// The picture of a message, drawn once for all who look at it: an edit makes every approver's client ask for its own view.
import type { Message } from '#incident/chat.ts'
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import { createKept } from '../kept.ts'
import type { DrawPicture, Picture } from '../picture.ts'

const MOST_KEPT = 20 // of about 10 KB: the incidents people look at now

/** Undefined where there is none, or where it cannot be drawn: a card without is better than none. Never throws. */
export function createPictures(draw: DrawPicture, log: Log): (message: Message) => Promise<Picture | undefined> {
  const kept = createKept<Promise<Picture | undefined>>(MOST_KEPT)
  return async message => {
    if (message.kind !== 'incident' && message.kind !== 'details') return undefined
    const { id, version } = message.incident
    const key = `${id} ${version}`
    const picture = kept.get(key) ?? draw(message.incident)
    kept.set(key, picture)
    try {
      return await picture
    } catch (error) {
      log.warn({ chat: 'teams', incident: id, cause: error }, `no picture: ${asFault(error).message}`)
      return undefined
    }
  }
}
