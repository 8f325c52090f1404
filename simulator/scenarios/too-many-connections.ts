// Someone scales orders from 3 to 24: its pools take the database's connections, and three other services get none.
import type { KubernetesObject, Millis } from '../recording.ts'
import { connectionsAlarm, firesAfter, serverErrorsAlarm } from '../shop/alarms.ts'
import { foundedAt, inOrder, podLife, revisionsOf, tellChapter, usualPods } from '../shop/chapter.ts'
import { event } from '../shop/event-object.ts'
import { apply, type ObjectRecord } from '../shop/object-parts.ts'
import { pod } from '../shop/pod-object.ts'
import { databaseLine } from '../shop/log-lines.ts'
import { issueEvents } from '../shop/sentry-account.ts'
import { connectionLimit, database, namespace, serviceNamed, type ServiceName } from '../shop/services.ts'
import { clockwork, stepMillis, type Clockwork, type Disturbance, type PodLife } from '../shop/story-line.ts'
import { endpoints } from '../shop/surroundings.ts'
import { deployment, replicaSet } from '../shop/workload-objects.ts'
import type { Scenario } from '../story.ts'

const orders = serviceNamed('orders')
const scaledTo = 24
/** Twice the usual number still fits beside the others' pools. */
const bearable = 6
const victims: { name: ServiceName; errorPercent: number; latencyFactor: number; connections: number }[] = [
  { name: 'payments', errorPercent: 22, latencyFactor: 8, connections: 11 },
  { name: 'catalogue', errorPercent: 14, latencyFactor: 9, connections: 13 },
  { name: 'cart', errorPercent: 17, latencyFactor: 6, connections: 12 },
]
/** From created to ready. */
const startMillis = 6_000
const refusal = 'FATAL: sorry, too many clients already'

export const tooManyConnections: Scenario = {
  name: 'too-many-connections',
  description: `Orders, scaled from ${orders.replicas} to ${scaledTo}, exhausts the database connections of three others; scaling it back cures it.`,
  tell(now, seed) {
    const clock = clockwork(now, seed)
    const scaledAt = clock.now + stepMillis
    const onset = scaledAt + stepMillis
    const spikeAt = clock.now - 22 * 60_000
    const noise: Disturbance = { service: 'cart', from: spikeAt, until: spikeAt, latencyFactor: 3 }
    const fresh = freshPods(clock, scaledAt)
    const taken = victims.reduce((sum, victim) => sum + victim.connections, 0)

    const recording = tellChapter('too-many-connections', clock, {
      pods: fresh,
      disturbances: [
        noise,
        { service: 'orders', from: onset, connections: connectionLimit - taken },
        ...victims.flatMap(({ name, errorPercent, latencyFactor, connections }): Disturbance[] => [
          { service: name, from: onset, errorPercent, latencyFactor, connections },
          { service: database, client: name, from: onset, errorPercent, latencyFactor: 60 },
        ]),
        { service: 'checkout', from: onset, errorPercent: 15, latencyFactor: 3 },
        { service: 'frontend', from: onset + stepMillis, errorPercent: 12, latencyFactor: 3.5 },
      ],
      complaints: victims.map(({ name }) => ({
        service: name,
        from: onset,
        everySeconds: 5,
        lines: [`ERROR database connection failed: ${refusal}`, 'WARN no database connection free after 2000 ms'],
      })),
      alarms: [connectionsAlarm(firesAfter(onset)), serverErrorsAlarm('frontend', firesAfter(onset))],
      alerts: victims.map(({ name }) => ({ service: name, fires: firesAfter(onset) + stepMillis })),
    })
    const { records } = recording
    records['kubernetes/objects'].push(...scaling(clock, scaledAt, fresh))
    records['grafana/annotations'].push({
      at: scaledAt,
      text: `Mara scaled orders to ${scaledTo} for tonight's campaign`,
      tags: ['scale', 'service:orders'],
    })
    for (const { name } of fresh)
      records['kubernetes/logs'].push({
        at: scaledAt + startMillis,
        namespace,
        pod: name,
        container: 'orders',
        line: `INFO orders ${orders.version} started, pool of ${orders.connections} database connections opened`,
      })
    for (const [i] of fresh.entries())
      records['cloudwatch/logs'].push(
        databaseLine(scaledAt + startMillis + i * 150, 'LOG:  connection authorized: user=orders database=shop'),
      )
    for (let at = onset; at <= clock.end; at += 2_500) records['cloudwatch/logs'].push(databaseLine(at, refusal))
    for (const [i, { name }] of victims.entries()) {
      const service = serviceNamed(name)
      records['sentry/events'].push(
        ...issueEvents(clock, {
          id: String(5301 + i),
          service,
          release: `${name}@${service.version}`,
          title: `OperationalError: ${refusal}`,
          culprit: 'connect(database)',
          from: onset,
          everySeconds: 4,
        }),
      )
    }

    const well = tellChapter('too-many-connections', clock, {
      disturbances: [noise],
      alarms: [connectionsAlarm(), serverErrorsAlarm('frontend')],
      alerts: victims.map(({ name }) => ({ service: name })),
    })
    return { recording: inOrder(recording), afterCure: inOrder(well), isCured }
  },
}

function isCured({ kind, metadata, spec }: KubernetesObject & { spec?: { replicas?: number } }): boolean {
  const isOrders = kind === 'Deployment' && metadata.name === 'orders' && metadata.namespace === namespace
  return isOrders && (spec?.replicas ?? 1) <= bearable
}

function freshPods(clock: Clockwork, at: Millis): PodLife[] {
  const { current } = revisionsOf(orders, clock)
  const count = scaledTo - orders.replicas
  return Array.from({ length: count }, (_, i) => podLife(orders, current, orders.replicas + i, at, clock))
}

function scaling(clock: Clockwork, at: Millis, fresh: PodLife[]): ObjectRecord[] {
  const { current } = revisionsOf(orders, clock)
  const readyAt = at + startMillis
  const state = { replicas: scaledTo, updated: scaledTo, generation: 3 }
  const growing = deployment(orders, current, { ...state, ready: orders.replicas, since: at })
  const set = replicaSet(orders, current, scaledTo, orders.replicas)
  const all = [...usualPods(clock).filter(life => life.service === 'orders'), ...fresh]
  const message = `Scaled up replica set orders-${current.hash} to ${scaledTo} from ${orders.replicas}`
  const objects = [
    apply(at, growing),
    apply(at, set),
    event(at, growing, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller' }),
    apply(readyAt, deployment(orders, current, { ...state, ready: scaledTo, since: readyAt })),
    apply(readyAt, replicaSet(orders, current, scaledTo)),
    apply(readyAt, endpoints(orders, all, foundedAt(clock))),
  ]
  for (const life of fresh) {
    const created = pod(orders, life, { phase: 'creating', since: at })
    objects.push(
      apply(at, created),
      event(at, set, {
        reason: 'SuccessfulCreate',
        message: `Created pod: ${life.name}`,
        component: 'replicaset-controller',
      }),
      event(at, created, {
        reason: 'Scheduled',
        message: `Successfully assigned ${namespace}/${life.name} to ${life.node}`,
        component: 'default-scheduler',
      }),
      apply(readyAt, pod(orders, life, { phase: 'ready', since: readyAt })),
      event(readyAt, created, { reason: 'Started', message: 'Started container orders', component: 'kubelet' }),
    )
  }
  return objects
}
