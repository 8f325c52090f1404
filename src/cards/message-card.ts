// Any message as a card: the one door through which a chat gets what it shows.
import type { Message } from '#incident/chat.ts'
import { answerCard } from './answer-card.ts'
import { passage } from './card.ts'
import type { Card, Reader } from './card.ts'
import { detailsCard } from './details-card.ts'
import { digestCard } from './digest-card.ts'
import { helpCard } from './help-card.ts'
import { shortIncidentCard } from './incident-card.ts'
import { listCard } from './list-card.ts'
import { lookedCard } from './looked-card.ts'
import { postmortemCard } from './postmortem-card.ts'
import { proposalCard } from './proposal-card.ts'
import { remedyCard } from './remedy-card.ts'
import { replyCard } from './reply-card.ts'
import { settingsCard } from './settings-card.ts'
import { statusCard } from './status-card.ts'

export function cardOf(message: Message, reader: Reader): Card {
  switch (message.kind) {
    case 'incident':
      return shortIncidentCard(message.incident, reader)
    case 'details':
      return detailsCard(message.incident, reader)
    case 'news':
      return { key: message.incident.id, parts: [{ kind: 'verdict', text: [passage(message.text)] }] }
    case 'preview':
      return remedyCard(message.incident, message.remedy, reader, message.approvers)
    case 'answer':
      return answerCard(message.question, message.answer, reader, message.incident)
    case 'looked':
      return lookedCard(message.incident, message.answers)
    case 'digest':
      return digestCard(message, reader)
    case 'list':
      return listCard(message, reader)
    case 'status':
      return statusCard(message, reader)
    case 'settings':
      return settingsCard(message.settings, reader)
    case 'proposal':
      return proposalCard(message.incident, message.proposal)
    case 'postmortem':
      return postmortemCard(message, reader)
    case 'reply':
      return replyCard(message.reply, reader)
    case 'help':
      return helpCard()
    case 'error':
      return { key: 'error', parts: [{ kind: 'verdict', text: [passage(message.text)] }] }
  }
}
