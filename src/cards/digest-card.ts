// A storm as one message: how many incidents there are, of which severity, and the worst of them.
import type { Message } from '#incident/chat.ts'
import { SEVERITIES } from '#incident/signal.ts'
import { exact, say, sentence, words } from './card.ts'
import type { Card, Reader } from './card.ts'
import { clock } from './duration.ts'
import { incidentLine } from './incident-line.ts'
import { cardWith, progressPart } from './part.ts'

type Digest = Extract<Message, { kind: 'digest' }>

const MOST_LISTED = 10 // lines: a screen of a phone, and a fifth of the blocks that Slack takes

export function digestCard({ key, worst, open, resolved, since }: Digest, reader: Reader): Card {
  const counts = SEVERITIES.flatMap(severity => {
    const count = open[severity] ?? 0
    return count > 0 ? [`${count} ${severity}`] : []
  })
  const openCount = Object.values(open).reduce((sum, count) => sum + count, 0)
  const all = openCount + resolved
  const listed = worst.slice(0, MOST_LISTED)
  const [first] = listed
  const isOver = openCount === 0
  const level = isOver ? 'ok' : (SEVERITIES.find(severity => (open[severity] ?? 0) > 0) ?? 'low')
  const many = words(all === 1 ? '1 incident' : `${all} incidents`)
  return cardWith(key, [
    {
      kind: 'headline',
      mark: isOver ? '✓' : '▲',
      level,
      text: say`${many} since ${clock(since, reader)}: ${words(isOver ? 'all resolved' : counts.join(', '))}`,
    },
    first && !isOver
      ? { kind: 'verdict', text: say`Begin with ${exact(first.id)}: ${sentence(first.title)}` }
      : undefined,
    progressPart(!isOver && resolved > 0 ? [words(`${resolved} of them resolved`)] : []),
    isOver
      ? undefined
      : { kind: 'buttons', buttons: [{ label: say`List what is open`, action: { kind: 'list' }, weight: 'plain' }] },
    listed.length > 0
      ? {
          kind: 'list',
          items: listed.map(incident => incidentLine(incident, reader)),
          more: Math.max(0, openCount - listed.length),
        }
      : undefined,
  ])
}
