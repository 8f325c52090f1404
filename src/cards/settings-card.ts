// What is muted, known or in maintenance, and which thresholds are raised: each with until when, by whom and why, and a button that takes it back.
import type { Settings } from '#incident/settings.ts'
import { exact, name, person, say, sentence, words } from './card.ts'
import type { Card, ListItem, Reader, Text } from './card.ts'
import { clock } from './duration.ts'
import { cardWith } from './part.ts'

export function settingsCard(settings: Settings, reader: Reader): Card {
  const items = itemsOf(settings, reader)
  if (items.length === 0) {
    return cardWith('settings', [
      { kind: 'headline', mark: '✓', level: 'ok', text: say`Everything is posted` },
      { kind: 'verdict', text: say`Nothing is muted, known or in maintenance, and no threshold is raised.` },
    ])
  }
  return cardWith('settings', [
    { kind: 'headline', text: say`What people and the configuration have set` },
    { kind: 'list', items, more: 0 },
    {
      kind: 'note',
      text: say`Maintenance is told by the configuration. All of it goes on being watched and recorded.`,
    },
  ])
}

function itemsOf({ maintenance, muted, mutedIncidents, known, raised }: Settings, reader: Reader): ListItem[] {
  const until = (at: number | undefined): Text => (at === undefined ? [] : say` until ${clock(at, reader)}`)
  return [
    ...maintenance.map(each => ({
      text: say`In maintenance${until(each.until)}: ${sentence(each.name)} (${sentence(each.reason)})`,
    })),
    ...muted.map(
      (each): ListItem => ({
        text: say`Muted${until(each.until)} by ${person(each.by)}: ${name(each.service)}`,
        button: {
          label: say`Unmute ${name(each.service)}`,
          action: { kind: 'unmute', service: each.service },
          weight: 'plain',
        },
      }),
    ),
    ...mutedIncidents.map(
      ({ incident, until: end }): ListItem => ({
        text: say`Muted${until(end)}: ${exact(incident)}`,
        button: { label: say`Unmute ${exact(incident)}`, action: { kind: 'unmute', incident }, weight: 'plain' },
      }),
    ),
    ...known.map(
      ({ incident, cause, reason, ticket, until: end, by }): ListItem => ({
        text: say`Known${until(end)} by ${person(by)}: ${name(cause.entity.service)}, ${sentence(cause.fault ?? '')} (${sentence(reason)}${ticket === undefined ? undefined : say`, ${exact(ticket)}`})`,
        button: {
          label: say`Not known any more: ${exact(incident)}`,
          action: { kind: 'unknown', incident },
          weight: 'plain',
        },
      }),
    ),
    ...raised.map(
      ({ name: group, factor, incident, by, at }): ListItem => ({
        text: say`Threshold at ${words(`${factor}×`)} since ${clock(at, reader)} by ${person(by)}: ${name(group)}`,
        button: { label: say`Put back ${name(group)}`, action: { kind: 'lower', incident }, weight: 'plain' },
      }),
    ),
  ]
}
