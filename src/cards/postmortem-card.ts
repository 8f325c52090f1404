// What happened, written from the record: impact, how long, what helped, the cause with its evidence, and who did what when.
import type { Message } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import type { TimelineItem } from '#incident/timeline.ts'
import { capital, exact, join, name, person, say, sentence, words } from './card.ts'
import type { Card, Part, Reader, Text } from './card.ts'
import { chartPart } from './chart.ts'
import { claimsPart, unsaid } from './claims.ts'
import { clock, duration } from './duration.ts'
import { gaps, hurt, IN_DEPTH, otherCauses, ruledOut } from './incident-facts.ts'
import { about } from './incident-headline.ts'
import { cardWith, fact, progressPart } from './part.ts'
import { helped, took } from './resolved.ts'
import { soFar } from './so-far.ts'

type Postmortem = Extract<Message, { kind: 'postmortem' }>

export function postmortemCard({ incident, timeline }: Postmortem, reader: Reader): Card {
  const [cause] = incident.rootCauses
  const reasons = cause?.reasons ?? []
  return cardWith(incident.id, [
    {
      kind: 'headline',
      text: say`Post-mortem · ${about(incident)} · ${exact(incident.id)} · ${when(incident, reader)}`,
    },
    { kind: 'verdict', text: [capital(sentence(incident.title))] },
    progressPart(soFar(incident, reader)),
    fact('Hurt', hurt(incident, IN_DEPTH)),
    fact('Took', took(incident, reader)),
    fact('Helped', helped(incident)),
    fact('People', people(timeline)),
    fact('Cause', cause ? say`${name(cause.entity.service)}, sure ${words(cause.confidence.toFixed(2))}` : []),
    fact('Or else', otherCauses(incident, IN_DEPTH)),
    fact('Ruled out', ruledOut(incident, IN_DEPTH)),
    fact('Not known', unknown(incident, reader)),
    claimsPart(reasons, reader, incident),
    story(timeline, reader),
    chartPart(incident),
    { kind: 'note', text: [...unsaid(reasons), ...say`Written from the record; what to change is for people to add.`] },
  ])
}

/** "14:02, 9 min" */
function when({ onset, resolvedAt }: Incident, reader: Reader): Text {
  const lasted = resolvedAt === undefined ? words('not over') : words(duration(resolvedAt - onset))
  return say`${clock(onset, reader)}, ${lasted}`
}

function people(timeline: readonly TimelineItem[]): Text {
  const names = [...new Set(timeline.flatMap(({ by }) => by ?? []))]
  return join(
    names.map(called => person({ name: called })),
    ', ',
  )
}

function unknown(incident: Incident, reader: Reader): Text {
  const { rootCauses, description } = incident
  const cause = rootCauses.length === 0 ? [[sentence(description)]] : []
  return join(
    [...cause, gaps(incident, reader, IN_DEPTH)].filter(({ length }) => length > 0),
    '; ',
  )
}

const MOST_STEPS = 20 // lines: two screens of a phone

/** How it began and ended, what people did, and as much of the rest as there is room for; in the order it happened. */
function story(timeline: readonly TimelineItem[], reader: Reader): Part {
  const isTelling = ({ by }: TimelineItem, i: number) => by !== undefined || i === 0 || i === timeline.length - 1
  const kept = new Set([...new Set([...timeline.filter(isTelling), ...timeline])].slice(0, MOST_STEPS))
  const items = timeline
    .filter(item => kept.has(item))
    .map(({ at, text }) => ({ text: say`${clock(at, reader)} ${sentence(text)}` }))
  return { kind: 'list', items, more: timeline.length - items.length }
}
