// Shapes of Grafana, Prometheus and Loki to signals, relations and what the tools answer. Pure.
import { sha256 } from '#incident/canonical.ts'
import type {
  Alarm,
  Change,
  ChangeDetail,
  Entity,
  Millis,
  Relation,
  SeriesPoints,
  Severity,
  Utterance,
  Window,
} from '#incident/signal.ts'
import { entityOf, NOBODY } from '../entity.ts'
import type { Line } from '../log-lines.ts'
import { safe, safeLabels, safeName } from '../safe.ts'
import { seriesId } from '../series-id.ts'
import { fixedLabels } from './expression.ts'
import type { Links } from './links.ts'
import type { Sample } from './samples.ts'
import { alertShape } from './schema.ts'
import type { Alert, Annotation, Rule, Stream } from './schema.ts'
import type { Expression } from './dashboards.ts'

/** A series without its points: what does not change from reading to reading. `edge`: of a caller and whom it calls. */
export type SeriesHead = {
  signal: Omit<SeriesPoints, 'at' | 'points'>
  edge?: { from: Entity; to: Entity; origin: string }
}

/** `extra` are labels that the vendor's answer does not carry; `about` such that only tell whom it is about. */
export function seriesHead(
  metric: string,
  unit: string,
  given: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string>> = {},
  about: Readonly<Record<string, string>> = {},
): SeriesHead {
  const { __name__: _, ...own } = given
  const edge = edgeOf(own, given['__name__'] ?? metric)
  const ends: Record<string, string> = edge ? { client: edge.from.service, server: edge.to.service } : {}
  const labels = safeLabels({ ...own, ...ends, ...extra })
  const entity = edge?.to ?? entityOf(safeLabels({ ...about, ...own }))
  return {
    signal: {
      kind: 'series',
      id: seriesId('grafana', safe(metric), labels),
      source: 'grafana',
      writer: 'operator',
      entity,
      severity: 'low',
      labels,
      metric: safe(metric),
      unit,
    },
    ...(edge ? { edge } : {}),
  }
}

export function expressionHead(
  { metric, unit, labels, text, url }: Expression,
  given: Record<string, string>,
): SeriesHead {
  const head = seriesHead(metric, unit, given, labels, fixedLabels(text))
  return url ? { ...head, signal: { ...head.signal, url } } : head
}

/** Caller and callee, as Tempo's service graph (client, server) and Istio (source_workload, destination_workload) name them. */
function edgeOf(labels: Readonly<Record<string, string>>, metric: string): SeriesHead['edge'] {
  const client = labels['client'] || labels['source_workload']
  const server = labels['server'] || labels['destination_workload']
  if (!client || !server || client === server) return undefined
  const from: Entity = { service: safeName(client) }
  if (labels['source_workload_namespace']) from.namespace = safe(labels['source_workload_namespace'])
  const to: Entity = { service: safeName(server) }
  if (labels['destination_workload_namespace']) to.namespace = safe(labels['destination_workload_namespace'])
  return { from, to, origin: safe(metric) }
}

/** One relation for each pair that called at all: its counter stands above zero, or a duration was measured. */
export function callRelations(seen: Iterable<{ head: SeriesHead; samples: readonly Sample[] }>): Relation[] {
  const relations = new Map<string, Relation>()
  for (const { head, samples } of seen) {
    const [at, value] = samples.at(-1) ?? [0, 0]
    if (!head.edge || value <= 0) continue
    const { from, to, origin } = head.edge
    const key = JSON.stringify([from, to])
    if (!relations.has(key)) relations.set(key, { from, to, kind: 'calls', origin, confidence: 1, at })
  }
  return [...relations.values()]
}

/** Alerts that fire at the window's end, and those that ended within it. `rejected`: not of an alert's shape. */
export function alarmSignals(
  alerts: Iterable<{ alert: unknown; rule?: Rule }>,
  { from, to }: Window,
  links: Links,
): { signals: Alarm[]; rejected: number } {
  const signals: Alarm[] = []
  let rejected = 0
  for (const { alert, rule } of alerts) {
    const result = alertShape.safeParse(alert)
    const at = result.success ? Date.parse(result.data.activeAt) : Number.NaN
    if (!result.success || Number.isNaN(at)) {
      rejected++
      continue
    }
    const active = /^(?:alerting|firing)/i.test(result.data.state)
    const ended = /^(?:normal|inactive)/i.test(result.data.state)
    if (at > to || (!active && !(ended && at > from))) continue
    signals.push(alarmSignal(result.data, at, active, rule, links))
  }
  return { signals, rejected }
}

