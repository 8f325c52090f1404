// Grafana's alerts as its APIs show them: rules, instances, Alertmanager alerts. The recording tells states, not queries,
// so rules carry none; an alert's rule is its alertname.
import { createHash } from 'node:crypto'
import type { Millis } from '../recording.ts'
import { type Alert, type AlertState, nameOf, stateName } from './alert-history.ts'
import { drop, inCommon, keyOf, type Labels } from './labels.ts'
import type { Matcher } from './matcher.ts'
import { readMatchers, readTokens } from './promql/token-reader.ts'
import { json, type Reply } from './reply.ts'

type Rule = { name: string; instances: Alert[]; labels: Labels; annotations: Labels }

const evaluationInterval: Millis = 60_000 // Grafana's default for a rule group
const rootUrl = 'http://localhost:3000' // Grafana's default
const folder = { uid: 'alerts', title: 'Alerts' }
const ruleGroup = {
  name: 'alerts',
  file: folder.title,
  folderUid: folder.uid,
  interval: evaluationInterval / 1000,
  evaluationTime: 0,
}

/** GET /api/prometheus/grafana/api/v1/rules */
export function ruleStates(alerts: Alert[], now: Millis): Reply {
  const rules = rulesOf(alerts).map(rule => ruleState(rule, now))
  const groups = rules.length > 0 ? [{ ...ruleGroup, rules, totals: totals(alerts), lastEvaluation: iso(now) }] : []
  return json({ status: 'success', data: { groups, totals: totals(alerts) } })
}

/** GET /api/prometheus/grafana/api/v1/alerts */
export function alertInstances(alerts: Alert[]): Reply {
  return json({ status: 'success', data: { alerts: alerts.map(instance) } })
}

/**
 * GET /api/alertmanager/grafana/api/v2/alerts: only what fires; `filter` is a matcher such as `service="web"`. `silencedBy`
 * gives the silences over an alert.
 */
export function alertmanagerAlerts(
  alerts: Alert[],
  now: Millis,
  parameters: URLSearchParams,
  silencedBy: (labels: Labels) => string[],
): Reply {
  const filters = parameters.getAll('filter').flatMap(parseFilter)
  const firing = parameters.get('active') === 'false' ? [] : alerts.filter(alert => alert.state === 'firing')
  const wanted = firing.filter(({ labels }) => filters.every(each => each.matches(labels[each.label] ?? '')))
  const routed = wanted.map(({ labels, annotations, since }) => {
    const silences = silencedBy({ ...labels, grafana_folder: folder.title })
    return {
      annotations,
      labels: { ...labels, grafana_folder: folder.title },
      startsAt: iso(since),
      endsAt: iso(now + 4 * evaluationInterval),
      updatedAt: iso(now),
      fingerprint: digest(keyOf(labels), 16),
      generatorURL: `${rootUrl}/alerting/grafana/${uidOf(nameOf(labels))}/view`,
      receivers: [{ name: 'grafana-default-email' }],
      status: { state: silences.length > 0 ? 'suppressed' : 'active', silencedBy: silences, inhibitedBy: [] },
    }
  })
  const unwanted = parameters.get('silenced') === 'false' ? 'suppressed' : undefined
  return json(routed.filter(({ status }) => status.state !== unwanted))
}

/** GET /api/v1/provisioning/alert-rules; `written` is when the rules were, as far as anybody knows. */
export function provisionedRules(alerts: Alert[], written: Millis): Reply {
  return json(
    rulesOf(alerts).map(({ name, labels, annotations }, i) => ({
      id: i + 1,
      uid: uidOf(name),
      orgID: 1,
      folderUID: folder.uid,
      ruleGroup: ruleGroup.name,
      title: name,
      condition: 'A',
      data: [],
      updated: iso(written),
      noDataState: 'NoData',
      execErrState: 'Error',
      for: '0s',
      annotations,
      labels,
      isPaused: false,
    })),
  )
}

function instance({ labels, annotations, state, since }: Alert) {
  return {
    labels: { ...labels, grafana_folder: folder.title },
    annotations,
    state: stateName(state),
    activeAt: iso(since),
    value: '',
  }
}

function ruleState({ name, instances, labels, annotations }: Rule, now: Millis) {
  const state = worst(instances)
  return {
    state,
    name,
    uid: uidOf(name),
    folderUid: folder.uid,
    query: '',
    duration: 0,
    keepFiringFor: 0,
    annotations,
    activeAt: state === 'inactive' ? undefined : iso(earliest(instances.filter(alert => alert.state === state))),
    alerts: instances.map(instance),
    totals: totals(instances),
    totalsFiltered: totals(instances),
    labels,
    health: 'ok',
    type: 'alerting',
    lastEvaluation: iso(now),
    evaluationTime: 0,
  }
}

/** One rule for each alert name; its labels and annotations are those all its instances share. */
function rulesOf(alerts: Alert[]): Rule[] {
  const byName = Map.groupBy(alerts, alert => nameOf(alert.labels))
  return [...byName].map(([name, instances]) => ({
    name,
    instances,
    labels: drop(inCommon(instances.map(alert => alert.labels)), ['alertname']),
    annotations: inCommon(instances.map(alert => alert.annotations)),
  }))
}

function worst(instances: Alert[]): AlertState {
  const order: AlertState[] = ['firing', 'pending', 'inactive']
  return order.find(state => instances.some(alert => alert.state === state)) ?? 'inactive'
}

function earliest(instances: Alert[]): Millis {
  return instances.reduce((least, alert) => Math.min(least, alert.since), Infinity)
}

function totals(instances: Alert[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { state } of instances) {
    const name = stateName(state).toLowerCase()
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

function parseFilter(filter: string): Matcher[] {
  return readMatchers(readTokens(`{${filter}}`))
}

function uidOf(name: string): string {
  return digest(name, 14)
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

function iso(at: Millis): string {
  return new Date(at).toISOString()
}
