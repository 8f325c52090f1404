// Odd and well: what every cluster is full of, and what must open nothing. 8 points open an incident.
import { expect, test } from 'vitest'
import {
  ago,
  deployment,
  event,
  node,
  object,
  pod,
  replicaSet,
  service,
  viewOf,
  workload,
} from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { runChecks } from './index.ts'

const WEB = 'web-7f9dd8b6c2-aaaaa'
const well = [...workload('web'), service('web'), ...workload('cart'), service('cart'), node('node-1'), node('node-2')]
const OPENS = 8

const zero = (name: string, metadata: object = {}) => [
  deployment(name, { metadata, spec: { replicas: 0 }, status: { replicas: 0, availableReplicas: 0 } }),
  service(name),
]
const ended = (name: string, phase: string, more: object = {}): Raw =>
  pod(name, 'zzzzz', { created: ago(90), status: { phase, containerStatuses: [], conditions: [], ...more } })
const restarted = (minutes: number) => ({
  restartCount: 1,
  lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: ago(minutes) } },
})
const noise = (line: string, times = 3) => ({ [WEB]: Array.from({ length: times }, () => line) })

test.each<[string, Raw[], Record<string, string[]>?]>([
  ['scaled to zero by KEDA', zero('batch', { labels: { 'scaledobject.keda.sh/name': 'batch' } })],
  ['a feature that is off', zero('promotions')],
  [
    'an evicted pod that was replaced',
    [ended('web', 'Failed', { reason: 'Evicted', message: 'The node was low on resource: memory.' })],
  ],
  ['a pod that is done', [ended('migrate', 'Succeeded')]],
  ['one restart twenty minutes ago', [pod('web', 'ccccc', { state: restarted(20) })]],
  ['a cordoned node that misses nobody', [{ ...node('node-3'), spec: { unschedulable: true } }]],
  [
    'a claim that waits for its first pod',
    [
      object('v1', 'PersistentVolumeClaim', 'spare', {
        spec: { storageClassName: 'ssd' },
        status: { phase: 'Pending' },
      }),
    ],
  ],
  [
    'a full quota that refuses nobody',
    [object('v1', 'ResourceQuota', 'small', { status: { hard: { pods: '4' }, used: { pods: '4' } } })],
  ],
  [
    'a budget that allows nobody to leave',
    [
      object('policy/v1', 'PodDisruptionBudget', 'web', {
        spec: { selector: { matchLabels: { app: 'web' } } },
        status: { disruptionsAllowed: 0 },
      }),
    ],
  ],
  ['a service for pods that come another day', [service('web-canary', { selector: { app: 'web', track: 'canary' } })]],
  ['a service without selector', [service('legacy', { selector: {} })]],
  [
    'a name for a host outside',
    [service('mail', { type: 'ExternalName', externalName: 'smtp.example.com', selector: {}, ports: [] })],
  ],
  [
    'an ingress of something long gone',
    [
      object('networking.k8s.io/v1', 'Ingress', 'old', {
        spec: { defaultBackend: { service: { name: 'gone', port: { number: 80 } } } },
      }),
    ],
  ],
  [
    'a policy beside a timeout of somebody else',
    [
      object('networking.k8s.io/v1', 'NetworkPolicy', 'deny', {
        spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] },
      }),
    ],
    noise('ERROR POST https://hooks.example.com/: i/o timeout'),
  ],
  [
    'traces that reach nobody',
    [],
    noise('ERROR traces export: Post "https://otel.vendor.example.com": context deadline exceeded', 40),
  ],
  ['clients that are turned away', [], noise('WARN 401 Unauthorized: invalid token', 40)],
  [
    'a probe that failed while it started',
    [event('Unhealthy', 'Readiness probe failed: connection refused', { kind: 'Pod', name: WEB })],
  ],
  [
    'a liveness probe that failed and recovered',
    [event('Unhealthy', 'Liveness probe failed: timeout', { kind: 'Pod', name: WEB })],
  ],
  [
    'a volume that came at the second try',
    [event('FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"', { kind: 'Pod', name: WEB })],
  ],
  [
    'a pod that is going',
    [
      pod('web', 'ccccc', {
        state: { ready: false },
        metadata: {
          name: 'web-7f9dd8b6c2-ccccc',
          deletionTimestamp: ago(0),
          ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7f9dd8b6c2', controller: true }],
        },
      }),
    ],
  ],
  [
    'a rollout of this minute',
    [
      deployment('pay', { status: { availableReplicas: 1, updatedReplicas: 1 } }),
      replicaSet('pay', 2, { created: ago(1) }),
      pod('pay', 'aaaaa'),
      pod('pay', 'bbbbb', { created: ago(1), state: { ready: false } }),
    ],
  ],
  [
    'a daemon set that belongs on no node here',
    [
      {
        ...deployment('gpu', { spec: {}, status: { desiredNumberScheduled: 0, numberAvailable: 0 } }),
        kind: 'DaemonSet',
      },
    ],
  ],
  [
    'an autoscaler of fixed size',
    [
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 2 },
        status: {
          currentReplicas: 2,
          conditions: [
            { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas', lastTransitionTime: ago(60) },
          ],
        },
      }),
    ],
  ],
  [
    'an autoscaler of something that is gone',
    [
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'old', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'old' }, maxReplicas: 2 },
        status: {
          conditions: [
            { type: 'ScalingActive', status: 'False', reason: 'FailedGetScale', lastTransitionTime: ago(60) },
          ],
        },
      }),
    ],
  ],
  [
    'a stateful set without its governing service that nobody asks for',
    [
      {
        ...deployment('db', { spec: { serviceName: 'db-headless', replicas: 1 }, status: { availableReplicas: 1 } }),
        kind: 'StatefulSet',
      },
      pod('db', 'x', {
        metadata: { name: 'db-0', ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }] },
      }),
    ],
  ],
])('%s', (_what, objects, logs = {}) => {
  const opening = runChecks(viewOf([...well, ...objects], logs)).filter(({ points }) => points >= OPENS)
  expect(opening.map(({ text }) => text)).toEqual([])
})
