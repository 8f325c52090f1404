// An incident as one line of a list, with a button that shows it: how bad, about what, how long, what, and who is on it.
import type { Incident } from '#incident/incident.ts'
import { exact, say, sentence, words } from './card.ts'
import type { ListItem, Reader } from './card.ts'
import { duration } from './duration.ts'
import { about, badness, headline } from './incident-headline.ts'
import { soFar } from './so-far.ts'

export function incidentLine(incident: Incident, reader: Reader): ListItem {
  const { id, severity, phase, onset, resolvedAt = reader.now, title } = incident
  const { mark, level } = headline(incident, reader)
  const isOver = phase === 'resolved'
  const state = isOver ? words('Resolved') : badness(severity)
  const span = words(duration(resolvedAt - onset))
  const what = say`${state} · ${about(incident)} · ${exact(id)} · ${span}: ${sentence(title)}`
  const doing = isOver ? [] : soFar(incident, reader)
  return {
    ...(mark && { mark }),
    ...(level && { level }),
    text: doing.length > 0 ? say`${what} (${doing})` : what,
    button: { label: say`Show ${exact(id)}`, action: { kind: 'show', incident: id }, weight: 'plain' },
  }
}
