// The lines below an incident's buttons: what is hurt and what is well, what could not be read, what else it could be.
import type { Incident } from '#incident/incident.ts'
import { exact, join, name, say, sentence, words } from './card.ts'
import type { Reader, Text } from './card.ts'
import { clock } from './duration.ts'
import { SOURCE_NAMES } from './evidence.ts'
import { feltByService } from './felt.ts'
import { isWhole } from './incident-headline.ts'
import { restsOnPublicOnly } from './offered.ts'
import { atMost } from './part.ts'

/** How many of a kind: a message shows the most telling, its details nearly all. */
export type Depth = { lines: number; names: number }

export const IN_SHORT: Depth = { lines: 3, names: 6 }
export const IN_DEPTH: Depth = { lines: 10, names: 30 }

export function hurt(incident: Incident, { lines, names }: Depth): Text {
  const titles = [...new Set(feltByService(incident).map(({ title }) => title))]
  if (titles.length > 0) return atMost(titles.map(sentence), lines, ', ')
  return atMost(incident.services.map(name), names, ', ')
}

export function well({ wellServices }: Incident, { names }: Depth): Text {
  return atMost(wellServices.map(name), names, ', ')
}

export function gaps(incident: Incident, reader: Reader, { lines }: Depth): Text {
  const unread = incident.missing.map(missing => {
    const what = isWhole(missing) ? undefined : say` ${name(missing.what)}`
    const since = missing.since === undefined ? undefined : say` since ${clock(missing.since, reader)}`
    return say`${words(SOURCE_NAMES[missing.source])}${what} unreadable${since} (${sentence(missing.why)})`
  })
  const weak = restsOnPublicOnly(incident)
    ? [say`the cause rests only on text that anybody can send, so no button acts on it`]
    : []
  return join(
    [atMost(unread, lines, '; '), ...weak].filter(({ length }) => length > 0),
    '; ',
  )
}

export function ruledOut(incident: Incident, { lines }: Depth): Text {
  return atMost(incident.ruledOut.map(sentence), lines, '; ')
}

/** The other causes that were thought of, best first: "payments 0.04 (slow); cart 0.02". */
export function otherCauses({ rootCauses }: Incident, { lines }: Depth): Text {
  const others = rootCauses.slice(1).map(({ entity, confidence, reasons }) => {
    const [reason] = reasons
    return say`${name(entity.service)} ${words(confidence.toFixed(2))}${reason && say` (${sentence(reason.text)})`}`
  })
  return atMost(others, lines, '; ')
}

/** Why its signals are one incident: the surest reason of each kind, then the others; and what people added to it. */
export function grouping({ correlations, absorbed, splitOff }: Incident, { lines }: Depth): Text {
  const surest = correlations.toSorted((a, b) => b.confidence - a.confidence)
  const ofEachKind = surest.filter(({ type }, i) => surest.findIndex(other => other.type === type) === i)
  const told = new Set([...ofEachKind, ...surest].map(({ explanation }) => explanation))
  const reasons = atMost([...told].map(sentence), lines, '; ')
  const taken = absorbed.map(({ incident }) => say`${exact(incident)} merged into it`)
  const gone = words(splitOff.length === 1 ? '1 signal was split off' : `${splitOff.length} signals were split off`)
  return join(
    [reasons, ...taken, splitOff.length > 0 ? [gone] : []].filter(({ length }) => length > 0),
    '; ',
  )
}
