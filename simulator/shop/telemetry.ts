// Figures and pods as numbers in Prometheus, CloudWatch, metrics.k8s.io and Sentry's performance data.
import type { Millis, RecordOf, Series } from '../recording.ts'
import { edges, type ShopFigures } from './figures.ts'
import { randomOf, wobble } from './random.ts'
import {
  connectionLimit,
  database,
  namespace,
  nodeCpuPercent,
  nodes,
  services,
  serviceNamed,
  type ServiceName,
} from './services.ts'
import { plays, stepMillis, type Clockwork, type Disturbance, type NodeLoad, type PodLife } from './story-line.ts'

const mebibyte = 1024 * 1024
const stepSeconds = stepMillis / 1000
const inCluster = services.filter(service => service.replicas > 0)

export function prometheusSeries(
  clock: Clockwork,
  figures: ShopFigures,
  pods: PodLife[],
  disturbances: Disturbance[],
  nodeLoads: NodeLoad[],
): Series[] {
  const { steps, seed } = clock
  const series: Series[] = []
  const add = (metric: string, labels: Record<string, string>, valueAt: (step: number) => number | undefined) => {
    const points = steps
      .map((at, i) => [at, valueAt(i)] as const)
      .filter((point): point is [number, number] => point[1] !== undefined)
    series.push({
      metric,
      labels,
      at: Float64Array.from(points, p => p[0]),
      values: Float64Array.from(points, p => p[1]),
    })
  }

  for (const { name } of inCluster) {
    const labels = { namespace, service: name }
    add('service_requests_per_second', labels, i => figures.ofService(name, i).rate)
    add('service_error_ratio_percent', labels, i => figures.ofService(name, i).errorPercent)
    add('service_latency_seconds', { ...labels, quantile: '0.5' }, i => figures.ofService(name, i).p50Seconds)
    add('service_latency_seconds', { ...labels, quantile: '0.95' }, i => figures.ofService(name, i).p95Seconds)
    add('service_latency_seconds', { ...labels, quantile: '0.99' }, i => figures.ofService(name, i).p99Seconds)
  }
  for (const edge of edges) {
    const labels = { ...edge }
    let total = 100_000
    let failed = 1_000
    add(
      'traces_service_graph_request_total',
      labels,
      i => (total += Math.round(figures.ofEdge(edge, i).rate * stepSeconds)),
    )
    add('traces_service_graph_request_failed_total', labels, i => {
      const { rate, errorPercent } = figures.ofEdge(edge, i)
      return (failed += Math.round((rate * stepSeconds * errorPercent) / 100))
    })
    add(
      'traces_service_graph_request_client_seconds',
      { ...labels, quantile: '0.5' },
      i => figures.ofEdge(edge, i).p50Seconds,
    )
    add(
      'traces_service_graph_request_server_seconds',
      { ...labels, quantile: '0.5' },
      i => figures.ofService(edge.server, i).p50Seconds,
    )
  }
  for (const pod of pods) {
    const usage = podUsage(clock, figures, pods, pod)
    const labels = { namespace, pod: pod.name, container: pod.service, node: pod.node }
    add('pod_cpu_usage_millicores', labels, i => usage(i)?.cpuMillicores)
    add('container_memory_usage_bytes', labels, i => usage(i)?.memoryBytes)
  }
  for (const node of nodes) {
    const random = randomOf(seed, `cpu of ${node}`)
    add('node_cpu_usage_percent', { node }, i => nodeCpu(node, steps[i] ?? 0, nodeLoads, random))
  }
  for (const { name, connections } of inCluster)
    if (connections > 0)
      add('database_connections', { database, service: name }, i =>
        Math.round(connectionsOf(clock, name, disturbances, i)),
      )
  add('database_connections_limit', { database }, () => connectionLimit)
  return series
}

/** Percentiles and means of 10 s each, as an application load balancer and a managed database report them. */
export function cloudwatchMetrics(
  clock: Clockwork,
  figures: ShopFigures,
  disturbances: Disturbance[],
): RecordOf['cloudwatch/metrics'][] {
  const records: RecordOf['cloudwatch/metrics'][] = []
  const random = randomOf(clock.seed, 'cpu of the database')
  for (const [i, at] of clock.steps.entries()) {
    for (const [name, dimensions] of Object.entries(targetGroups)) {
      const { rate, errorPercent, p50Seconds, p95Seconds, p99Seconds } = figures.ofService(name as ServiceName, i)
      const requests = Math.round(rate * stepSeconds)
      const failed = Math.round((requests * errorPercent) / 100)
      const point = (metric: string, unit: string, values: Record<string, number>) =>
        records.push({ at, namespace: 'AWS/ApplicationELB', metric, dimensions, unit, period: stepSeconds, values })
      point('RequestCount', 'Count', { Sum: requests })
      point('HTTPCode_Target_5XX_Count', 'Count', { Sum: failed })
      const latency = {
        Average: p50Seconds * 1.2,
        p50: p50Seconds,
        p95: p95Seconds,
        p99: p99Seconds,
        SampleCount: requests,
      }
      point('TargetResponseTime', 'Seconds', latency)
    }
    const open = inCluster.reduce((sum, { name }) => sum + Math.round(connectionsOf(clock, name, disturbances, i)), 0)
    const dimensions = { DBInstanceIdentifier: database }
    const point = (metric: string, unit: string, value: number) =>
      records.push({
        at,
        namespace: 'AWS/RDS',
        metric,
        dimensions,
        unit,
        period: stepSeconds,
        values: { Average: value, Maximum: value },
      })
    point('DatabaseConnections', 'Count', open)
    point('CPUUtilization', 'Percent', 22 * (1 + 0.1 * wobble(random)))
  }
  return records
}

