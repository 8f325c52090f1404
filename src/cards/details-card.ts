// One step deeper than an incident's message: everything it rests on, what else it could be, why its signals are one incident.
import type { Incident } from '#incident/incident.ts'
import type { Card, Part, Reader } from './card.ts'
import { chartPart } from './chart.ts'
import { evidencePart } from './evidence.ts'
import { gaps, grouping, IN_DEPTH, IN_SHORT, otherCauses, ruledOut } from './incident-facts.ts'
import { headline } from './incident-headline.ts'
import { cardWith, fact } from './part.ts'

export function detailsCard(incident: Incident, reader: Reader): Card {
  return cardWith(incident.id, [
    headline(incident, reader),
    fact('Gaps', gaps(incident, reader, IN_DEPTH)),
    fact('Ruled out', ruledOut(incident, IN_DEPTH)),
    ...deeper(incident, reader),
  ])
}

/** What only the details say. */
export function deeper(incident: Incident, reader: Reader): (Part | undefined)[] {
  return [
    fact('Or else', otherCauses(incident, IN_SHORT)),
    fact('Grouped', grouping(incident, IN_SHORT)),
    evidencePart(incident, reader),
    chartPart(incident),
  ]
}
