import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { openCloud } from '../cloud.ts'
import type { KubernetesObject, Recording } from '../recording.ts'
import type { Story } from '../story.ts'
import { scenarioNamed, scenarios } from './index.ts'

const now = Date.parse('2026-03-01T12:00:03Z')
const minute = 60_000
const stories = new Map(scenarios.map(scenario => [scenario.name, scenario.tell(now, 1)]))

function story(name: string): Story {
  const found = stories.get(name)
  if (!found) throw new Error(`expected a scenario, got ${name}`)
  return found
}

/** The objects of a recording as they stand at `at`, by kind/name. */
function objectsAt(recording: Recording, at: number): Map<string, KubernetesObject> {
  const objects = new Map<string, KubernetesObject>()
  for (const record of recording.records['kubernetes/objects']) {
    if (record.at > at) continue
    const key = `${record.object.kind}/${record.object.metadata.name}`
    if (record.op === 'delete') objects.delete(key)
    else objects.set(key, record.object)
  }
  return objects
}

/** The mean of a series of `recording` over a stretch. */
function mean(recording: Recording, metric: string, labels: Record<string, string>, from: number, to: number): number {
  const found = recording.series.find(
    each => each.metric === metric && Object.entries(labels).every(([key, value]) => each.labels[key] === value),
  )
  if (!found) throw new Error(`expected a series ${metric} ${JSON.stringify(labels)}`)
  const values = [...found.values].filter((_, i) => (found.at[i] ?? 0) >= from && (found.at[i] ?? 0) <= to)
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

test('the first is the demo, and an unknown name lists those there are', () => {
  expect(scenarios[0].name).toBe('bad-rollout')
  expect(() => scenarioNamed('none')).toThrow(
    'bad-rollout, too-many-connections, memory-leak, batch-fills-node, bad-settings, card-processor-down, quiet',
  )
})

test.each(scenarios)('$name: the same arguments tell the same story, another seed another one', scenario => {
  const told = ({ recording, afterCure = recording }: Story) => {
    const hash = createHash('sha1')
    for (const { records, series } of [recording, afterCure]) {
      hash.update(JSON.stringify(records))
      for (const { metric, labels, at, values } of series)
        hash
          .update(metric + JSON.stringify(labels))
          .update(at)
          .update(values)
    }
    return hash.digest('hex')
  }
  const first = told(story(scenario.name))
  expect(told(scenario.tell(now, 1))).toBe(first)
  expect(told(scenario.tell(now, 2))).not.toBe(first)
})

test.each(scenarios)(
  '$name: owners exist, selectors and endpoints name pods that are there, at every moment',
  scenario => {
    const { recording } = story(scenario.name)
    for (const at of [
      recording.start,
      now,
      now + 12_000,
      now + 25_000,
      now + 70_000,
      now + 80_000,
      now + 5 * minute,
      recording.end,
    ]) {
      const objects = [...objectsAt(recording, at).values()]
      const uids = new Map(objects.map(object => [object.metadata.uid, object]))
      const pods = objects.filter(object => object.kind === 'Pod')
      expect(new Set(pods.map(pod => pod.metadata.name)).size).toBe(pods.length)
      for (const object of objects)
        for (const owner of (object.metadata['ownerReferences'] ?? []) as { uid: string; name: string }[])
          expect(uids.get(owner.uid)?.metadata.name).toBe(owner.name)
      for (const set of objects.filter(object => object.kind === 'ReplicaSet')) {
        const { selector, replicas } = set['spec'] as {
          selector: { matchLabels: Record<string, string> }
          replicas: number
        }
        const selected = pods.filter(pod =>
          Object.entries(selector.matchLabels).every(([key, value]) => pod.metadata.labels?.[key] === value),
        )
        expect(selected, `${set.metadata.name} at ${new Date(at).toISOString()}`).toHaveLength(replicas)
      }
      for (const endpoints of objects.filter(object => object.kind === 'Endpoints')) {
        const subsets = endpoints['subsets'] as { addresses: { ip: string; targetRef: { uid: string } }[] }[]
        const addresses = subsets.flatMap(subset => subset.addresses)
        expect(addresses.length).toBeGreaterThan(0)
        for (const { ip, targetRef } of addresses)
          expect(uids.get(targetRef.uid)?.['status']).toMatchObject({ podIP: ip })
      }
    }
  },
)

test('bad-rollout: all four sources see it, the well stay well, and it is cured by any other image only', () => {
  const { recording, afterCure, isCured, podFailure } = story('bad-rollout')
  if (!afterCure) throw new Error('expected a cure')
  const usual = [now - 30 * minute, now - minute] as const
  const trouble = [now + minute, now + 6 * minute] as const
  const errors = (of: Recording, service: string, [from, to]: readonly [number, number]) =>
    mean(of, 'service_error_ratio_percent', { service }, from, to)
  expect(errors(recording, 'checkout', usual)).toBeLessThan(0.5)
  expect(errors(recording, 'checkout', trouble)).toBeGreaterThan(25)
  expect(errors(recording, 'payments', trouble)).toBeLessThan(0.5)
  expect(errors(afterCure, 'checkout', trouble)).toBeLessThan(0.5)
  const cartLatency = (of: Recording, [from, to]: readonly [number, number]) =>
    mean(of, 'service_latency_seconds', { service: 'cart', quantile: '0.95' }, from, to)
  expect(cartLatency(recording, trouble)).toBeGreaterThan(10 * cartLatency(afterCure, trouble))

  const alarms = recording.records['cloudwatch/alarms'].filter(({ alarm }) => alarm.AlarmName === 'shop-frontend-5xx')
  expect(alarms.find(({ state }) => state === 'ALARM')?.at).toBeLessThan(now + 55_000)
  expect(afterCure.records['cloudwatch/alarms'].every(({ state }) => state === 'OK')).toBe(true)
  const issue = recording.records['sentry/events'].filter(({ event }) => event.release === 'checkout@v2.31')
  expect(issue[0]?.at).toBeGreaterThan(now)
  expect(issue.filter(({ at }) => at < now + 6 * minute).length).toBeGreaterThan(150)

  const objects = [...objectsAt(recording, now + 3 * minute).values()]
  const waiting = objects.filter(object => JSON.stringify(object['status'] ?? '').includes('CrashLoopBackOff'))
  expect(waiting.map(object => object.metadata.labels?.['app'])).toEqual(['checkout', 'checkout'])
  const rolledOut = objects.find(object => object.kind === 'Deployment' && object.metadata.name === 'checkout')
  if (!rolledOut) throw new Error('expected the Deployment')
  expect(isCured?.(rolledOut)).toBe(false)
  expect(podFailure?.(rolledOut)).toMatchObject({
    exitCode: 1,
    log: expect.arrayContaining([expect.stringContaining('currency')]),
  })
  const back = objectsAt(recording, now).get('Deployment/checkout')
  expect(back && isCured?.(back)).toBe(true)
  expect(back && podFailure?.(back)).toBeUndefined()
})

test('too-many-connections: three others suffer, orders holds the connections, and few enough replicas cure it', () => {
  const { recording, afterCure, isCured } = story('too-many-connections')
  if (!afterCure) throw new Error('expected a cure')
  const [from, to] = [now + minute, now + 6 * minute]
  for (const service of ['payments', 'catalogue', 'cart']) {
    expect(mean(recording, 'service_error_ratio_percent', { service }, from, to)).toBeGreaterThan(10)
    expect(mean(afterCure, 'service_error_ratio_percent', { service }, from, to)).toBeLessThan(0.5)
    const logged = recording.records['kubernetes/logs'].filter(
      ({ container, line }) => container === service && /too many clients/.test(line),
    )
    expect(logged.length).toBeGreaterThan(10)
  }
  expect(mean(recording, 'service_error_ratio_percent', { service: 'orders' }, from, to)).toBeLessThan(0.5)
  expect(mean(recording, 'database_connections', { service: 'orders' }, from, to)).toBeGreaterThan(
    8 * mean(afterCure, 'database_connections', { service: 'orders' }, from, to),
  )
  const scaled = objectsAt(recording, now + minute).get('Deployment/orders')
  expect(scaled?.['spec']).toMatchObject({ replicas: 24 })
  expect(scaled && isCured?.(scaled)).toBe(false)
  expect(scaled && isCured?.({ ...scaled, spec: { replicas: 3 } })).toBe(true)
})

test('memory-leak: memory climbs to the limit, the kernel kills, and the former version cures it', () => {
  const { recording, afterCure, isCured } = story('memory-leak')
  if (!afterCure) throw new Error('expected a cure')
  const memory = recording.series.filter(
    ({ metric, labels }) => metric === 'container_memory_usage_bytes' && labels['container'] === 'payments',
  )
  const most = (from: number, to: number) =>
    Math.max(
      ...memory.flatMap(({ at, values }) => [...values].filter((_, i) => (at[i] ?? 0) >= from && (at[i] ?? 0) <= to)),
    )
  expect(most(now - 30 * minute, now)).toBeLessThan(220 * 1024 * 1024)
  expect(most(now, now + 6 * minute)).toBeGreaterThan(450 * 1024 * 1024)
  const objects = objectsAt(recording, now + 3 * minute)
  const killed = [...objects.values()].filter(object => JSON.stringify(object['status'] ?? '').includes('OOMKilled'))
  expect(killed.map(object => object.metadata.labels?.['app'])).toEqual(['payments', 'payments', 'payments'])
  const [bad, good] = [now + 3 * minute, now].map(at => objectsAt(recording, at).get('Deployment/payments'))
  expect([bad, good].map(object => object && isCured?.(object))).toEqual([false, true])
  expect(
    mean(afterCure, 'service_error_ratio_percent', { service: 'checkout' }, now + minute, now + 6 * minute),
  ).toBeLessThan(0.5)
})

test('batch-fills-node: its node is full, all that runs there is slow, and few enough workers cure it', () => {
  const { recording, afterCure, isCured } = story('batch-fills-node')
  if (!afterCure) throw new Error('expected a cure')
  const [from, to] = [now + minute, now + 6 * minute]
  expect(mean(recording, 'node_cpu_usage_percent', { node: 'node-2' }, from, to)).toBeGreaterThan(97)
  expect(mean(recording, 'node_cpu_usage_percent', { node: 'node-1' }, from, to)).toBeLessThan(60)
  const slow = (of: Recording) => mean(of, 'service_latency_seconds', { service: 'orders', quantile: '0.95' }, from, to)
  expect(slow(recording)).toBeGreaterThan(3 * slow(afterCure))
  const workers = [...objectsAt(recording, from).values()].filter(
    ({ metadata }) => metadata.labels?.['app'] === 'reports',
  )
  const places = workers.filter(({ kind }) => kind === 'Pod').map(({ spec }) => (spec as { nodeName: string }).nodeName)
  expect(places).toEqual(Array.from({ length: 8 }, () => 'node-2'))
  const scaled = objectsAt(recording, from).get('Deployment/reports')
  expect(scaled && isCured?.(scaled)).toBe(false)
  expect(scaled && isCured?.({ ...scaled, spec: { replicas: 1 } })).toBe(true)
})

test('bad-settings: the pods name new settings, and those that name the old ones cure it', () => {
  const { recording, isCured } = story('bad-settings')
  const [bad, good] = [now + minute, now].map(at => objectsAt(recording, at).get('Deployment/catalogue'))
  expect(JSON.stringify(bad?.['spec'])).toContain('catalogue-settings-9t7h4m')
  expect([bad, good].map(object => object && isCured?.(object))).toEqual([false, true])
  const logged = recording.records['kubernetes/logs'].filter(({ line }) => line.includes('no connection of the pool'))
  expect(new Set(logged.map(({ container }) => container))).toEqual(new Set(['catalogue']))
})

test('card-processor-down: payments fails while it lasts and is well afterwards, without a cure', () => {
  const { recording, afterCure, isCured } = story('card-processor-down')
  expect([afterCure, isCured]).toEqual([undefined, undefined])
  const errors = (from: number, to: number) =>
    mean(recording, 'service_error_ratio_percent', { service: 'payments' }, from, to)
  expect(errors(now + minute, now + 3 * minute)).toBeGreaterThan(50)
  expect(errors(now + 6 * minute, now + 20 * minute)).toBeLessThan(0.5)
})

test('quiet: no alarm, no alert, no step of trouble longer than one', () => {
  const { recording, afterCure } = story('quiet')
  expect(afterCure).toBeUndefined()
  expect(recording.records['cloudwatch/alarms'].every(({ state }) => state === 'OK')).toBe(true)
  expect(recording.records['grafana/alerts'].every(({ state }) => state === 'normal')).toBe(true)
  for (const { metric, values } of recording.series.filter(each => each.metric === 'service_latency_seconds')) {
    const usual = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
    for (let i = 1; i < values.length; i++)
      expect(Math.min(values[i] ?? 0, values[i - 1] ?? 0), metric).toBeLessThan(1.5 * usual)
  }
  const catalogue = objectsAt(recording, recording.end).get('Deployment/catalogue')
  expect(catalogue?.['status']).toMatchObject({ updatedReplicas: 3, readyReplicas: 3, replicas: 3 })
})

test('a counter goes on where it was when the story turns', () => {
  const turning = story('bad-rollout')
  let time = now + 5 * minute
  const cloud = openCloud(turning, () => time)
  cloud.cure(time)
  time += 2 * minute
  for (const { metric, values } of cloud.series().filter(each => each.metric.endsWith('_total')))
    for (let i = 1; i < values.length; i++) {
      const grown = (values[i] ?? 0) - (values[i - 1] ?? 0)
      expect(grown, metric).toBeGreaterThanOrEqual(0)
      expect(grown, metric).toBeLessThan(2_000)
    }
})

test('after the cure telemetry turns at the next step, alarms and alerts half a minute later', () => {
  const turning = story('bad-rollout')
  const curedAt = now + 5 * minute
  let time = curedAt
  const cloud = openCloud(turning, () => time)
  const state = (kind: 'cloudwatch/alarms' | 'grafana/alerts', name: string) =>
    cloud.records(kind, time - minute, time).findLast(record => JSON.stringify(record).includes(name))?.state
  cloud.cure(curedAt)
  time = curedAt + 25_000
  expect([state('cloudwatch/alarms', 'frontend-5xx'), state('grafana/alerts', 'checkout')]).toEqual([
    'ALARM',
    'alerting',
  ])
  const errors = cloud
    .series()
    .find(each => each.metric === 'service_error_ratio_percent' && each.labels['service'] === 'checkout')
  expect(errors?.values.at(-1)).toBeLessThan(1)
  time = curedAt + 45_000
  expect([state('cloudwatch/alarms', 'frontend-5xx'), state('grafana/alerts', 'checkout')]).toEqual(['OK', 'normal'])
})