export const targetGroups: Partial<Record<ServiceName, Record<string, string>>> = {
  frontend: { LoadBalancer: 'app/shop/50dc6c495c0c9188', TargetGroup: 'targetgroup/frontend/943f017f100becff' },
  checkout: { LoadBalancer: 'app/shop/50dc6c495c0c9188', TargetGroup: 'targetgroup/checkout/73e2d6bc24d8a067' },
}

/** metrics.k8s.io looks at each pod and node every 30 s. */
export function resourceMetrics(
  clock: Clockwork,
  figures: ShopFigures,
  pods: PodLife[],
  nodeLoads: NodeLoad[],
): RecordOf['kubernetes/metrics'][] {
  const records: RecordOf['kubernetes/metrics'][] = []
  const usages = pods.map(pod => ({ pod, usage: podUsage(clock, figures, pods, pod) }))
  const random = randomOf(clock.seed, 'metrics of nodes')
  for (const [i, at] of clock.steps.entries()) {
    for (const { pod, usage } of usages) {
      const now = usage(i)
      if (!now || i % 3 !== 0) continue
      const cpu = `${Math.round(now.cpuMillicores)}m`
      const memory = `${Math.round(now.memoryBytes / mebibyte)}Mi`
      records.push({ at, namespace, pod: pod.name, container: pod.service, cpu, memory })
    }
    if (i % 3 !== 0) continue
    for (const node of nodes) {
      const cores = (4 * nodeCpu(node, at, nodeLoads, random)) / 100
      records.push({ at, node, cpu: `${Math.round(cores * 1000)}m`, memory: '6400Mi' })
    }
  }
  return records
}

/** In percent. A full node wobbles less: there is nothing left to take. */
function nodeCpu(node: (typeof nodes)[number], at: Millis, loads: NodeLoad[], random: () => number): number {
  const held = loads.find(load => load.node === node && plays(load, at))
  return held ? held.cpuPercent * (1 + 0.005 * wobble(random)) : nodeCpuPercent[node] * (1 + 0.06 * wobble(random))
}

/** Once a minute and transaction, in ms as Sentry counts. */
export function performanceRecords(clock: Clockwork, figures: ShopFigures): RecordOf['sentry/performance'][] {
  const records: RecordOf['sentry/performance'][] = []
  for (const [i, at] of clock.steps.entries()) {
    if (at % 60_000 !== 0) continue
    for (const { name, transaction } of inCluster) {
      const { rate, errorPercent, p50Seconds, p95Seconds } = figures.ofService(name, i)
      const count = Math.round(rate * 60)
      const [p50, p95] = [p50Seconds * 1000, p95Seconds * 1000]
      records.push({ at, project: name, transaction, p50, p95, count, failureRate: errorPercent / 100 })
    }
  }
  return records
}

/**
 * A pod needs what its share of the service's requests needs; undefined while it is not there.
 * Fewer than usual get no larger share: whom a controller makes instead is not told here.
 */
function podUsage({ steps, seed }: Clockwork, figures: ShopFigures, pods: PodLife[], pod: PodLife) {
  const random = randomOf(seed, `usage of ${pod.name}`)
  const noise = steps.map(() => wobble(random))
  const service = inCluster.find(each => each.name === pod.service)
  const sharing = pods.filter(each => each.service === pod.service && !each.crashing)
  return (i: number): { cpuMillicores: number; memoryBytes: number } | undefined => {
    const at = steps[i] ?? 0
    if (!plays(pod, at)) return undefined
    const roughly = 1 + 0.08 * (noise[i] ?? 0)
    if (pod.cpuMillicores !== undefined)
      return { cpuMillicores: pod.cpuMillicores * roughly, memoryBytes: 160 * mebibyte * roughly }
    if (!service || pod.crashing) return { cpuMillicores: 15 * roughly, memoryBytes: 48 * mebibyte * roughly }
    const share = service.replicas / Math.max(service.replicas, sharing.filter(each => plays(each, at)).length)
    const load = (figures.ofService(service.name, i).rate / figures.ofService(service.name, 0).rate) * share
    const mebibytes = pod.memoryMebibytesAt?.(at) ?? service.memoryMebibytes
    const memoryBytes = mebibytes * mebibyte * (1 + 0.02 * (noise[i] ?? 0))
    return { cpuMillicores: service.cpuMillicores * load * roughly, memoryBytes }
  }
}

function connectionsOf({ steps }: Clockwork, name: ServiceName, disturbances: Disturbance[], i: number): number {
  const { connections, replicas } = serviceNamed(name)
  if (connections === 0) return 0
  const bent = disturbances.findLast(
    each => each.service === name && each.connections !== undefined && plays(each, steps[i] ?? 0),
  )
  // A pool keeps about half of its connections open when there is little to do.
  return bent?.connections ?? (connections * replicas) / 2 + ((i * 7 + name.length) % 3)
}
