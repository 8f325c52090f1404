// How an incident ended: how long it lasted, and what helped.
import type { Incident } from '#incident/incident.ts'
import { hasHelped } from '#incident/remedy.ts'
import { say, sentence, words } from './card.ts'
import type { Reader, Text } from './card.ts'
import { clock, duration } from './duration.ts'
import { approvers, verb } from './remedy-words.ts'

/** "9 min, from 14:02 to 14:11"; nothing while it lasts, here or in another. */
export function took({ onset, resolvedAt, mergedInto }: Incident, reader: Reader): Text {
  if (resolvedAt === undefined || mergedInto !== undefined) return []
  return say`${words(duration(resolvedAt - onset))}, from ${clock(onset, reader)} to ${clock(resolvedAt, reader)}`
}

/** What was verified to help; where nothing was, how it ended all the same. */
export function helped(incident: Incident): Text {
  if (incident.resolvedAt === undefined || incident.mergedInto !== undefined) return []
  const remedy = incident.remedies.findLast(hasHelped)
  if (remedy) return [sentence(remedy.title)]
  return incident.resolvedBecause === 'resolved by a person'
    ? say`not measured: it was closed by a person`
    : say`nothing was done; it recovered by itself`
}

/** In the headline: "rolled back by Ana", "recovered by itself". */
export function recovery(incident: Incident): Text {
  const remedy = incident.remedies.findLast(hasHelped)
  if (remedy) return say`${words(verb(remedy).done)} by ${approvers(remedy)}`
  if (incident.resolvedBecause === 'resolved by a person') return say`closed by a person`
  return say`recovered by itself`
}
