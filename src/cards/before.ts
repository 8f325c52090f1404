// The earlier incident most like this one, and how that one ended: "like INC-12, 3 d ago: rolled back checkout, recovered in 4 min".
import type { Incident } from '#incident/incident.ts'
import { exact, name, say, words } from './card.ts'
import type { Reader, Text } from './card.ts'
import { duration } from './duration.ts'
import { verb } from './remedy-words.ts'

export function before({ like }: Incident, { now }: Reader): Text {
  if (!like) return []
  const ago = words(`${duration(now - like.openedAt)} ago`)
  return say`like ${exact(like.incident)}, ${ago}: ${howItEnded(like)}`
}

function howItEnded({ helped, lastedMillis, closedByPerson }: NonNullable<Incident['like']>): Text {
  if (helped)
    return say`${words(verb(helped).done)} ${name(helped.target.service)}, recovered in ${words(duration(helped.afterMillis))}`
  const lasted = words(duration(lastedMillis))
  return closedByPerson ? say`closed by a person after ${lasted}` : say`recovered by itself after ${lasted}`
}
