// A recording: what the four vendors would have answered over a stretch of time, and nothing else.
// The shapes of its files, one record a line; reading them from a folder is read-recording.ts.

export type Millis = number // ms since 1970-01-01 UTC

export type KubernetesObject = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    [field: string]: unknown
  }
  [field: string]: unknown
}

/** Every file of JSON lines, by its path without ending, and the shape of a line once its `at` is a number. */
export type RecordOf = {
  'kubernetes/objects': { at: Millis; op: 'apply' | 'delete'; object: KubernetesObject }
  'kubernetes/logs': { at: Millis; namespace: string; pod: string; container?: string; line: string }
  'kubernetes/metrics': {
    at: Millis
    namespace?: string
    pod?: string
    container?: string
    node?: string
    cpu: string
    memory: string
  }
  'sentry/events': {
    at: Millis
    project: string
    issue: { id: string; title: string; culprit: string; level: string; status?: string; firstSeen?: string }
    event: {
      message: string
      exception?: unknown
      tags?: Record<string, string>
      release?: string
      environment?: string
      transaction?: string
      /** As SDKs send them: https://develop.sentry.dev/sdk/data-model/event-payloads/ */
      user?: unknown
      request?: unknown
      breadcrumbs?: unknown
      contexts?: unknown
      extra?: Record<string, unknown>
    }
  }
  'sentry/releases': { at: Millis; project: string; version: string }
  'sentry/performance': {
    at: Millis
    project: string
    transaction: string
    p50: number
    p95: number
    count: number
    failureRate: number
  }
  'cloudwatch/metrics': {
    at: Millis
    namespace: string
    metric: string
    dimensions: Record<string, string>
    unit?: string
    period?: number // seconds
    values: Record<string, number>
  }
  'cloudwatch/alarms': {
    at: Millis
    alarm: { AlarmName: string; [field: string]: unknown }
    state: string
    reason: string
  }
  'cloudwatch/logs': { at: Millis; group: string; stream: string; message: string }
  'grafana/logs': { at: Millis; labels: Record<string, string>; line: string }
  'grafana/annotations': { at: Millis; end?: Millis; text: string; tags: string[] }
  'grafana/alerts': {
    at: Millis
    state: string
    labels: Record<string, string>
    annotations: Record<string, string>
  }
}
export type RecordKind = keyof RecordOf

/** One Prometheus series; `at` ascending, in ms, as long as `values`. */
export type Series = { metric: string; labels: Record<string, string>; at: Float64Array; values: Float64Array }

export type Recording = {
  name: string
  start: Millis
  end: Millis
  description?: string
  licence?: string
  records: { [K in RecordKind]: RecordOf[K][] } // each oldest first
  series: Series[]
  dashboards: { uid: string; title: string; [field: string]: unknown }[]
}

export function emptyRecords(): Recording['records'] {
  return {
    'kubernetes/objects': [],
    'kubernetes/logs': [],
    'kubernetes/metrics': [],
    'sentry/events': [],
    'sentry/releases': [],
    'sentry/performance': [],
    'cloudwatch/metrics': [],
    'cloudwatch/alarms': [],
    'cloudwatch/logs': [],
    'grafana/logs': [],
    'grafana/annotations': [],
    'grafana/alerts': [],
  }
}
