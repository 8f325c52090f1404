// Puts a chapter together: the shop's usual life over the whole stretch, bent by what a scenario says, as one recording.
import { emptyRecords, type Millis, type RecordKind, type Recording } from '../recording.ts'
import { alarmRecords, alertRecords, type Alarm, type Alert } from './alarms.ts'
import { batchJobs } from './batch.ts'
import { apply, uidOf, type ObjectRecord } from './object-parts.ts'
import { pod } from './pod-object.ts'
import { endpoints, namespaceObject, nodeObject, serviceObject } from './surroundings.ts'
import { deployment, replicaSet, type Revision } from './workload-objects.ts'
import { dashboards } from './dashboards.ts'
import { figuresOf } from './figures.ts'
import { databaseLogs, gatewayLogs, podLogs } from './log-lines.ts'
import { nameSuffix, randomOf, templateHash } from './random.ts'
import { currentReleases, oldIssues } from './sentry-account.ts'
import { nodes, services, type Service } from './services.ts'
import type { Clockwork, Complaint, Disturbance, NodeLoad, PodLife } from './story-line.ts'
import { cloudwatchMetrics, performanceRecords, prometheusSeries, resourceMetrics } from './telemetry.ts'

const day = 86_400_000

export type Chapter = {
  /** Pods beyond the usual ones, and usual ones that end before the stretch does (same name). */
  pods?: PodLife[]
  disturbances?: Disturbance[]
  complaints?: Complaint[]
  alarms?: Alarm[]
  alerts?: Alert[]
  batchFailsOnce?: Millis
  nodeLoads?: NodeLoad[]
}

/** Without extras, a shop on a good day. Scenarios add what only they have, then call `inOrder`. */
export function tellChapter(name: string, clock: Clockwork, chapter: Chapter): Recording {
  const { disturbances = [], complaints = [], alarms = [], alerts = [], nodeLoads = [] } = chapter
  const special = chapter.pods ?? []
  const pods = [...usualPods(clock).filter(usual => !special.some(each => each.name === usual.name)), ...special]
  const figures = figuresOf(clock, disturbances)
  const batch = batchJobs(clock, chapter.batchFailsOnce)
  return {
    name,
    start: clock.start,
    end: clock.end,
    records: {
      ...emptyRecords(),
      'kubernetes/objects': [...usualObjects(clock), ...batch.objects],
      'kubernetes/logs': [...podLogs(clock, pods, complaints), ...batch.logs],
      'kubernetes/metrics': resourceMetrics(clock, figures, pods, nodeLoads),
      'sentry/events': oldIssues(clock),
      'sentry/releases': currentReleases(clock),
      'sentry/performance': performanceRecords(clock, figures),
      'cloudwatch/metrics': cloudwatchMetrics(clock, figures, disturbances),
      'cloudwatch/alarms': alarmRecords(clock, alarms),
      'cloudwatch/logs': [...gatewayLogs(clock, figures), ...databaseLogs(clock)],
      'grafana/alerts': alertRecords(clock, alerts),
    },
    series: prometheusSeries(clock, figures, pods, disturbances, nodeLoads),
    dashboards,
  }
}

export function inOrder(recording: Recording): Recording {
  for (const kind of Object.keys(recording.records) as RecordKind[]) recording.records[kind].sort((a, b) => a.at - b.at)
  return recording
}

/** What a service runs before the story begins, and what it ran before that. */
export function revisionsOf(service: Service, clock: Clockwork): { previous: Revision; current: Revision } {
  const { start } = clock
  const [major = 'v1', minor = '1'] = service.version.split('.')
  const before = `${major}.${Number(minor) - 1}`
  return {
    previous: revision(service, 1, before, start - 20 * day, clock),
    current: revision(service, 2, service.version, start - 3 * day, clock),
  }
}

export function revision(
  service: Service,
  number: number,
  version: string,
  createdAt: Millis,
  clock: Clockwork,
): Revision {
  const hash = templateHash(randomOf(clock.seed, `template of ${service.name} ${version}`))
  return { number, version, hash, createdAt, workloadCreatedAt: foundedAt(clock), cause: `release ${version}` }
}

/** When the shop was set up: older than all it runs today. */
export function foundedAt({ start }: Clockwork): Millis {
  return start - 200 * day
}

export function usualPods(clock: Clockwork): PodLife[] {
  return services.flatMap(service => {
    const { current } = revisionsOf(service, clock)
    const from = clock.start - 2 * day
    return Array.from({ length: service.replicas }, (_, i) => podLife(service, current, i, from, clock))
  })
}

/** The `i`th pod of a template: its name, place and address follow from that. */
export function podLife(service: Service, of: Revision, i: number, from: Millis, clock: Clockwork): PodLife {
  const random = randomOf(clock.seed, `pod ${i} of ${service.name} ${of.version}`)
  const name = `${service.name}-${of.hash}-${nameSuffix(random)}`
  const place = (i + services.indexOf(service)) % nodes.length
  const number = 10 + services.indexOf(service) * 30 + (of.number % 3) * 8 + i
  return {
    service: service.name,
    name,
    uid: uidOf('Pod', name),
    ip: `10.244.${place}.${number}`,
    node: nodes[place] ?? nodes[0],
    hash: of.hash,
    version: of.version,
    ...(of.settings !== undefined && { settings: of.settings }),
    from,
    until: clock.end,
  }
}

/** All that stands before the story begins, each recorded when it does. */
function usualObjects(clock: Clockwork): ObjectRecord[] {
  const { start } = clock
  const longAgo = foundedAt(clock)
  const objects = [namespaceObject(longAgo), ...nodes.map(name => nodeObject(name, longAgo))]
  for (const service of services.filter(each => each.replicas > 0)) {
    const { previous, current } = revisionsOf(service, clock)
    const pods = usualPods(clock).filter(each => each.service === service.name)
    const { replicas } = service
    const state = { replicas, ready: replicas, updated: replicas, generation: 2, since: current.createdAt }
    objects.push(
      deployment(service, current, state),
      replicaSet(service, previous, 0),
      replicaSet(service, current, replicas),
    )
    for (const life of pods) objects.push(pod(service, life, { phase: 'ready', since: life.from }))
    objects.push(serviceObject(service, longAgo), endpoints(service, pods, longAgo))
  }
  return objects.map(object => apply(start, object))
}
