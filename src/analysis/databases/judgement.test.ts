// What is said of a database in trouble: what drives it, what follows, what is ruled out, and when nothing is to be said.
import { expect, test } from 'vitest'
import { judge } from './judgement.ts'
import { alone, flat, measured, ramp } from './measured.fixture.ts'
import type { Told } from './measured.fixture.ts'

const GB = 2 ** 30
const said = (told: Told) => {
  const judgement = judge(alone(told), [])
  return { ...judgement, why: (judgement?.reasons ?? []).map(({ text }) => text).join('\n') }
}

test('held connections take the CPU with them: one trouble, named by the leak', () => {
  const { fault, verdict, why } = said({
    metrics: { DatabaseConnections: ramp(4000, 4990), CPUUtilization: ramp(70, 94), FreeStorageSpace: flat(200 * GB) },
    said: [[5, 'DB instance orders-db has 4948 connections, approaching the maximum of 5000.']],
    load: [
      'db_load_avg=5.2 calls_per_sec=2.1 waits=[Client:ClientRead 4.1, CPU:user 1.1] sql=SELECT * FROM catalogue WHERE tag = $1',
      'waits=[Client:ClientRead 5.9, CPU:user 1.7]',
    ],
  })
  expect(fault).toBe('connection pool leak')
  expect(verdict).toBe(
    'orders-db has 4,990 of 5,000 connections in use, most held idle by their clients: a connection pool leak; CPU follows',
  )
  expect(why).toMatch(/Client:ClientRead 5.9 of 7.6 sessions/)
  expect(why).toMatch(/follows from it, one root cause: CPUUtilization 94 % \(70 % before\)/)
  expect(why).toMatch(/ruled out: FreeStorageSpace/)
})

test('connections that pile up behind a busy CPU are no leak', () => {
  const { fault, why } = said({
    metrics: { DatabaseConnections: ramp(100, 480), CPUUtilization: ramp(20, 97) },
    load: [
      'db_load_avg=9 calls_per_sec=3 waits=[CPU 8.5, IO:DataFileRead 0.5] sql=SELECT sum(x) FROM clicks GROUP BY day',
    ],
  })
  expect(fault).toBe('CPU saturated')
  expect(why).toMatch(/SELECT sum\(x\) FROM clicks/)
  expect(why).toMatch(/connections 100 → 480 .* no leak/)
})

test('two statements that wait for different things are two workloads', () => {
  const { verdict, why } = said({
    metrics: { CPUUtilization: ramp(20, 96), FreeStorageSpace: ramp(60 * GB, 8 * GB) },
    load: [
      'db_load_avg=6.8 waits=[CPU:user 5.9] sql=SELECT region, sum(paid) FROM invoices GROUP BY region',
      'db_load_avg=5.1 waits=[IO:DataFileWrite 3.8] sql=INSERT INTO clicks VALUES ($1)',
    ],
  })
  expect(verdict).toMatch(
    /short of storage .* driven by INSERT on clicks, and is short of CPU .* driven by SELECT on invoices/,
  )
  expect(why).toMatch(/two workloads at once/)
})

test('a replica outrun by a write-heavy workload: the source is to blame, and its CPU is ruled out', () => {
  const found = measured({
    'orders-db': {
      metrics: { WriteIOPS: ramp(900, 9000), CPUUtilization: flat(30) },
      load: ['db_load_avg=8 waits=[IO:WALWrite 7] sql=UPDATE stock SET n = n - 1'],
    },
    'orders-db-replica-2': { metrics: { ReplicaLag: ramp(1, 700) } },
  })
  const judgement = judge(found.get('orders-db-replica-2')!, [])
  expect(judgement).toMatchObject({ key: found.get('orders-db')!.key, fault: 'replication lag' })
  expect(judgement?.verdict).toBe(
    'a write-heavy workload on orders-db outruns orders-db-replica-2: replication lag 700 s',
  )
  expect(judgement?.reasons.map(({ text }) => text).join()).toMatch(/UPDATE stock.*ruled out: CPUUtilization/)
})

