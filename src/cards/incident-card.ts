// An incident as a card: verdict, what to do, why. The order of lines never changes; a line with nothing to say is left out.
import type { Incident } from '#incident/incident.ts'
import { capital, sentence } from './card.ts'
import type { Card, Part, Reader, Text } from './card.ts'
import { chartPart } from './chart.ts'
import { deeper } from './details-card.ts'
import { why } from './evidence.ts'
import { before } from './before.ts'
import { buttons } from './incident-buttons.ts'
import { gaps, hurt, IN_SHORT, ruledOut, well } from './incident-facts.ts'
import { headline } from './incident-headline.ts'
import { actLine } from './offered.ts'
import { cardWith, fact, progressPart } from './part.ts'
import { helped, took } from './resolved.ts'
import { soFar } from './so-far.ts'

/** With everything it rests on, for where there is room: the page, a terminal. */
export function incidentCard(incident: Incident, reader: Reader): Card {
  return cardWith(incident.id, [...verdict(incident, reader), ...deeper(incident, reader)])
}

/** As a message in a chat: what it rests on is one step deeper, in its details. */
export function shortIncidentCard(incident: Incident, reader: Reader): Card {
  return cardWith(incident.id, [...verdict(incident, reader), chartPart(incident)])
}

function verdict(incident: Incident, reader: Reader): (Part | undefined)[] {
  return [
    headline(incident, reader),
    { kind: 'verdict', text: [capital(sentence(incident.title))] },
    actLine(incident),
    progressPart(soFar(incident, reader)),
    buttons(incident, reader),
    fact('Took', took(incident, reader)),
    fact('Helped', helped(incident)),
    fact('Why', why(incident, reader)),
    fact('Before', before(incident, reader)),
    fact('Hurt', hurt(incident, IN_SHORT)),
    fact('Well', well(incident, IN_SHORT)),
    fact('Gaps', gaps(incident, reader, IN_SHORT)),
    fact('Ruled out', ruledOut(incident, IN_SHORT)),
    fact('Not known', unknown(incident)),
  ]
}

/** Where nothing is said of the cause, what would have to be known. */
function unknown({ rootCauses, description }: Incident): Text {
  return rootCauses.length === 0 && description !== '' ? [sentence(description)] : []
}
