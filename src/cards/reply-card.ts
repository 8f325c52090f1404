// How a press ended, for the one who pressed: from the record where there is one, with times in their own zone.
import type { Reply } from '#incident/chat.ts'
import { say, sentence } from './card.ts'
import type { Card, Reader, Text } from './card.ts'
import { cardWith } from './part.ts'
import { progress } from './remedy-words.ts'

export function replyCard(reply: Reply, reader: Reader): Card {
  return cardWith(reply.remedy?.id ?? 'reply', [{ kind: 'verdict', text: ended(reply, reader) }])
}

function ended({ result, text, remedy }: Reply, reader: Reader): Text {
  if (result === 'already done' && remedy) return say`Already done: ${progress(remedy, reader)}`
  return [sentence(text)]
}
