// One step deeper than the incident's card: everything it rests on, what else it could be, why its signals are one incident.
import type { Incident } from '#incident/incident.ts'
import type { Card, Part, Reader } from './card.ts'
import { evidenceOf } from './evidence.ts'
import { chartPart, incidentCard } from './incident-card.ts'
import { gaps, grouping, IN_DEPTH, otherCauses, ruledOut } from './incident-facts.ts'
import { headline } from './incident-headline.ts'
import { cardWith, fact } from './part.ts'

export function detailsCard(incident: Incident, reader: Reader): Card {
  return cardWith(incident.id, [
    headline(incident, reader),
    fact('Gaps', gaps(incident, reader, IN_DEPTH)),
    fact('Ruled out', ruledOut(incident, IN_DEPTH)),
    ...deeper(incident),
    evidencePart(incident, reader),
    chartPart(incident),
  ])
}

/** The card and its details in one, for where there is room: the page, a terminal, a mail. */
export function wholeCard(incident: Incident, reader: Reader): Card {
  const { key, parts } = incidentCard(incident, reader)
  const isChart = ({ kind }: Part) => kind === 'chart'
  return cardWith(key, [
    ...parts.filter(part => !isChart(part)),
    ...deeper(incident),
    evidencePart(incident, reader),
    ...parts.filter(isChart),
  ])
}

function deeper(incident: Incident): (Part | undefined)[] {
  return [fact('Or else', otherCauses(incident, IN_DEPTH)), fact('Grouped', grouping(incident, IN_DEPTH))]
}

function evidencePart(incident: Incident, reader: Reader): Part | undefined {
  const { items, more } = evidenceOf(incident, reader)
  return items.length > 0 ? { kind: 'evidence', items, more } : undefined
}
