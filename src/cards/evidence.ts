// One signal as one line: what was seen, where, how often. The chain of the likeliest cause's signals is the Why line.
import type { Incident } from '#incident/incident.ts'
import type { Change, Entity, Millis, SeriesPoints, Signal, Source } from '#incident/signal.ts'
import { exact, join, name, quote, say, sentence, words } from './card.ts'
import type { Evidence, Part, Reader, Text } from './card.ts'
import { clock } from './duration.ts'
import { quantity, times } from './quantity.ts'

export const SOURCE_NAMES: Record<Source, string> = {
  kubernetes: 'Kubernetes',
  sentry: 'Sentry',
  cloudwatch: 'CloudWatch',
  grafana: 'Grafana',
}

const MOST_EVIDENCE = 8 // lines; the rest is a step deeper

/** What the likeliest cause rests on, then what shows the strongest findings best, in the order it happened. */
export function evidencePart(incident: Incident, reader: Reader): Part | undefined {
  const byStrength = incident.findings.toSorted((a, b) => b.strength - a.strength)
  const shows = byStrength.flatMap(({ signals }) => signals.slice(0, 1))
  const known = new Map(incident.signals.map(signal => [signal.id, signal]))
  const cause = (incident.rootCauses[0]?.evidence ?? []).flatMap(id => known.get(id) ?? [])
  const isTelling = (signal: Signal) => signal.kind !== 'series' || shows.includes(signal.id)
  const ids = new Set([...cause.filter(isTelling).map(({ id }) => id), ...shows, ...cause.map(({ id }) => id)])
  const shown = once([...ids].flatMap(id => known.get(id) ?? [])).slice(0, MOST_EVIDENCE)
  const items = shown.map(signal => evidence(signal, reader, incident)).sort((a, b) => a.at.at - b.at.at)
  return items.length > 0 ? { kind: 'evidence', items, more: once(incident.signals).length - shown.length } : undefined
}

/** The same words said again, minute by minute, are one line with the sum of its counts, when it was first said. */
function once(signals: readonly Signal[]): Signal[] {
  const lines = new Map<string, Signal>()
  for (const signal of signals) {
    const key =
      'count' in signal ? [signal.source, signal.kind, signal.entity.service, signal.text].join(' ') : signal.id
    const line = lines.get(key)
    if (line === undefined) lines.set(key, signal)
    else if ('count' in line && 'count' in signal) {
      lines.set(key, { ...line, at: Math.min(line.at, signal.at), count: line.count + signal.count })
    }
  }
  return [...lines.values()]
}

export function evidence(signal: Signal, reader: Reader, incident?: Incident): Evidence {
  const { id, source, entity, url } = signal
  const at = signal.kind === 'series' && incident ? incident.onset : momentOf(signal)
  const page = url === undefined ? undefined : pageAddress(url)
  return {
    signal: id,
    source,
    at: clock(at, reader),
    text: whatWasSeen(signal, incident),
    exact: exactName(entity),
    ...(page !== undefined && { url: page }),
  }
}

function whatWasSeen(signal: Signal, incident?: Incident): Text {
  switch (signal.kind) {
    case 'log':
    case 'error':
    case 'event':
      return say`${name(signal.entity.service)}: ${words(signal.kind)} ${quote(signal.text)}, ${words(times(signal.count))}`
    case 'alarm':
      return say`Alarm ${words(signal.active ? 'on' : 'back to normal')}: ${quote(signal.text)}`
    case 'change':
      return say`${changed(signal)}: ${quote(signal.text)}`
    case 'state':
      return say`${name(signal.fault)}: ${sentence(signal.text)}`
    case 'series': {
      const finding = incident?.findings.find(({ signals }) => signals.includes(signal.id))
      if (finding) return [sentence(finding.title)]
      return say`${name(signal.entity.service)} ${name(signal.metric)}${incident && extreme(signal, incident.onset)}`
    }
  }
}

