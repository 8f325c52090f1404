// A run as numbers in Prometheus, CloudWatch, metrics.k8s.io and Sentry's performance data: the same figures in each.
import { randomOf, wobble } from '../../simulator/shop/random.ts'
import type { Recording, Series } from '../../simulator/recording.ts'
import { edgesOf, isInCluster, partNamed } from './application.ts'
import type { Part } from './application.ts'
import type { PodLife } from './pod-objects.ts'
import { MINUTE, STEP } from './propagate.ts'
import type { Run } from './propagate.ts'
import type { Scene } from './scene.ts'

const MEBIBYTE = 1024 * 1024
const STEP_SECONDS = STEP / 1000

export function seriesOf(scene: Scene, run: Run): Series[] {
  const { app, stretch, lives } = scene
  const { steps, seed } = stretch
  const series: Series[] = []
  const add = (metric: string, labels: Record<string, string>, valueAt: (step: number) => number | undefined) => {
    const points = steps.flatMap((at, i) => {
      const value = valueAt(i)
      return value === undefined ? [] : [[at, value] as const]
    })
    series.push({
      metric,
      labels,
      at: Float64Array.from(points, p => p[0]),
      values: Float64Array.from(points, p => p[1]),
    })
  }
  const measure = app.watchedBy === 'spans' ? addSpans : addMesh
  measure(scene, run, add)
  for (const life of lives) {
    const usage = usageOf(scene, run, life)
    const labels = { namespace: app.name, pod: life.name, container: life.part.name, node: life.node }
    add('container_cpu_usage_millicores', labels, i => usage(i)?.millicores)
    add('container_memory_working_set_bytes', labels, i => usage(i)?.bytes)
  }
  for (const node of app.nodes) {
    const random = randomOf(seed, `cpu of ${node}`)
    const usual = 30 + 30 * random()
    add('node_cpu_usage_percent', { node }, i => {
      const held = scene.nodeLoad.find(each => each.node === node && steps[i]! >= each.from && steps[i]! < each.until)
      return (held?.percent ?? usual) * (1 + 0.05 * wobble(random))
    })
  }
  return series
}

type Add = (metric: string, labels: Record<string, string>, valueAt: (step: number) => number | undefined) => void

/** As OpenTelemetry's collector and Tempo make them of spans. */
function addSpans({ app }: Scene, run: Run, add: Add): void {
  for (const { name } of app.parts.filter(isInCluster)) {
    const labels = { namespace: app.name, service: name }
    add('http_server_requests_per_second', labels, i => run.ofPart(name, i).rate)
    add('http_server_error_ratio', labels, i => run.ofPart(name, i).failing)
    for (const [quantile, which] of QUANTILES)
      add('http_server_request_duration_seconds', { ...labels, quantile }, i => run.ofPart(name, i)[which])
  }
  for (const edge of edgesOf(app)) {
    const labels = { client: edge.client, server: edge.server }
    const count = counter()
    const failed = counter()
    add('traces_service_graph_request_total', labels, i => count(run.ofEdge(edge, i).rate * STEP_SECONDS))
    add('traces_service_graph_request_failed_total', labels, i =>
      failed(run.ofEdge(edge, i).rate * run.ofEdge(edge, i).failing * STEP_SECONDS),
    )
    add('traces_service_graph_request_client_seconds', { ...labels, quantile: '0.5' }, i => run.ofEdge(edge, i).p50)
    if (isInCluster(partNamed(app, edge.server)))
      add(
        'traces_service_graph_request_server_seconds',
        { ...labels, quantile: '0.5' },
        i => run.ofPart(edge.server, i).p50,
      )
  }
}

/** As a mesh's proxies measure them, beside each pod. */
function addMesh({ app }: Scene, run: Run, add: Add): void {
  for (const { name } of app.parts.filter(isInCluster)) {
    const labels = { namespace: app.name, app: name }
    add('workload_success_rate_percent', labels, i => 100 * (1 - run.ofPart(name, i).failing))
    for (const [quantile, which] of QUANTILES)
      add('workload_request_duration_milliseconds', { ...labels, quantile }, i => 1000 * run.ofPart(name, i)[which])
  }
  for (const edge of edgesOf(app)) {
    const labels = {
      source_workload: edge.client,
      destination_workload: edge.server,
      source_workload_namespace: app.name,
    }
    const place = isInCluster(partNamed(app, edge.server))
      ? { ...labels, destination_workload_namespace: app.name }
      : labels
    const good = counter()
    const bad = counter()
    add('istio_requests_total', { ...place, reporter: 'source', response_code: '200' }, i => {
      const { rate, failing } = run.ofEdge(edge, i)
      return good(rate * (1 - failing) * STEP_SECONDS)
    })
    add('istio_requests_failed_total', { ...place, reporter: 'source' }, i =>
      bad(run.ofEdge(edge, i).rate * run.ofEdge(edge, i).failing * STEP_SECONDS),
    )
    add(
      'istio_request_duration_milliseconds',
      { ...place, reporter: 'source', quantile: '0.5' },
      i => 1000 * run.ofEdge(edge, i).p50,
    )
    if (isInCluster(partNamed(app, edge.server)))
      add(
        'istio_request_duration_milliseconds',
        { ...place, reporter: 'destination', quantile: '0.5' },
        i => 1000 * run.ofPart(edge.server, i).p50,
      )
  }
}

const QUANTILES = [
  ['0.5', 'p50'],
  ['0.95', 'p95'],
  ['0.99', 'p99'],
] as const

function counter(): (more: number) => number {
  let total = 50_000
  return more => (total += Math.round(more))
}

