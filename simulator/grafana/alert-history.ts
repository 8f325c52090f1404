// The recording's state records folded into one state for each alert (its label set), and the changes of state on the way.
import type { Cloud } from '../cloud.ts'
import type { Millis } from '../recording.ts'
import { keyOf, type Labels } from './labels.ts'

export type AlertState = 'firing' | 'pending' | 'inactive'
export type Alert = { labels: Labels; annotations: Labels; state: AlertState; since: Millis; updated: Millis }
export type Transition = { at: Millis; labels: Labels; from: AlertState; to: AlertState }
export type AlertHistory = { alerts(): Alert[]; transitions(): Transition[] }

const stateNames: Record<AlertState, string> = { firing: 'Alerting', pending: 'Pending', inactive: 'Normal' }

/** Reads each record once, however often it is asked: time only goes on. */
export function alertHistory(cloud: Cloud): AlertHistory {
  const byLabels = new Map<string, Alert>()
  const transitions: Transition[] = []
  let readUpTo = -Infinity

  function catchUp(): void {
    const now = cloud.now()
    for (const record of cloud.records('grafana/alerts', readUpTo, now)) {
      if (record.at <= readUpTo) continue
      const key = keyOf(record.labels)
      const state = stateOf(record.state)
      const before = byLabels.get(key)
      const changed = before?.state !== state
      if (changed && (before || state !== 'inactive')) {
        transitions.push({ at: record.at, labels: record.labels, from: before?.state ?? 'inactive', to: state })
      }
      const { at, labels, annotations } = record
      byLabels.set(key, { labels, annotations, state, since: changed ? at : before.since, updated: at })
    }
    readUpTo = Math.max(readUpTo, now)
  }
  return {
    alerts() {
      catchUp()
      return [...byLabels.values()]
    },
    transitions() {
      catchUp()
      return transitions
    },
  }
}

export function stateName(state: AlertState): string {
  return stateNames[state]
}

export function nameOf(labels: Labels): string {
  return labels.alertname ?? 'Unnamed alert'
}

/** NoData and Error are neither firing nor waiting to. */
function stateOf(recorded: string): AlertState {
  const state = recorded.toLowerCase()
  if (state === 'alerting' || state === 'firing') return 'firing'
  return state === 'pending' ? 'pending' : 'inactive'
}