test('CPU that bulk writes take beside a lag is no trouble of its own', () => {
  const found = measured({
    'orders-db': {
      metrics: { WriteIOPS: ramp(900, 9000), CPUUtilization: ramp(30, 91) },
      load: ['db_load_avg=9 waits=[IO:WALWrite 6, CPU 3] sql=UPDATE stock SET n = n - 1'],
    },
    'orders-db-replica-2': { metrics: { ReplicaLag: ramp(1, 700) } },
  })
  const judgement = judge(found.get('orders-db-replica-2')!, ['lag'])
  expect(judgement?.fault).toBe('replication lag')
  expect(judgement?.reasons.map(({ text }) => text).join()).toMatch(
    /CPUUtilization 91 % \(30 % before\) follows from the writes: IO:WALWrite 6 of 9 sessions/,
  )
})

test('a few calls of seconds while reads grow: a slow query, its seconds by the sessions it keeps busy', () => {
  const { why } = said({
    metrics: { CPUUtilization: ramp(20, 97), ReadIOPS: ramp(200, 9000) },
    load: ['db_load_avg=9 calls_per_sec=3 waits=[CPU 8.5] sql=SELECT * FROM clicks WHERE lower(url) = $1'],
  })
  expect(why).toMatch(/a slow query, likely a full scan\): SELECT \* FROM clicks .* \(9 sessions, 3 calls\/s of 3 s\)/)
})

test('what an alarm guards is named first', () => {
  const database = alone({ metrics: { CPUUtilization: ramp(20, 96), FreeStorageSpace: ramp(60 * GB, 8 * GB) } })
  expect(judge(database, ['cpu'])?.fault).toBe('CPU saturated')
  expect(judge(database, ['freeStorage'])?.fault).toBe('storage full')
})

test('a replica that lags while its source writes as always lags by itself', () => {
  const found = measured({
    'orders-db': { metrics: { WriteIOPS: flat(900) } },
    'orders-db-replica-2': { metrics: { ReplicaLag: ramp(1, 700) } },
  })
  expect(judge(found.get('orders-db-replica-2')!, [])?.key).toBe(found.get('orders-db-replica-2')!.key)
})

test('a failover in the words of its events, with the gap and what came back', () => {
  const { fault, verdict, why } = said({
    metrics: { DatabaseConnections: [...flat(300, 9), 0, 0, 290, 305, 300], CPUUtilization: flat(20) },
    said: [
      [5, 'Multi-AZ instance failover started. Reason: storage volume of the primary is unhealthy.'],
      [4, 'Multi-AZ instance failover completed'],
      [3, 'DB instance orders-db is available.'],
    ],
  })
  expect(fault).toBe('failover')
  expect(verdict).toBe(
    'orders-db failed over to its standby (Multi-AZ): storage volume of the primary is unhealthy; available again at 11:57',
  )
  expect(why).toMatch(/failover initiated 11:55: .* → failover completed 11:56: .* → instance available 11:57/)
  expect(why).toMatch(/DatabaseConnections 0 at 11:56; workload resumed normally: 290 at 11:58/)
})

test.each([
  'The parameter group was applied. The DB instance needs to be rebooted for the changes to take effect.',
  'Automated backup finished for DB instance orders-db.',
  'A minor version upgrade is scheduled for the next maintenance window.',
])('no interruption: %s', text => {
  expect(judge(alone({ metrics: { CPUUtilization: flat(20) }, said: [[5, text]] }), [])).toBeUndefined()
})

test('a restart for want of memory is a shortage of memory', () => {
  const { fault } = said({
    metrics: { FreeableMemory: [...ramp(8 * GB, 0.1 * GB), 0.1 * GB], SwapUsage: ramp(50 * 2 ** 20, 3 * GB) },
    said: [[1, 'DB instance restarted']],
  })
  expect(fault).toBe('memory exhausted')
})
