// For tests: a tiny hand-made story behind a real listener, on a clock that the test moves or brings.
import { openCloud, type Cloud } from '../cloud.ts'
import { listen } from '../listen.ts'
import { emptyRecords, type KubernetesObject, type Millis, type Recording, type RecordOf } from '../recording.ts'
import type { Story } from '../story.ts'
import { kubernetesApi, type KubernetesApi } from './api.ts'

export const start = Date.parse('2026-11-20T10:00:00Z')
export const web = '/apis/apps/v1/namespaces/shop/deployments/web'

export type Answer = { status: number; body: Body; text: string; headers: Headers }
/** JSON as parsed: of any shape. */
type Body = ReturnType<typeof JSON.parse>

export type TinyCluster = {
  url: string
  cloud: Cloud
  api: KubernetesApi
  /** Moves the clock on. */
  pass(millis: Millis): void
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  jsonPatch(path: string, operations: unknown): Promise<Answer>
  mergePatch(path: string, patch: unknown): Promise<Answer>
  close(): Promise<void>
}

export async function startTinyCluster(
  parts: { recording?: Recording; token?: string; clock?: () => Millis } & Omit<Partial<Story>, 'recording'> = {},
): Promise<TinyCluster> {
  const { recording = recordingOf({ objects: shop() }), token, clock, ...story } = parts
  let now = start
  const cloud = openCloud({ recording, ...story }, clock ?? (() => now))
  const api = kubernetesApi(cloud, { token })
  const listener = await listen(api.handle)

  return {
    url: listener.url,
    cloud,
    api,
    pass: millis => void (now += millis),
    ask,
    jsonPatch: (path, operations) => ask('PATCH', path, operations, contentType('application/json-patch+json')),
    mergePatch: (path, patch) => ask('PATCH', path, patch, contentType('application/merge-patch+json')),
    close() {
      api.close()
      return listener.close()
    },
  }

  async function ask(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(listener.url + path, { method, body: text, headers })
    const answer = await response.text()
    const isJson = response.headers.get('content-type') === 'application/json'
    return {
      status: response.status,
      body: isJson ? JSON.parse(answer) : undefined,
      text: answer,
      headers: response.headers,
    }
  }
}

function contentType(type: string): Record<string, string> {
  return { 'content-type': type }
}

export function recordingOf(parts: {
  objects?: (KubernetesObject | RecordOf['kubernetes/objects'])[]
  logs?: RecordOf['kubernetes/logs'][]
  metrics?: RecordOf['kubernetes/metrics'][]
}): Recording {
  const { objects = [], logs = [], metrics = [] } = parts
  return {
    name: 'tiny',
    start: start - 3_600_000,
    end: start + 3_600_000,
    records: {
      ...emptyRecords(),
      'kubernetes/objects': objects.map(line =>
        'op' in line && 'at' in line ? (line as RecordOf['kubernetes/objects']) : apply(line as KubernetesObject),
      ),
      'kubernetes/logs': logs,
      'kubernetes/metrics': metrics,
    },
    series: [],
    dashboards: [],
  }
}

export function apply(object: KubernetesObject, at: Millis = start - 60_000): RecordOf['kubernetes/objects'] {
  return { at, op: 'apply', object }
}

const labels = { app: 'web' }

export function template(image: string) {
  return { metadata: { labels }, spec: { containers: [{ name: 'web', image, env: [{ name: 'A', value: '1' }] }] } }
}

export function deployment(image: string, replicas = 2, metadata: Record<string, unknown> = {}): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', labels, ...metadata },
    spec: { replicas, selector: { matchLabels: labels }, template: template(image) },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas, updatedReplicas: replicas },
  }
}

export function replicaSet(name: string, image: string, revision: number, replicas: number): KubernetesObject {
  const annotations = { 'deployment.kubernetes.io/revision': String(revision) }
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'uid-web', controller: true }
  const creationTimestamp = new Date(start - 3_600_000 + revision * 1000).toISOString()
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      labels,
      annotations,
      creationTimestamp,
      ownerReferences: [owner],
    },
    spec: { replicas, selector: { matchLabels: labels }, template: template(image) },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas },
  }
}

export function pod(name: string, owner: string, status: Record<string, unknown> = running()): KubernetesObject {
  const ownerReferences = [
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: `uid-${owner}`, controller: true },
  ]
  const creationTimestamp = new Date(start - 3_600_000).toISOString()
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, labels, creationTimestamp, ownerReferences },
    spec: { nodeName: 'node-a', containers: [{ name: 'web', image: 'web:1' }] },
    status: { phase: 'Running', podIP: '10.0.0.1', ...status },
  }
}

function running(): Record<string, unknown> {
  const startedAt = new Date(start - 3_600_000).toISOString()
  return {
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: startedAt }],
    containerStatuses: [
      { name: 'web', ready: true, restartCount: 0, state: { running: { startedAt } }, lastState: {} },
    ],
  }
}

/** Deployment web at revision 2 with two pods, its old revision 1 at zero, and their Service. */
export function shop(): KubernetesObject[] {
  return [
    deployment('web:2'),
    replicaSet('web-old', 'web:1', 1, 0),
    replicaSet('web-new', 'web:2', 2, 2),
    pod('web-new-a', 'web-new'),
    pod('web-new-b', 'web-new'),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'shop' },
      subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 8080 }] }],
    },
  ]
}
