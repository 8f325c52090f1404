// Each thing a database can run short of, beside what looks like it and is none.
import { describe, expect, test } from 'vitest'
import { shortagesOf } from './finders.ts'
import { alone, flat, ramp } from './measured.fixture.ts'
import type { Told } from './measured.fixture.ts'

const GB = 2 ** 30
const shortOf = (told: Told) => shortagesOf(alone(told)).map(({ resource, fault }) => `${resource}: ${fault}`)

const SHORT: [name: string, told: Told, fault: string][] = [
  [
    '95 % of the connections an event names',
    {
      metrics: { DatabaseConnections: ramp(300, 480) },
      said: [[3, 'orders-db has 470 connections, approaching the maximum of 500.']],
    },
    'connections: connections exhausted',
  ],
  [
    'connections that a client was refused',
    {
      metrics: { DatabaseConnections: ramp(90, 100) },
      said: [[1, 'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute']],
    },
    'connections: connections exhausted',
  ],
  [
    'max_connections as an exporter gives it',
    { metrics: { pg_stat_database_numbackends: flat(97), pg_settings_max_connections: flat(100).map(() => 100) } },
    'connections: connections exhausted',
  ],
  [
    'connections that grow and wait for their clients',
    { metrics: { DatabaseConnections: ramp(100, 400) }, load: ['waits=[Client:ClientRead 6.0, CPU 1.0]'] },
    'connections: connection pool leak',
  ],
  ['CPU for minutes', { metrics: { CPUUtilization: [...flat(20), 88, 93, 95, 94] } }, 'CPU: CPU saturated'],
  [
    'credits of a burstable instance',
    { metrics: { CPUCreditBalance: ramp(120, 0), CPUUtilization: flat(20) } },
    'CPU: CPU credits exhausted',
  ],
  [
    'storage that an event calls full',
    { metrics: { FreeStorageSpace: ramp(20 * GB, 0.1 * GB) }, said: [[1, 'DB instance ran out of storage space.']] },
    'storage: storage full',
  ],
  ['storage that lasts minutes', { metrics: { FreeStorageSpace: ramp(60 * GB, 9 * GB) } }, 'storage: storage full'],
  [
    'storage that only events tell of',
    { metrics: { WriteIOPS: flat(900) }, said: [[2, 'DB instance ran out of storage space.']] },
    'storage: storage full',
  ],
  [
    'a lag that only events tell of',
    { metrics: { WriteIOPS: flat(900) }, said: [[2, 'Read replica is behind the source instance.']] },
    'replication: replication lag',
  ],
  [
    'memory: swapping began',
    { metrics: { SwapUsage: ramp(50 * 2 ** 20, 2 * GB), FreeableMemory: ramp(8 * GB, 0.3 * GB) } },
    'memory: memory exhausted',
  ],
  ['a burst balance', { metrics: { BurstBalance: ramp(99, 0) } }, 'disk I/O: burst balance exhausted'],
  [
    'a queue that is served ever slower',
    { metrics: { DiskQueueDepth: ramp(0.5, 60), ReadLatency: ramp(0.001, 0.09) } },
    'disk I/O: disk I/O saturated',
  ],
  ['a replica minutes behind', { metrics: { ReplicaLag: ramp(1, 600) } }, 'replication: replication lag'],
  [
    'sessions that wait for locks',
    { metrics: { DatabaseConnections: flat(90) }, load: ['waits=[Lock:transactionid 5.0, CPU 1.0]'] },
    'locks: lock contention',
  ],
  [
    'deadlocks again and again',
    {
      metrics: { DatabaseConnections: flat(90) },
      said: [
        [9, 'ERROR: deadlock detected'],
        [6, 'ERROR: deadlock detected'],
        [1, 'ERROR: deadlock detected'],
      ],
    },
    'locks: deadlocks',
  ],
  [
    'transaction IDs',
    { metrics: { MaximumUsedTransactionIDs: flat(1_600_000_000) } },
    'transaction IDs: transaction ID wraparound',
  ],
]

const NOT_SHORT: [name: string, told: Told][] = [
  ['many connections, no limit known', { metrics: { DatabaseConnections: flat(2100) } }],
  [
    'half of the limit',
    { metrics: { DatabaseConnections: flat(250) }, said: [[3, 'orders-db has 250 connections of 500 max']] },
  ],
  [
    'idle clients of a pool that does not grow',
    { metrics: { DatabaseConnections: flat(100) }, load: ['waits=[Client:ClientRead 6.0, CPU 1.0]'] },
  ],
  ['one busy minute', { metrics: { CPUUtilization: [...flat(20), 95, 30] } }],
  ['credits never earned', { metrics: { CPUCreditBalance: flat(0) } }],
  ['storage written slowly', { metrics: { FreeStorageSpace: ramp(100 * GB, 99 * GB) } }],
  [
    'a volume that was grown',
    {
      metrics: { FreeStorageSpace: [...ramp(30 * GB, 3 * GB), 110 * GB, 200 * GB, 200 * GB] },
      said: [[4, 'free storage space is critically low (3.0 GB)']],
    },
  ],
  [
    'storage that only events tell of, and that it was grown',
    {
      metrics: { WriteIOPS: flat(900) },
      said: [
        [9, 'DB instance storage is critically low.'],
        [4, 'Storage autoscaling completed.'],
      ],
    },
  ],
  ['some swap, as always', { metrics: { SwapUsage: flat(80 * 2 ** 20), FreeableMemory: flat(0.3 * GB) } }],
  ['a queue that is served fast', { metrics: { DiskQueueDepth: ramp(0.5, 60), ReadLatency: flat(0.001) } }],
  ['a lag of seconds', { metrics: { ReplicaLag: [...flat(1), 12, 2] } }],
  ['one deadlock', { metrics: { DatabaseConnections: flat(90) }, said: [[9, 'ERROR: deadlock detected']] }],
  ['transaction IDs before a vacuum', { metrics: { MaximumUsedTransactionIDs: flat(198_000_000) } }],
]

describe('short of it', () => {
  test.each(SHORT)('%s', (_, told, fault) => expect(shortOf(told)).toContain(fault))
})

describe('not short of anything', () => {
  test.each(NOT_SHORT)('%s', (_, told) => expect(shortOf(told)).toEqual([]))
})
