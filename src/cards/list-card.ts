// The open incidents as a list; for somebody who joins late, what they have missed.
import type { Message } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import { SEVERITIES } from '#incident/signal.ts'
import type { Severity } from '#incident/signal.ts'
import { say, words } from './card.ts'
import type { Card, Reader } from './card.ts'
import { incidentLine } from './incident-line.ts'
import { cardWith } from './part.ts'

type List = Extract<Message, { kind: 'list' }>

export function listCard({ incidents, more, late = false }: List, reader: Reader): Card {
  const open = incidents.filter(({ phase }) => phase !== 'resolved').length + more
  const count = words(open === 1 ? '1 incident is open' : `${open} incidents are open`)
  if (incidents.length === 0) {
    return cardWith('list', [{ kind: 'headline', mark: '✓', level: 'ok', text: say`Nothing is open` }])
  }
  return cardWith('list', [
    {
      kind: 'headline',
      mark: '▲',
      level: worstOf(incidents),
      text: late ? say`Where things stand: ${count}` : [count],
    },
    { kind: 'list', items: incidents.map(incident => incidentLine(incident, reader)), more },
    late
      ? {
          kind: 'note',
          text: say`Only you see this. Each incident has a message of its own, which is kept up to date.`,
        }
      : undefined,
  ])
}

function worstOf(incidents: readonly Incident[]): Severity {
  return SEVERITIES.find(severity => incidents.some(incident => incident.severity === severity)) ?? 'low'
}
