// What has been done about an incident, and by whom: only what the record holds.
import type { Incident } from '#incident/incident.ts'
import { exact, join, person, say, sentence } from './card.ts'
import type { Reader, Text } from './card.ts'
import { clock } from './duration.ts'
import { atMost } from './part.ts'
import { latestActed, progress } from './remedy-words.ts'

/** The last remedy somebody set going, else who is looking at it and what was denied; then what people made of it. */
export function soFar(incident: Incident, reader: Reader): Text {
  const acted = latestActed(incident)
  const denied = incident.remedies.findLast(({ state }) => state === 'DENIED')
  const steps = acted ? [progress(acted, reader)] : [acknowledgement(incident), denied ? progress(denied, reader) : []]
  return join(
    [...steps, absorption(incident), quiet(incident, reader), mute(incident, reader)].filter(
      ({ length }) => length > 0,
    ),
    ' · ',
  )
}

export function isMuted({ mutedUntil = 0, phase }: Incident, { now }: Reader): boolean {
  return phase !== 'resolved' && mutedUntil > now
}

function acknowledgement({ acknowledgedBy, phase }: Incident): Text {
  return acknowledgedBy && phase !== 'resolved' ? say`${person(acknowledgedBy)} is looking at it` : []
}

const MOST_ABSORBED = 3

function absorption({ absorbed }: Incident): Text {
  if (absorbed.length === 0) return []
  const ids = absorbed.map(({ incident }) => exact(incident))
  return say`${atMost(ids, MOST_ABSORBED, ', ')} merged into it`
}

function quiet({ id, quiet: kept, phase }: Incident, reader: Reader): Text {
  if (!kept || phase === 'resolved') return []
  const until = kept.until === undefined ? undefined : say` until ${clock(kept.until, reader)}`
  if (kept.because === 'maintenance')
    return say`in maintenance${until} (${sentence(kept.name)}: ${sentence(kept.reason)}), so it is posted to nobody`
  const since = kept.incident === id ? undefined : say` since ${exact(kept.incident)}`
  const ticket = kept.ticket === undefined ? undefined : say`, ${exact(kept.ticket)}`
  return say`known${since}${until} (${sentence(kept.reason)}${ticket}), so it is posted only when it is worse`
}

function mute(incident: Incident, reader: Reader): Text {
  if (!isMuted(incident, reader) || incident.mutedUntil === undefined) return []
  const until = say`muted until ${clock(incident.mutedUntil, reader)}`
  return incident.severity === 'critical'
    ? say`${until}, though what is critical is posted all the same`
    : say`${until}: nothing new is posted, it goes on being watched`
}
