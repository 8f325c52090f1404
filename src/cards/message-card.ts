// Any message as a card: the one door through which a chat gets what it shows.
import type { Message } from '#incident/chat.ts'
import { answerCard } from './answer-card.ts'
import { sentence } from './card.ts'
import type { Card, Reader } from './card.ts'
import { incidentCard } from './incident-card.ts'
import { remedyCard } from './remedy-card.ts'

export function cardOf(message: Message, reader: Reader): Card {
  switch (message.kind) {
    case 'incident':
      return incidentCard(message.incident, reader)
    case 'news':
      return { key: message.incident.id, parts: [{ kind: 'note', text: [sentence(message.text)] }] }
    case 'preview':
      return remedyCard(message.incident, message.remedy, reader)
    case 'answer':
      return answerCard(message.question, message.answer, reader, message.incident)
  }
}
