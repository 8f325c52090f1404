// An incident as one line of a list, with a button that shows it: how bad, about what, how long, what, and who is on it.
import type { Incident } from '#incident/incident.ts'
import { exact, join, say, sentence, words } from './card.ts'
import type { ListItem, Reader, Text } from './card.ts'
import { duration } from './duration.ts'
import { about, acknowledgement, headline } from './incident-headline.ts'
import { latestActed, progress } from './remedy-words.ts'

export function incidentLine(incident: Incident, reader: Reader): ListItem {
  const { id, severity, onset, resolvedAt = reader.now, title } = incident
  const { mark, level } = headline(incident, reader)
  const bad = words(level === 'ok' ? 'Resolved' : severity.charAt(0).toUpperCase() + severity.slice(1))
  const first = say`${bad} · ${about(incident)} · ${exact(id)} · ${words(duration(resolvedAt - onset))}: ${sentence(title)}`
  const state = stateOf(incident, reader)
  const text = state.length > 0 ? join([first, state], ' · ') : first
  const button = { label: say`Show ${exact(id)}`, action: { kind: 'show', incident: id }, weight: 'plain' } as const
  return { ...(mark && { mark }), ...(level && { level }), text, button }
}

/** What is being done about it, and by whom. */
function stateOf(incident: Incident, reader: Reader): Text {
  if (incident.phase === 'resolved') return []
  const acted = latestActed(incident)
  return acted ? progress(acted, reader) : acknowledgement(incident)
}