/** " reached 68 (usually 0)": since the onset, the value furthest from the median before it. */
function extreme({ points, unit }: SeriesPoints, onset: Millis): Text {
  const before = points.filter(([at]) => at < onset).map(([, value]) => value)
  const usual = before.sort((a, b) => a - b)[Math.floor(before.length / 2)]
  const distance = (value: number) => Math.abs(value - (usual ?? 0))
  const furthest = points
    .filter(([at]) => at >= onset)
    .reduce<number | undefined>(
      (far, [, value]) => (far !== undefined && distance(far) >= distance(value) ? far : value),
      undefined,
    )
  if (furthest === undefined) return []
  const beside = usual === undefined ? '' : ` (usually ${quantity(usual, unit)})`
  return say` reached ${name(quantity(furthest, unit) + beside)}`
}

function changed({ entity, change: { what, to } }: Change): Text {
  const noun = words(what.charAt(0).toUpperCase() + what.slice(1))
  return say`${noun} of ${name(entity.service)}${to === undefined ? undefined : say` to ${name(to)}`}`
}

const MOST_LINKS = 4 // change, state, error, alarm: the example of a good Why line has four

/** "14:01 rollout v2.31 → 14:02 2 of 2 new pods crash-loop → error “…” (Sentry, 214×)"; the reasons where that says too little. */
export function why(incident: Incident, reader: Reader): Text {
  const [cause] = incident.rootCauses
  if (!cause) return []
  const known = new Map(incident.signals.map(signal => [signal.id, signal]))
  const told = once(cause.evidence.flatMap(id => known.get(id) ?? [])).filter(signal => signal.kind !== 'series')
  const first = new Map<string, (typeof told)[number]>() // of each kind; evidence is ordered by how much it tells
  for (const signal of told) if (!first.has(signal.kind)) first.set(signal.kind, signal)
  const chain = [...first.values()].slice(0, MOST_LINKS).sort((a, b) => momentOf(a) - momentOf(b))
  if (chain.length < 2)
    return join(
      cause.reasons.slice(0, 3).map(({ text }) => sentence(text)),
      '; ',
    )
  let before = ''
  const links = chain.map(signal => {
    const at = clock(momentOf(signal), reader)
    const text = at.text === before ? link(signal) : say`${at} ${link(signal)}`
    before = at.text
    return text
  })
  return join(links, ' → ')
}

function link(signal: Exclude<Signal, { kind: 'series' }>): Text {
  switch (signal.kind) {
    case 'change': {
      const { what, from, to } = signal.change
      if (to === undefined) return [sentence(signal.text)]
      const step = what === 'scale' && from !== undefined ? say`from ${name(from)} to ${name(to)}` : [name(to)]
      return say`${words(what)} of ${name(signal.entity.service)} ${step}`
    }
    case 'state':
      return [sentence(signal.text)]
    case 'alarm':
      return say`alarm ${quote(signal.text.split(': ')[0] ?? '')}` // its name; which threshold it crossed is in the evidence
    case 'log':
    case 'error':
    case 'event':
      return say`${words(signal.kind)} ${quote(signal.text)} (${words(SOURCE_NAMES[signal.source])}, ${words(times(signal.count))})`
  }
}

function momentOf(signal: Signal): number {
  return signal.kind === 'state' ? signal.since : signal.at
}

function exactName({ namespace, name: called }: Entity): string | undefined {
  if (called === undefined) return undefined
  return exact(namespace === undefined ? called : `${namespace}/${called}`).text
}

/** As a browser would read it; undefined for what leads to no page, or hides behind a user's name where it leads. */
function pageAddress(url: string): string | undefined {
  const parsed = URL.parse(url)
  const isPage = parsed?.protocol === 'https:' || parsed?.protocol === 'http:'
  return isPage && parsed.username === '' && parsed.password === '' ? parsed.href : undefined
}
