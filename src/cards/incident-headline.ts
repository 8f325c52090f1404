// The first line of an incident: how it stands, about what, since when.
import { nth } from '#incident/again.ts'
import type { Incident } from '#incident/incident.ts'
import type { Missing, Severity } from '#incident/signal.ts'
import { exact, name, person, say, sentence, words } from './card.ts'
import type { Part, Reader, Run, Text } from './card.ts'
import { clock, duration } from './duration.ts'
import { SOURCE_NAMES } from './evidence.ts'
import { approvers, latestActed, looksGood, verb } from './remedy-words.ts'
import { recovery } from './resolved.ts'

type Headline = Part & { kind: 'headline' }

/** By state, as one reads it at 3 a.m.: see the table of states in the tests. */
export function headline(incident: Incident, reader: Reader): Headline {
  const { severity: level, phase } = incident
  switch (phase) {
    case 'resolved':
      return { kind: 'headline', mark: '✓', level: 'ok', text: resolved(incident) }
    case 'acting':
      return { kind: 'headline', mark: '⟳', level, text: acting(incident) }
    case 'verifying':
      return { kind: 'headline', mark: '⟳', level, text: verifying(incident) }
    case 'did not help':
      return { kind: 'headline', mark: '▲', level, text: didNotHelp(incident) }
    case 'open': {
      const unread = unreadWitness(incident)
      if (unread) return { kind: 'headline', mark: '?', level, text: stale(incident, unread, reader) }
      return { kind: 'headline', mark: '▲', level, text: open(incident, reader) }
    }
  }
}

function open(incident: Incident, reader: Reader): Text {
  const { severity, onset, id, cameBack, again: back, declaredBy } = incident
  const again = cameBack ? words('Back again · ') : undefined
  const count = back && words(` · ${nth(back.times)} time in 24 h`)
  const opener = declaredBy && say` · opened by ${person(declaredBy)}`
  const age = words(duration(reader.now - onset))
  return say`${again}${badness(severity)} · ${about(incident)} · ${exact(id)}${count}${opener} · since ${clock(onset, reader)} (${age})`
}

/** badness('high') -> 'High' */
export function badness(severity: Severity): Run {
  return words(severity.charAt(0).toUpperCase() + severity.slice(1))
}

function acting(incident: Incident): Text {
  const remedy = latestActed(incident)
  if (!remedy) return say`Acting on ${about(incident)} · ${exact(incident.id)}`
  return say`${words(verb(remedy).doing)} ${name(remedy.target.service)}, approved by ${approvers(remedy)} · ${exact(incident.id)}`
}

function verifying(incident: Incident): Text {
  const checked = latestActed(incident)?.checked
  return say`Applied. Watching the same signals${checked && words(', ')}${checked && looksGood(checked)} · ${exact(incident.id)}`
}

function didNotHelp(incident: Incident): Text {
  const remedy = latestActed(incident)
  const done = remedy ? verb(remedy).done : 'acted'
  const how = remedy?.stateReason ? sentence(remedy.stateReason) : words('no better')
  return say`${words(done.charAt(0).toUpperCase() + done.slice(1))} ${about(incident)}, ${how} · ${exact(incident.id)}`
}

function resolved(incident: Incident): Text {
  const { onset, resolvedAt = onset, id, mergedInto } = incident
  if (mergedInto !== undefined) return say`Merged into ${exact(mergedInto)} · ${about(incident)} · ${exact(id)}`
  return say`Resolved · ${about(incident)} · ${words(duration(resolvedAt - onset))} · ${recovery(incident)} · ${exact(id)}`
}

function stale(incident: Incident, { source, since = incident.updatedAt }: Missing, reader: Reader): Text {
  const span = words(duration(reader.now - since))
  return say`${words(SOURCE_NAMES[source])} unreadable for ${span}: what follows is from ${clock(since, reader)} · ${about(incident)} · ${exact(incident.id)}`
}

/** What `gather` and the analyst say of a source that did not answer at all. */
const WHOLE_SOURCE = 'everything'

/** A source that the likeliest cause rests on, and that cannot be read at all: what is said of it is no longer news. */
export function unreadWitness({ missing, rootCauses, signals }: Incident): Missing | undefined {
  const evidence = new Set(rootCauses[0]?.evidence)
  const sources = new Set(signals.filter(({ id }) => evidence.has(id)).map(({ source }) => source))
  return missing.find(({ source, what }) => what === WHOLE_SOURCE && sources.has(source))
}

export function isWhole({ what }: Missing): boolean {
  return what === WHOLE_SOURCE
}

/** Below, we say what it could be, and only look. */
export const UNCLEAR = 0.5

/** The service at fault; while that is not clear, those that are hurt. */
export function about(incident: Incident): Text {
  const cause = incident.rootCauses[0]
  if (cause && incident.confidence >= UNCLEAR) return [name(cause.entity.service)]
  const [first, second, ...more] = incident.services
  if (first === undefined) return cause ? [name(cause.entity.service)] : say`something`
  if (second === undefined) return [name(first)]
  return more.length === 0
    ? say`${name(first)}, ${name(second)}`
    : say`${name(first)} and ${words(String(more.length + 1))} more`
}
