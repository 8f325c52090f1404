// Someone scales the workers of a nightly report from 1 to 8: they all land on one node, take its cpu, and whatever else runs there is slow.
import type { KubernetesObject, Millis } from '../recording.ts'
import { firesAfter, slowResponsesAlarm } from '../shop/alarms.ts'
import { foundedAt, inOrder, tellChapter, usualPods } from '../shop/chapter.ts'
import { event } from '../shop/event-object.ts'
import { apply, uidOf, type ObjectRecord } from '../shop/object-parts.ts'
import { pod } from '../shop/pod-object.ts'
import { nameSuffix, randomOf, templateHash } from '../shop/random.ts'
import { namespace, serviceNamed, services, type Workload } from '../shop/services.ts'
import {
  clockwork,
  stepMillis,
  type Clockwork,
  type Complaint,
  type Disturbance,
  type PodLife,
} from '../shop/story-line.ts'
import { deployment, replicaSet, type Revision } from '../shop/workload-objects.ts'
import type { Scenario } from '../story.ts'

const reports: Workload = { ...serviceNamed('orders'), name: 'reports', version: 'v1.9', replicas: 1, calls: {} }
const scaledTo = 8
/** So many find room beside what is there. */
const bearable = 2
const fullNode = 'node-2'
/** From created to ready. */
const startMillis = 6_000

export const batchFillsNode: Scenario = {
  name: 'batch-fills-node',
  description: `Workers of a report, scaled from ${reports.replicas} to ${scaledTo}, fill ${fullNode}; scaling them back cures it.`,
  tell(now, seed) {
    const clock = clockwork(now, seed)
    const scaledAt = clock.now + stepMillis
    const onset = scaledAt + stepMillis
    const spikeAt = clock.now - 21 * 60_000
    const noise: Disturbance = { service: 'catalogue', from: spikeAt, until: spikeAt, latencyFactor: 3 }
    const [worker, ...fresh] = workersOf(clock, scaledAt)
    if (!worker) throw new Error('expected reports to have a worker')

    const recording = tellChapter('batch-fills-node', clock, {
      pods: [worker, ...fresh],
      nodeLoads: [{ node: fullNode, from: onset, cpuPercent: 99 }],
      disturbances: [noise, ...starved(clock, onset)],
      complaints: slowed(onset),
      alarms: [slowResponsesAlarm('frontend', firesAfter(onset))],
      alerts: [{ service: 'frontend' }],
    })
    const { records } = recording
    records['kubernetes/objects'].push(...beforehand(clock, worker), ...scaling(clock, scaledAt, fresh))
    records['grafana/annotations'].push({
      at: scaledAt,
      text: `Ines scaled reports to ${scaledTo}: the quarter closes tonight`,
      tags: ['scale', 'service:reports'],
    })
    for (const { name } of fresh)
      for (let at = scaledAt + startMillis, chunk = 1; at < clock.end; at += 40_000, chunk++)
        records['kubernetes/logs'].push({
          at,
          namespace,
          pod: name,
          container: 'reports',
          line: `INFO chunk ${chunk} of the quarter aggregated`,
        })

    const well = tellChapter('batch-fills-node', clock, {
      pods: [worker],
      disturbances: [noise],
      alarms: [slowResponsesAlarm('frontend')],
      alerts: [{ service: 'frontend' }],
    })
    return { recording: inOrder(recording), afterCure: inOrder(well), isCured }
  },
}

function isCured({ kind, metadata, spec }: KubernetesObject & { spec?: { replicas?: number } }): boolean {
  const isReports = kind === 'Deployment' && metadata.name === 'reports' && metadata.namespace === namespace
  return isReports && (spec?.replicas ?? 1) <= bearable
}

/** Whoever has a pod there waits for its turn: the more of its pods, the slower the service. */
function starved(clock: Clockwork, from: Millis): Disturbance[] {
  const pods = usualPods(clock)
  return services
    .filter(({ replicas }) => replicas > 0)
    .map(({ name, replicas }) => {
      const there = pods.filter(life => life.service === name && life.node === fullNode).length
      return { service: name, from, latencyFactor: 1 + (12 * there) / replicas }
    })
}

function slowed(from: Millis): Complaint[] {
  const lines = ['WARN request took # ms, 10 times the usual', 'WARN event loop was late by # ms'] as const
  return (['frontend', 'cart', 'checkout'] as const).map(service => ({ service, from, everySeconds: 9, lines }))
}

function revisionOf(clock: Clockwork): Revision {
  const hash = templateHash(randomOf(clock.seed, 'template of reports'))
  const createdAt = clock.start - 6 * 86_400_000
  return { number: 2, version: reports.version, hash, createdAt, workloadCreatedAt: foundedAt(clock), cause: 'release' }
}

function workersOf(clock: Clockwork, at: Millis): PodLife[] {
  const { hash, version } = revisionOf(clock)
  return Array.from({ length: scaledTo }, (_, i) => {
    const name = `reports-${hash}-${nameSuffix(randomOf(clock.seed, `worker ${i} of reports`))}`
    const from = i === 0 ? clock.start - 86_400_000 : at
    return {
      service: 'reports',
      name,
      uid: uidOf('Pod', name),
      ip: `10.244.1.${240 + i}`,
      node: fullNode,
      hash,
      version,
      from,
      until: clock.end,
      cpuMillicores: i === 0 ? 120 : 480,
    }
  })
}

function beforehand(clock: Clockwork, worker: PodLife): ObjectRecord[] {
  const revision = revisionOf(clock)
  const state = { replicas: 1, ready: 1, updated: 1, generation: 2, since: revision.createdAt }
  return [
    deployment(reports, revision, state),
    replicaSet(reports, revision, 1),
    pod(reports, worker, { phase: 'ready', since: worker.from }),
  ].map(object => apply(clock.start, object))
}

function scaling(clock: Clockwork, at: Millis, fresh: PodLife[]): ObjectRecord[] {
  const revision = revisionOf(clock)
  const readyAt = at + startMillis
  const state = { replicas: scaledTo, updated: scaledTo, generation: 3 }
  const growing = deployment(reports, revision, { ...state, ready: 1, since: at })
  const set = replicaSet(reports, revision, scaledTo, 1)
  const message = `Scaled up replica set reports-${revision.hash} to ${scaledTo} from 1`
  return [
    apply(at, growing),
    apply(at, set),
    event(at, growing, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller' }),
    ...fresh.flatMap(life => {
      const created = pod(reports, life, { phase: 'creating', since: at })
      const scheduled = `Successfully assigned ${namespace}/${life.name} to ${life.node}`
      return [
        apply(at, created),
        event(at, created, { reason: 'Scheduled', message: scheduled, component: 'default-scheduler' }),
        apply(readyAt, pod(reports, life, { phase: 'ready', since: readyAt })),
      ]
    }),
    apply(readyAt, deployment(reports, revision, { ...state, ready: scaledTo, since: readyAt })),
    apply(readyAt, replicaSet(reports, revision, scaledTo)),
  ]
}
