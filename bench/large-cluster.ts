// A cluster of 10,000 pods and 100,000 events at the wire, in a process of its own, so that what is measured beside it is
// ours alone. Says where its kubeconfig lies, and ends with its stdin.
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { openCloud } from '../simulator/cloud.ts'
import { kubernetesApi } from '../simulator/kubernetes/api.ts'
import { writeKubeconfig } from '../simulator/kubeconfig.ts'
import { listen } from '../simulator/listen.ts'
import { emptyRecords } from '../simulator/recording.ts'
import type { KubernetesObject, Recording } from '../simulator/recording.ts'

const SIZE = { pods: 10_000, events: 100_000, nodes: 200, workloads: 500, namespaces: 25, lineBytes: 2 ** 20 }

/** One in so many is in trouble: a hundred pods that crash, and whose logs are read. */
const ILL = 100

const ORDINARY = ['Scheduled', 'Pulled', 'Created', 'Started', 'Killing', 'SuccessfulCreate']
const SPEC_FIELDS = { 'f:metadata': { 'f:labels': { 'f:app': {} } }, 'f:spec': { 'f:containers': { 'k:{}': {} } } }
const STATUS_FIELDS = { 'f:status': { 'f:conditions': { 'k:{"type":"Ready"}': {} }, 'f:containerStatuses': {} } }

/** Lists and selections that an API server of such a cluster is asked for all day. */
const ASKED_FOR = [
  'api/v1/nodes',
  'api/v1/pods',
  'api/v1/events',
  'api/v1/events?fieldSelector=type!=Normal',
  'api/v1/events?fieldSelector=type=Normal,reason=ScalingReplicaSet',
  'api/v1/events?fieldSelector=type=Normal,reason=NodeNotReady',
  'api/v1/events?fieldSelector=type=Normal,reason=JobAlreadyActive',
  'apis/apps/v1/replicasets',
  'apis/metrics.k8s.io/v1beta1/pods',
]
const WARM_ROUNDS = 4 // by then V8 has compiled what it will

if (import.meta.main) {
  const now = Date.now()
  const api = kubernetesApi(openCloud({ recording: largeCluster(now) }, Date.now))
  const listener = await listen((request, response, body) => api.handle(request, response, body))
  const kubeconfig = await writeKubeconfig(listener.url, 'token')
  for (let round = 0; round < WARM_ROUNDS; round++) {
    for (const list of ASKED_FOR) await readWhole(`${listener.url}/${list}`)
  }
  process.stdout.write(`${JSON.stringify({ kubeconfig, size: SIZE })}\n`)
  process.stdin.resume().once('close', () => {
    rmSync(dirname(kubeconfig), { recursive: true, force: true })
    process.exit(0)
  })
}

/** Plays everything into the store, and warms what answers: an API server has been at it for months. */
async function readWhole(list: string): Promise<void> {
  let next: string | undefined = ''
  while (next !== undefined) {
    const url = new URL(list)
    url.searchParams.set('limit', '500')
    url.searchParams.set('continue', next)
    const response = await fetch(url)
    const page = (await response.json()) as { metadata: { continue?: string } }
    next = page.metadata.continue || undefined
  }
}

