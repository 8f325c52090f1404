// An answer: one sentence, at most four claims with what they rest on, what is not known, and who wrote it.
import type { Answer } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import { join, name, quote, say, sentence } from './card.ts'
import type { Card, Part, Reader, Text } from './card.ts'
import { evidence } from './evidence.ts'

const MOST_CLAIMS = 4

export function answerCard(question: string, answer: Answer, reader: Reader, incident?: Incident): Card {
  const known = new Map(incident?.signals.map(signal => [signal.id, signal]))
  const items = answer.claims.slice(0, MOST_CLAIMS).map(claim => {
    const signals = claim.evidence.flatMap(id => known.get(id) ?? [])
    const isPublic = signals.length > 0 && signals.every(({ writer }) => writer === 'public')
    const warning = isPublic ? say` (rests on text that anybody can send)` : undefined
    return {
      text: say`${sentence(claim.text)}${warning}`,
      evidence: signals.map(signal => evidence(signal, reader, incident)),
    }
  })
  const parts: (Part | undefined)[] = [
    { kind: 'headline', text: [quote(question)] },
    { kind: 'verdict', text: [sentence(answer.answer)] },
    items.length > 0 ? { kind: 'claims', items } : undefined,
    answer.unknown.length > 0
      ? { kind: 'fact', label: 'Not known', text: join(answer.unknown.map(sentence), '; ') }
      : undefined,
    { kind: 'note', text: author(answer) },
  ]
  return { key: incident?.id ?? 'answer', parts: parts.filter(part => part !== undefined) }
}

function author({ model }: Answer): Text {
  return model === null
    ? say`Written by rules from the record.`
    : say`Written by the model ${name(model)}; check the evidence.`
}
