// An answer: first the answer itself, then claims with what they rest on, what is not known, and who wrote it.
import type { Answer } from '#incident/answer.ts'
import type { Incident } from '#incident/incident.ts'
import { name, passage, quote, say, sentence } from './card.ts'
import type { Card, Reader, Text } from './card.ts'
import { claimsPart, unsaid } from './claims.ts'
import { atMost, cardWith, fact } from './part.ts'

const MOST_UNKNOWN = 3

export function answerCard(question: string, answer: Answer, reader: Reader, incident?: Incident): Card {
  return cardWith(incident?.id ?? 'answer', [
    { kind: 'headline', text: [quote(question)] },
    { kind: 'verdict', text: [passage(answer.answer)] },
    fact('Not known', atMost(answer.unknown.map(sentence), MOST_UNKNOWN, '; ')),
    claimsPart(answer.claims, reader, incident),
    incident && { kind: 'feedback', incident: incident.id },
    { kind: 'note', text: [...unsaid(answer.claims), ...author(answer)] },
  ])
}

function author({ model }: Answer): Text {
  return model === null
    ? say`Written by rules from the record.`
    : say`Written by the model ${name(model)}; check the evidence.`
}
