// What has been done about an incident, and by whom: only what the record holds.
import type { Incident } from '#incident/incident.ts'
import { exact, join, person, say } from './card.ts'
import type { Reader, Text } from './card.ts'
import { clock } from './duration.ts'
import { latestActed, progress } from './remedy-words.ts'

/** The last remedy somebody set going or denied, else who is looking at it; then what people made of the incident. */
export function soFar(incident: Incident, reader: Reader): Text {
  const remedy = latestActed(incident) ?? incident.remedies.findLast(({ state }) => state === 'DENIED')
  const acted = remedy ? progress(remedy, reader) : acknowledgement(incident)
  return join(
    [acted, absorption(incident), mute(incident, reader)].filter(({ length }) => length > 0),
    ' · ',
  )
}

export function isMuted({ mutedUntil = 0, phase }: Incident, { now }: Reader): boolean {
  return phase !== 'resolved' && mutedUntil > now
}

function acknowledgement({ acknowledgedBy, phase }: Incident): Text {
  return acknowledgedBy && phase !== 'resolved' ? say`${person(acknowledgedBy)} is looking at it` : []
}

function absorption({ absorbed }: Incident): Text {
  if (absorbed.length === 0) return []
  const ids = absorbed.map(({ incident }) => exact(incident))
  return say`${join(ids, ', ')} merged into it`
}

function mute(incident: Incident, reader: Reader): Text {
  if (!isMuted(incident, reader) || incident.mutedUntil === undefined) return []
  return say`muted until ${clock(incident.mutedUntil, reader)}: nothing new is posted, it goes on being watched`
}