function alarmSignal(alert: Alert, at: Millis, active: boolean, rule: Rule | undefined, links: Links): Alarm {
  const own = Object.entries(alert.labels).filter(([name]) => !name.startsWith('__') && name !== 'grafana_folder')
  const labels = safeLabels(Object.fromEntries(own.sort(([a], [b]) => (a < b ? -1 : 1))))
  const name = labels['alertname'] ?? safe(rule?.name ?? 'alert')
  const { summary, description, message, title } = alert.annotations
  const said = summary ?? description ?? message ?? title
  return {
    kind: 'alarm',
    id: `grafana:alert:${sha256(JSON.stringify(labels)).slice(0, 16)}@${at}`,
    source: 'grafana',
    writer: 'operator',
    entity: entityOf(labels),
    at,
    severity: active ? severityOf(labels) : 'low',
    ...(rule?.uid ? { url: links.rule(rule.uid) } : {}),
    labels,
    text: said ? `${name}: ${safe(said)}` : name,
    active,
  }
}

/** By the label people set; an alert that does not say is one that somebody wanted to hear of. */
function severityOf(labels: Readonly<Record<string, string>>): Severity {
  const said = labels['severity'] ?? labels['priority'] ?? labels['level'] ?? ''
  if (/crit|page|emerg|fatal|^p?1$|sev-?1/i.test(said)) return 'critical'
  if (/warn|medium|minor|^p?3$/i.test(said)) return 'medium'
  return /info|low|none|^p?[45]$/i.test(said) ? 'low' : 'high'
}

/** Those that begin within the window. Whom one is about: its tags key:value, a tag that is a known service, a tag its text repeats. */
export function annotationSignals(
  annotations: readonly Annotation[],
  { from, to }: Window,
  services: ReadonlySet<string>,
): (Change | Utterance)[] {
  return annotations
    .filter(({ time }) => time > from && time <= to)
    .sort((a, b) => a.time - b.time)
    .map((annotation): Change | Utterance => {
      const text = safe(annotation.text)
      const tags = annotation.tags.slice(0, MOST_TAGS).map(safe)
      const seen = {
        id: `grafana:annotation:${annotation.id}`,
        source: 'grafana' as const,
        writer: 'operator' as const,
        entity: entityOfTags(tags, text, services),
        at: annotation.time,
        labels: { tags: tags.join(',') },
        text,
      }
      const change = changeOf(`${tags.join(' ')} ${text}`)
      if (change) return { ...seen, kind: 'change', severity: 'low', change }
      const severity = /fail|error|outage|incident|alert/i.test(tags.join(' ')) ? 'medium' : 'low'
      return { ...seen, kind: 'event', severity, count: 1 }
    })
}

const MOST_TAGS = 20

function entityOfTags(tags: readonly string[], text: string, services: ReadonlySet<string>): Entity {
  const pairs = tags.flatMap(tag => {
    const [, name, value] = /^([\w.-]{1,50})[:=](.{1,100})$/.exec(tag) ?? []
    return name && value ? [[name, value] as const] : []
  })
  const named = entityOf(Object.fromEntries(pairs))
  if (named.service !== NOBODY) return named
  const words = new Set(text.match(/[\w.-]{2,100}/g) ?? [])
  const service =
    tags.find(tag => services.has(tag)) ??
    [...words].find(word => services.has(word)) ??
    tags.find(tag => words.has(tag))
  return { ...named, service: service ?? NOBODY }
}

const CHANGES: readonly (readonly [RegExp, ChangeDetail['what']])[] = [
  [/roll(?:ed|ing)?[ -]?(?:out|back)/i, 'rollout'],
  [/deploy/i, 'deploy'],
  [/\breleas/i, 'release'],
  [/\bscal(?:ed?|ing)\b|replicas/i, 'scale'],
  [/config|feature.?flag|\bsetting|migrat/i, 'config'],
]

function changeOf(said: string): ChangeDetail | undefined {
  const what = CHANGES.find(([pattern]) => pattern.test(said))?.[1]
  if (!what) return undefined
  const [, from, to] = FROM_TO.exec(said) ?? []
  const only = ONE_VERSION.exec(said)?.[0]
  return { what, ...(from ? { from } : {}), ...((to ?? only) ? { to: to ?? only } : {}) }
}

const VERSION = String.raw`(?<![\w.])v?\d{1,6}\.\d{1,6}[\w.-]{0,40}`
const ONE_VERSION = new RegExp(VERSION)
const FROM_TO = new RegExp(String.raw`(${VERSION})\s{0,3}(?:->|→|to)\s{0,3}(${VERSION})`)

/** Each stream's, which Loki gives newest first, oldest first. */
export function linesOf(streams: readonly Stream[]): Line[] {
  return streams.flatMap(({ stream, values }) => {
    const labels = safeLabels(stream)
    const entity = entityOf(labels)
    return values
      .map(([nanoseconds, text]) => ({ at: Number(nanoseconds.slice(0, -6)), text, entity, labels }))
      .toReversed()
  })
}

export function annotationView({ id, time, timeEnd, text, tags }: Annotation) {
  return {
    id,
    at: new Date(time).toISOString(),
    ...(timeEnd && timeEnd !== time ? { end: new Date(timeEnd).toISOString() } : {}),
    text: safe(text),
    tags: tags.map(safe),
  }
}