/** A pod's share of what its part does, and what a fault does to it; undefined while it is not there. */
function usageOf({ stretch, lives, usage }: Scene, run: Run, { part, name, from, until }: PodLife) {
  const random = randomOf(stretch.seed, `usage of ${name}`)
  const noise = stretch.steps.map(() => wobble(random))
  const own = usage.filter(each => each.pod === name)
  const usual = part.lines[0] === '' ? 0 : 60 + 90 * random()
  return (i: number): { millicores: number; bytes: number } | undefined => {
    const at = stretch.steps[i]!
    if (at < from || at >= until) return undefined
    const load = run.loadOf(part.name, i)
    const now = own.filter(each => at >= each.from && at < each.until)
    const cpu = now.reduce((factor, each) => factor * (each.cpu ?? 1), load)
    const memory = now.reduce((factor, each) => factor * (each.memory?.(at) ?? 1), 1)
    const siblings = lives.filter(life => life.part === part && life.from <= at && at < life.until).length
    const share = part.replicas / Math.max(1, siblings)
    return {
      millicores: Math.max(1, usual * cpu * Math.min(2, share) * (1 + 0.08 * noise[i]!)),
      bytes: part.memoryMebibytes * MEBIBYTE * memory * (1 + 0.02 * noise[i]!),
    }
  }
}

/** metrics.k8s.io, each minute. */
export function resourceMetrics(scene: Scene, run: Run): Recording['records']['kubernetes/metrics'] {
  const { app, lives, stretch } = scene
  return lives.flatMap(life => {
    const usage = usageOf(scene, run, life)
    return stretch.steps.flatMap((at, i) => {
      const now = at % MINUTE === 0 ? usage(i) : undefined
      if (!now) return []
      const [cpu, memory] = [`${Math.round(now.millicores)}m`, `${Math.round(now.bytes / MEBIBYTE)}Mi`]
      return [{ at, namespace: app.name, pod: life.name, container: life.part.name, cpu, memory }]
    })
  })
}

/** Of what the cloud provider runs: load balancers before the entrances, databases, queues; each minute. */
export function cloudwatchMetrics(scene: Scene, run: Run): Recording['records']['cloudwatch/metrics'] {
  const { app, stretch, databaseLoad } = scene
  const records: Recording['records']['cloudwatch/metrics'] = []
  const random = randomOf(stretch.seed, `cloud of ${app.name}`)
  for (const [i, at] of stretch.steps.entries()) {
    if (at % MINUTE !== 0) continue
    for (const part of app.parts) {
      const dimensions = dimensionsOf(app.name, part)
      if (!dimensions) continue
      const point = (metric: string, unit: string, values: Record<string, number>) => {
        const namespace = NAMESPACES[part.kind as keyof typeof NAMESPACES]
        records.push({ at, namespace, metric, dimensions, unit, period: 60, values })
      }
      const { rate, failing, p50, p95, p99 } = run.ofPart(part.name, i)
      if (part.customers > 0) {
        point('RequestCount', 'Count', { Sum: Math.round(rate * 60) })
        point('HTTPCode_Target_5XX_Count', 'Count', { Sum: Math.round(rate * 60 * failing) })
        point('TargetResponseTime', 'Seconds', {
          Average: p50 * 1.2,
          p50,
          p95,
          p99,
          SampleCount: Math.round(rate * 60),
        })
      } else if (part.kind === 'managed') {
        const held = databaseLoad.find(each => each.name === part.name && at >= each.from && at < each.until)
        const cpu = (held?.percent ?? 24) * (1 + (held ? 0.02 : 0.1) * wobble(random))
        point('CPUUtilization', 'Percent', { Average: cpu, Maximum: Math.min(100, cpu * 1.05) })
        point('ReadLatency', 'Seconds', { Average: p50 / 3 })
        point('DatabaseConnections', 'Count', { Average: Math.round(40 + Math.min(300, 40 * rate * p50)) })
      } else {
        const { ageSeconds, received, sent } = run.ofQueue(part.name, i)
        point('ApproximateAgeOfOldestMessage', 'Seconds', { Maximum: Math.round(ageSeconds) })
        point('NumberOfMessagesReceived', 'Count', { Sum: Math.round(received * 60) })
        point('NumberOfMessagesSent', 'Count', { Sum: Math.round(sent * 60) })
      }
    }
  }
  return records
}

const NAMESPACES = {
  Deployment: 'AWS/ApplicationELB',
  StatefulSet: 'AWS/ApplicationELB',
  managed: 'AWS/RDS',
  queue: 'AWS/SQS',
} as const

/** Undefined for what the provider does not see. */
export function dimensionsOf(app: string, { name, kind, customers }: Part): Record<string, string> | undefined {
  if (customers > 0)
    return { LoadBalancer: `app/${app}/50dc6c495c0c9188`, TargetGroup: `targetgroup/${name}/73e2d6bc24d8a067` }
  if (kind === 'managed') return { DBInstanceIdentifier: name }
  return kind === 'queue' ? { QueueName: name } : undefined
}

/** Sentry's, each minute, in ms. */
export function performance({ app, stretch }: Scene, run: Run): Recording['records']['sentry/performance'] {
  return stretch.steps.flatMap((at, i) =>
    at % MINUTE !== 0
      ? []
      : app.parts
          .filter(({ kind }) => kind === 'Deployment')
          .map(({ name }) => {
            const { rate, failing, p50, p95 } = run.ofPart(name, i)
            return {
              at,
              project: name,
              transaction: `/${name}`,
              p50: p50 * 1000,
              p95: p95 * 1000,
              count: Math.round(rate * 60),
              failureRate: failing,
            }
          }),
  )
}
