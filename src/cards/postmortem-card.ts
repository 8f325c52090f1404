// What happened, written from the record: impact, cause with its evidence, what helped, who did what, and the timeline.
import type { Message } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import type { TimelineItem } from '#incident/timeline.ts'
import { capital, exact, join, name, person, say, sentence } from './card.ts'
import type { Card, Part, Reader, Text } from './card.ts'
import { clock, duration } from './duration.ts'
import { evidence } from './evidence.ts'
import { chartPart } from './incident-card.ts'
import { gaps, hurt, IN_DEPTH, otherCauses, ruledOut } from './incident-facts.ts'
import { about } from './incident-headline.ts'
import { cardWith, fact } from './part.ts'
import { helped, took } from './resolved.ts'
import { words } from './card.ts'

type Postmortem = Extract<Message, { kind: 'postmortem' }>

export function postmortemCard({ incident, timeline }: Postmortem, reader: Reader): Card {
  return cardWith(incident.id, [
    {
      kind: 'headline',
      text: say`Post-mortem · ${about(incident)} · ${exact(incident.id)} · ${when(incident, reader)}`,
    },
    { kind: 'verdict', text: [capital(sentence(incident.title))] },
    fact('Hurt', hurt(incident, IN_DEPTH)),
    fact('Took', took(incident, reader)),
    fact('Helped', helped(incident, reader)),
    fact('People', people(timeline)),
    fact('Or else', otherCauses(incident, IN_DEPTH)),
    fact('Ruled out', ruledOut(incident, IN_DEPTH)),
    fact('Not known', gaps(incident, reader, IN_DEPTH)),
    cause(incident, reader),
    story(timeline, reader),
    chartPart(incident),
    {
      kind: 'note',
      text: say`Written from the record. What to change so that it does not happen again is for people to add.`,
    },
  ])
}

function when({ onset, resolvedAt }: Incident, reader: Reader): Text {
  return resolvedAt === undefined
    ? say`since ${clock(onset, reader)}, not over`
    : say`${clock(onset, reader)}, ${words(duration(resolvedAt - onset))}`
}

function people(timeline: readonly TimelineItem[]): Text {
  const names = [...new Set(timeline.flatMap(({ by }) => by ?? []))]
  return join(
    names.map(called => person({ name: called })),
    ', ',
  )
}

function cause({ rootCauses: [first], signals }: Incident, reader: Reader): Part | undefined {
  if (!first) return undefined
  const known = new Map(signals.map(signal => [signal.id, signal]))
  const items = first.reasons.map(({ text, evidence: ids }) => ({
    text: say`${name(first.entity.service)}: ${sentence(text)}`,
    evidence: ids.flatMap(id => known.get(id) ?? []).map(signal => evidence(signal, reader)),
  }))
  return { kind: 'claims', items }
}

function story(timeline: readonly TimelineItem[], reader: Reader): Part {
  const items = timeline.map(({ at, text }) => ({ text: say`${clock(at, reader)} ${sentence(text)}` }))
  return { kind: 'list', items, more: 0 }
}