function largeCluster(now: number): Recording {
  const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString().replace(/\.\d+/, '')
  const start = now - 86_400_000
  const range = (length: number) => Array.from({ length }, (_, i) => i)
  const workloads = range(SIZE.workloads).map(i => ({ name: `service-${i}`, namespace: `team-${i % SIZE.namespaces}` }))
  const pods = range(SIZE.pods).map(i => ({ ...at(workloads, i), pod: nameOf(i), ill: i % ILL === 0, i }))
  const node = (i: number) => `node-${i % SIZE.nodes}`

  function nameOf(i: number): string {
    return `${at(workloads, i).name}-5d4f8c7b9-${(i * 7919 + 1_000_000).toString(36).slice(-5).padStart(5, 'x')}`
  }

  function podOf({ name, namespace, pod, ill, i }: (typeof pods)[number]): KubernetesObject {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-5d4f8c7b9`, uid: `rs-${name}` }
    const running = { state: { running: { startedAt: ago(500) } }, lastState: {}, ready: true, restartCount: 0 }
    const crashing = {
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(2), startedAt: ago(3) } },
      ready: false,
      restartCount: 12,
    }
    const condition = (type: string, status = 'True') => ({ type, status, lastTransitionTime: ago(ill ? 4 : 500) })
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: pod,
        namespace,
        uid: `pod-${i}`,
        creationTimestamp: ago(500),
        generateName: `${name}-5d4f8c7b9-`,
        labels: { app: name, 'app.kubernetes.io/part-of': namespace, 'pod-template-hash': '5d4f8c7b9' },
        annotations: { 'prometheus.io/scrape': 'true', 'cni.example/addresses': `10.${i >> 8}.${i & 255}.7/32` },
        ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
        managedFields: [managed('kube-controller-manager', SPEC_FIELDS), managed('kubelet', STATUS_FIELDS)],
      },
      spec: {
        ...templateOf(name, namespace).spec,
        nodeName: node(i),
        schedulerName: 'default-scheduler',
        tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }],
      },
      status: {
        phase: 'Running',
        hostIP: '10.0.0.1',
        podIP: `10.1.${i >> 8}.${i & 255}`,
        startTime: ago(500),
        qosClass: 'Burstable',
        conditions: [
          condition('PodScheduled'),
          condition('Initialized'),
          condition('ContainersReady', ill ? 'False' : 'True'),
          condition('Ready', ill ? 'False' : 'True'),
        ],
        containerStatuses: [
          {
            name,
            image: `registry.example/${namespace}/${name}:v42`,
            imageID: `registry.example/${namespace}/${name}@sha256:${'3f'.repeat(32)}`,
            containerID: `containerd://${'a7'.repeat(32)}`,
            started: !ill,
            ...(ill ? crashing : running),
          },
        ],
      },
    }
  }

  function managed(manager: string, fields: object) {
    return { manager, operation: 'Update', apiVersion: 'v1', time: ago(500), fieldsType: 'FieldsV1', fieldsV1: fields }
  }

  function workloadOf({ name, namespace }: (typeof workloads)[number]): KubernetesObject[] {
    const replicas = SIZE.pods / SIZE.workloads
    const labels = { app: name, 'app.kubernetes.io/part-of': namespace }
    const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas, observedGeneration: 3 }
    const metadata = { name, namespace, uid: `deployment-${name}`, generation: 3, creationTimestamp: ago(5000), labels }
    const controller = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: metadata.uid, controller: true }
    const template = templateOf(name, namespace)
    return [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { ...metadata, annotations: { 'deployment.kubernetes.io/revision': '2' } },
        spec: { replicas, selector: { matchLabels: { app: name } }, template },
        status: { ...counts, updatedReplicas: replicas, conditions: [{ type: 'Available', status: 'True' }] },
      },
      ...['6c8f9d5b7', '5d4f8c7b9'].map((hash, before) => ({
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: {
          ...metadata,
          name: `${name}-${hash}`,
          uid: before === 0 ? `rs-old-${name}` : `rs-${name}`,
          creationTimestamp: ago(before === 0 ? 5000 : 500),
          labels: { ...labels, 'pod-template-hash': hash },
          annotations: { 'deployment.kubernetes.io/revision': String(before + 1) },
          ownerReferences: [controller],
        },
        spec: { replicas: before === 0 ? 0 : replicas, selector: { matchLabels: { app: name } }, template },
        status: { ...counts, replicas: before === 0 ? 0 : replicas },
      })),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace, uid: `service-${name}`, creationTimestamp: ago(5000) },
        spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
      },
    ]
  }

  function templateOf(name: string, namespace: string) {
    const env = range(12).map(i => ({ name: `SETTING_${i}`, value: `value-${i}-of-${name}` }))
    const probe = { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' }, periodSeconds: 10, failureThreshold: 3 }
    const container = {
      name,
      image: `registry.example/${namespace}/${name}:v42`,
      ports: [{ containerPort: 8080, protocol: 'TCP' }],
      env: [{ name: 'UPSTREAM', value: `http://service-1.team-1.svc.cluster.local/${name}` }, ...env],
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      livenessProbe: probe,
      readinessProbe: probe,
      volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }],
    }
    return {
      metadata: { labels: { app: name } },
      spec: { containers: [container], volumes: [{ name: 'token', projected: { defaultMode: 420 } }] },
    }
  }

  /** Nine in ten are of ordinary life; spread over the hour that an API server keeps them. */
  function eventOf(i: number): KubernetesObject {
    const { pod, namespace, i: nth } = at(pods, i % 10 === 0 ? (i / 10) * ILL : i)
    const [type, reason, message] =
      i % 10 === 0
        ? ['Warning', 'BackOff', `Back-off restarting failed container in pod ${pod}_${namespace}(pod-${nth})`]
        : ['Normal', at(ORDINARY, i), `Successfully did what ${at(ORDINARY, i)} says for ${namespace}/${pod}`]
    const last = ago((i * 60) / SIZE.events)
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${pod}.${(i * 104_729).toString(16)}`, namespace, uid: `event-${i}`, creationTimestamp: last },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name: pod, uid: `pod-${nth}`, resourceVersion: '1' },
      type,
      reason,
      message,
      count: 1 + (i % 7),
      firstTimestamp: last,
      lastTimestamp: last,
      source: { component: 'kubelet', host: node(i) },
      reportingComponent: 'kubelet',
      reportingInstance: node(i),
    }
  }

  const objects: KubernetesObject[] = [
    ...range(SIZE.nodes).map(i => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: node(i), uid: `node-${i}`, creationTimestamp: ago(9000), labels: { zone: `zone-${i % 3}` } },
      status: {
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(9000) }],
        capacity: { cpu: '32', memory: '128Gi', pods: '110' },
        allocatable: { cpu: '31', memory: '124Gi', pods: '110' },
      },
    })),
    ...workloads.flatMap(workloadOf),
    ...pods.map(podOf),
    ...range(SIZE.events).map(eventOf),
  ]
  const ill = pods.filter(each => each.ill)
  const huge = `ERROR out of reach ${'0123456789abcdef'.repeat(SIZE.lineBytes / 16)}`
  return {
    name: 'large',
    start,
    end: now + 3_600_000,
    records: {
      ...emptyRecords(),
      'kubernetes/objects': objects.map(object => ({ at: start, op: 'apply' as const, object })),
      'kubernetes/logs': ill.flatMap(({ namespace, pod }) =>
        [huge, 'ERROR cannot start: connection refused'].map((line, i) => ({
          at: now - 90_000 - 10_000 * i,
          namespace,
          pod,
          line,
        })),
      ),
      'kubernetes/metrics': pods.map(({ namespace, pod, name }) => ({
        at: now - 15_000,
        namespace,
        pod,
        container: name,
        cpu: '42m',
        memory: '100Mi',
      })),
    },
    series: [],
    dashboards: [],
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('there are none')
  return item
}
