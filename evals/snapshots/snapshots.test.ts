// The set is what it says it is: possible clusters, as a recording, nothing in them of what the truth is.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecording } from '../../simulator/read-recording.ts'
import { recordSchemas } from '../../simulator/recording-schema.ts'
import { snapshotCases } from './cases.ts'
import { runCases } from './faults/run.ts'
import { secondRunCases } from './faults/second/run.ts'
import type { Container, ContainerStatus, Pod, Thing } from './kinds.ts'
import { CATEGORIES, writeSnapshot } from './snapshot.ts'

const cases = snapshotCases()

test('there are at least 120 faults, 8 in each category, and 40 that are well', () => {
  const counts = new Map<string, number>()
  for (const { category } of cases) counts.set(category, (counts.get(category) ?? 0) + 1)
  for (const category of CATEGORIES) expect(counts.get(category), category).toBeGreaterThanOrEqual(8)
  const healthy = counts.get('healthy') ?? 0
  expect(healthy).toBeGreaterThanOrEqual(40)
  expect(cases.length - healthy).toBeGreaterThanOrEqual(120)
  for (const { category, truth } of cases) expect(truth === undefined).toBe(category === 'healthy')
})

test('names are unique', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
})

test('the same cases come out every time', () => {
  const again = [...runCases(), ...secondRunCases()]
  const before = cases.filter(({ category }) => category === 'run')
  expect(JSON.stringify(again)).toBe(JSON.stringify(before))
})

test('everything in every case is a record', () => {
  for (const { name, objects, logs, metrics, at } of cases) {
    for (const object of objects)
      expect(recordSchemas['kubernetes/objects'].safeParse({ at, op: 'apply', object }).success, name).toBe(true)
    for (const line of logs) expect(recordSchemas['kubernetes/logs'].safeParse(line).success, name).toBe(true)
    for (const usage of metrics) expect(recordSchemas['kubernetes/metrics'].safeParse(usage).success, name).toBe(true)
  }
})

test('a case is written as a recording, and its truth is not in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'snapshots-'))
  for (const category of [...CATEGORIES, 'healthy']) {
    const each = cases.find(({ category: its }) => its === category)
    if (!each) throw new Error(`expected a case of ${category}, found none`)
    const place = join(folder, category)
    await writeSnapshot(each, place)
    const { records, end } = await readRecording(place)
    expect(end, each.name).toBe(each.at)
    expect(records['kubernetes/objects'].length, each.name).toBe(each.objects.length)
    expect(records['kubernetes/logs'].length, each.name).toBe(each.logs.length)
    expect(await readFile(join(place, 'recording.json'), 'utf8')).not.toContain(each.name)
    expect(await readFile(join(place, 'kubernetes/objects.jsonl'), 'utf8')).not.toContain(each.name)
  }
  await rm(folder, { recursive: true })
})

test('a true object that is inside the cluster is there, unless it is the fault that it is not', () => {
  for (const { name, truth, also = [], objects } of cases) {
    if (!truth || truth.kind === 'External') continue
    const names = [truth, ...also].map(each => `${each.kind}/${each.namespace ?? ''}/${each.name}`)
    const known = objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`)
    expect(
      names.some(each => known.includes(each)),
      name,
    ).toBe(true)
  }
})

test('objects have one name each, and owners that are there', () => {
  for (const { name, objects } of cases) {
    const things = objects as Thing[]
    const keys = things.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`)
    expect(keys.length - new Set(keys).size, `${name}: ${keys.filter((key, n) => keys.indexOf(key) !== n)}`).toBe(0)
    const uids = new Set(things.map(({ metadata: { uid } }) => uid))
    for (const { kind, metadata } of things)
      for (const owner of metadata.ownerReferences ?? [])
        expect(uids.has(owner.uid), `${name}: ${kind} ${metadata.name} of ${owner.kind} ${owner.name}`).toBe(true)
  }
})

test('pods are in states that can be', () => {
  for (const { name, objects } of cases)
    for (const pod of objects.filter(({ kind }) => kind === 'Pod') as Pod[]) {
      const where = `${name}: ${pod.metadata.name}`
      const { phase, containerStatuses = [], initContainerStatuses = [], conditions } = pod.status
      const statuses = [...containerStatuses, ...initContainerStatuses]
      for (const status of statuses) expect(Object.keys(status.state).length, where).toBe(1)
      for (const { ready, state } of containerStatuses) if (ready) expect(state.running, where).toBeDefined()
      const ready = conditions.find(({ type }) => type === 'Ready')
      const all = containerStatuses.length > 0 && containerStatuses.every(each => each.ready)
      if (ready?.status === 'True') expect(all, where).toBe(true)
      if (pod.spec.nodeName === undefined) expect([phase, containerStatuses.length], where).toEqual(['Pending', 0])
      if (phase === 'Running') expect(containerStatuses.some(isAlive), where).toBe(true)
      if (phase === 'Succeeded')
        expect(
          containerStatuses.every(({ state }) => state.terminated?.exitCode === 0),
          where,
        ).toBe(true)
      expect(namesOf(pod.spec.containers), where).toEqual(
        containerStatuses.length > 0 ? namesOf(containerStatuses) : namesOf(pod.spec.containers),
      )
    }
})

test('where all is well, every pod that has neither ended nor been told to go is ready', () => {
  for (const { name, objects } of cases.filter(({ category }) => category === 'healthy'))
    for (const { status, metadata } of objects.filter(({ kind }) => kind === 'Pod') as Pod[]) {
      if (status.phase === 'Succeeded' || status.phase === 'Failed' || metadata.deletionTimestamp) continue
      expect(status.conditions.find(({ type }) => type === 'Ready')?.status, `${name}: ${metadata.name}`).toBe('True')
    }
})

test('nothing has happened after the moment, and no event is older than an API server keeps', () => {
  for (const { name, at, objects, logs } of cases) {
    for (const line of logs) expect(line.at, name).toBeLessThanOrEqual(at)
    for (const { kind, ...event } of objects) {
      if (kind !== 'Event') continue
      const { lastTimestamp, series, eventTime, firstTimestamp, message } = event as { [field: string]: unknown }
      const { lastObservedTime } = (series ?? {}) as { lastObservedTime?: string }
      const last = Date.parse(String(lastObservedTime ?? lastTimestamp ?? eventTime))
      expect(last, `${name}: ${String(message)}`).toBeLessThanOrEqual(at)
      expect(at - last, `${name}: ${String(message)}`).toBeLessThan(3_600_000)
      if (firstTimestamp) expect(Date.parse(String(firstTimestamp)), name).toBeLessThanOrEqual(last)
    }
  }
})

test('lines are of containers that are there', () => {
  for (const { name, objects, logs } of cases) {
    const pods = new Map(
      (objects.filter(({ kind }) => kind === 'Pod') as Pod[]).map(pod => [
        `${pod.metadata.namespace}/${pod.metadata.name}`,
        [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(container => container.name),
      ]),
    )
    for (const { namespace, pod, container = '' } of logs)
      expect(pods.get(`${namespace}/${pod}`), `${name}: ${pod}`).toContain(container)
  }
})

function namesOf(parts: (Container | ContainerStatus)[]): string[] {
  return parts.map(({ name }) => name)
}

function isAlive({ state, lastState }: ContainerStatus): boolean {
  return state.running !== undefined || lastState.terminated !== undefined || state.terminated !== undefined
}
