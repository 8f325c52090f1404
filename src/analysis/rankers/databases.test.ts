// Alarms of databases through the whole pass: whom the title blames, how bad it is, and which databases say nothing.
import { expect, test } from 'vitest'
import type { Alarm } from '#incident/signal.ts'
import { NOW, flat, ramp, signalsOf } from '../databases/measured.fixture.ts'
import type { Told } from '../databases/measured.fixture.ts'
import { createLearnt, restore, snapshot } from '../learnt.ts'
import { analyse } from '../pipeline.ts'

const GB = 2 ** 30

function diagnosed(told: Record<string, Told>, alarm: { of: string; metric: string }) {
  const fired: Alarm = {
    kind: 'alarm',
    id: 'cloudwatch:alarm:a',
    source: 'cloudwatch',
    writer: 'operator',
    entity: { service: alarm.of },
    at: NOW - 60_000,
    severity: 'critical',
    labels: { alarm: 'a', metric: alarm.metric, namespace: 'AWS/RDS' },
    text: 'a: threshold crossed',
    active: true,
    watches: `cloudwatch:series:${alarm.of}:${alarm.metric}`,
  }
  const signals = [...Object.entries(told).flatMap(([name, one]) => signalsOf(name, one)), fired]
  const learnt = createLearnt()
  const reading = { source: 'cloudwatch' as const, answered: true, signals, relations: [], healthy: [], missing: [] }
  const [diagnosis] = analyse(learnt, [reading], NOW).diagnoses
  expect(restore(snapshot(learnt))).toBeDefined()
  return diagnosis!
}

const FULL: Told = { metrics: { FreeStorageSpace: ramp(60 * GB, 2 * GB), CPUUtilization: ramp(20, 95) } }
const WELL: Told = { metrics: { FreeStorageSpace: flat(60 * GB), CPUUtilization: flat(20), WriteIOPS: flat(900) } }
const LAGS: Told = { metrics: { ReplicaLag: ramp(1, 900) } }

test('the database with the alarm is blamed, whatever else is short elsewhere', () => {
  const { title, rootCauses } = diagnosed({ clicks: FULL, orders: FULL }, { of: 'orders', metric: 'FreeStorageSpace' })
  expect(title).toMatch(/orders is short of storage/)
  expect(rootCauses.map(({ entity }) => entity.service)).toEqual(['orders'])
})

test('the alarm of a replica whose source is out of storage is about the source', () => {
  const told = { orders: FULL, 'orders-replica': LAGS }
  told.orders = {
    ...FULL,
    metrics: { ...FULL.metrics, WriteIOPS: flat(900) },
    said: [[2, 'DB instance ran out of storage space.']],
  }
  const { rootCauses } = diagnosed(told, { of: 'orders-replica', metric: 'ReplicaLag' })
  expect(rootCauses[0]).toMatchObject({ entity: { service: 'orders' }, fault: 'storage full' })
})

test('the alarm of a replica of a source that is well stays with the replica', () => {
  const { rootCauses } = diagnosed(
    { orders: WELL, 'orders-replica': LAGS },
    { of: 'orders-replica', metric: 'ReplicaLag' },
  )
  expect(rootCauses[0]).toMatchObject({ entity: { service: 'orders-replica' }, fault: 'replication lag' })
})

test('an alarm whose metric recovered is a quiet note; one whose metric is not read keeps its severity', () => {
  const recovered: Told = { metrics: { FreeStorageSpace: [...ramp(30 * GB, 3 * GB), 200 * GB, 200 * GB, 200 * GB] } }
  expect(diagnosed({ orders: recovered }, { of: 'orders', metric: 'FreeStorageSpace' }).severity).toBe('low')
  expect(diagnosed({ orders: WELL }, { of: 'orders', metric: 'DatabaseConnections' }).severity).toBe('critical')
})
