// What runs: what is watched, how often, since when, and which sources cannot be read.
import type { Message } from '#incident/chat.ts'
import type { Occurrence } from '#incident/maintenance.ts'
import { join, say, sentence, words } from './card.ts'
import type { Card, ListItem, Reader } from './card.ts'
import { clock, duration } from './duration.ts'
import { SOURCE_NAMES } from './evidence.ts'
import { cardWith } from './part.ts'

type Status = Extract<Message, { kind: 'status' }>

export function statusCard({ open, sources, everyMillis, since, maintenance = [] }: Status, reader: Reader): Card {
  const down = sources.filter(({ up }) => !up)
  const count = sources.length === 1 ? '1 source' : `${sources.length} sources`
  const unread = down.map(({ source }) => words(SOURCE_NAMES[source]))
  const health = down.length === 0 ? say`all readable` : say`${join(unread, ', ')} unreadable`
  return cardWith('status', [
    {
      kind: 'headline',
      mark: down.length === 0 ? '✓' : '?',
      ...(down.length === 0 && { level: 'ok' }),
      text: say`Watching ${words(count)}, ${health}`,
    },
    {
      kind: 'verdict',
      text: [
        words(open === 0 ? 'Nothing is open.' : open === 1 ? '1 incident is open.' : `${open} incidents are open.`),
      ],
    },
    open > 0
      ? { kind: 'buttons', buttons: [{ label: say`List what is open`, action: { kind: 'list' }, weight: 'plain' }] }
      : undefined,
    {
      kind: 'list',
      items: [
        ...maintenance.map(window => maintenanceLine(window, reader)),
        ...sources.map(source => sourceLine(source, reader)),
      ],
      more: 0,
    },
    { kind: 'note', text: say`Looking every ${words(duration(everyMillis))}, since ${clock(since, reader)}.` },
  ])
}

function maintenanceLine({ name: called, reason, until }: Occurrence, reader: Reader): ListItem {
  return {
    mark: '⟳',
    text: say`In maintenance until ${clock(until, reader)}: ${sentence(called)} (${sentence(reason)})`,
  }
}

function sourceLine({ source, up, since }: Status['sources'][number], reader: Reader): ListItem {
  const span = since === undefined ? undefined : say` since ${clock(since, reader)}`
  return {
    mark: up ? '✓' : '?',
    text: say`${words(SOURCE_NAMES[source])}: ${words(up ? 'readable' : 'unreadable')}${span}`,
  }
}
