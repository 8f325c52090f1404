// Alerts and rules as rows: what fires first, the longest first; each with the silences it lies under. Pure.
import type { Millis } from '#incident/signal.ts'
import { safe, safeLabels } from '../safe.ts'
import type { Links } from './links.ts'
import { alertShape } from './schema.ts'
import type { Alert, RoutedAlert, Rule, Silence, SilenceMatcher } from './schema.ts'

export type AlertRow = {
  rule: string
  state: 'firing' | 'pending' | 'error' | 'inactive'
  since?: string
  labels: Record<string, string>
  summary?: string
  silencedBy?: string[]
  url?: string
}

/** A row for each alert that is not normal, and one for each rule that has no such alert. `theirs`: of a Prometheus. */
export function alertRows(
  seen: { rules: readonly Rule[]; theirs: readonly unknown[]; routed: readonly RoutedAlert[] },
  links: Links,
): AlertRow[] {
  const silenced = new Map(
    seen.routed.flatMap(({ labels, status }) =>
      status?.silencedBy?.length ? [[keyOf(labels), status.silencedBy] as const] : [],
    ),
  )
  const ofRules = seen.rules.flatMap(rule => rowsOfRule(rule, silenced, links))
  const ofPrometheus = alertsIn(seen.theirs).map(alert => rowOf(alert, alert.labels['alertname'] ?? 'alert', silenced))
  return [...ofRules, ...ofPrometheus].sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
      compare(a.since ?? '', b.since ?? '') ||
      compare(a.rule, b.rule),
  )
}

/** Those that are not over, the soonest to end first. */
export function silencesOf(silences: readonly Silence[], now: Millis) {
  return silences
    .filter(({ status, endsAt }) => status.state !== 'expired' && !(Date.parse(endsAt) <= now))
    .sort((a, b) => compare(a.endsAt, b.endsAt))
    .slice(0, MOST_SILENCES)
    .map(({ id, status, matchers, startsAt, endsAt, comment, createdBy }) => ({
      id: safe(id),
      state: safe(status.state),
      matchers: matchers.map(matcherText),
      from: safe(startsAt),
      to: safe(endsAt),
      comment: safe([comment, createdBy && `(${createdBy})`].filter(Boolean).join(' ')),
    }))
}

const ORDER: readonly AlertRow['state'][] = ['firing', 'error', 'pending', 'inactive']
const MOST_SILENCES = 100
const LONGEST_SUMMARY = 500

function rowsOfRule(rule: Rule, silenced: ReadonlyMap<string, string[]>, links: Links): AlertRow[] {
  const url = rule.uid ? { url: links.rule(rule.uid) } : {}
  const rows = alertsIn(rule.alerts ?? [])
    .map(alert => ({ ...rowOf(alert, rule.name, silenced), ...url }))
    .filter(row => row.state !== 'inactive')
  if (rows.length > 0 || rule.type === 'recording') return rows
  const said = summaryOf(rule.annotations)
  const labels = labelsOf({ ...rule.labels, ...(rule.folder && { folder: rule.folder }) })
  const state = /^err/i.test(rule.health) ? 'error' : 'inactive'
  return [{ rule: safe(rule.name), state, labels, ...(said && { summary: said }), ...url }]
}

function rowOf(alert: Alert, rule: string, silenced: ReadonlyMap<string, string[]>): AlertRow {
  const at = Date.parse(alert.activeAt)
  const said = summaryOf(alert.annotations)
  const silencedBy = silenced.get(keyOf(alert.labels))
  return {
    rule: safe(rule),
    state: stateOf(alert.state),
    ...(!Number.isNaN(at) && { since: new Date(at).toISOString() }),
    labels: labelsOf(alert.labels),
    ...(said && { summary: said }),
    ...(silencedBy && { silencedBy: silencedBy.map(safe) }),
  }
}

function alertsIn(list: readonly unknown[]): Alert[] {
  return list.flatMap(each => alertShape.safeParse(each).data ?? [])
}

/** Grafana says Alerting, Pending, Normal, NoData, Error and adds reasons in brackets; Prometheus firing, pending. */
function stateOf(said: string): AlertRow['state'] {
  if (/^(?:alerting|firing)/i.test(said)) return 'firing'
  if (/^pending/i.test(said)) return 'pending'
  return /^(?:error|nodata)/i.test(said) ? 'error' : 'inactive'
}

function summaryOf({ summary, description, message }: Readonly<Record<string, string>>): string {
  return safe(summary || description || message || '').slice(0, LONGEST_SUMMARY)
}

function labelsOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  return safeLabels(Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__'))))
}

/** The same alert in the rules and in the Alertmanager. */
function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => !name.startsWith('__'))
      .sort(([a], [b]) => compare(a, b)),
  )
}

function matcherText({ name, value, isRegex, isEqual }: SilenceMatcher): string {
  const operator = isRegex ? (isEqual === false ? '!~' : '=~') : isEqual === false ? '!=' : '='
  return safe(`${name}${operator}${value}`)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
