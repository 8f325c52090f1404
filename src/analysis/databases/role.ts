// What a series of a database measures, by the names its exporters give: CloudWatch for RDS and Aurora, postgres_exporter,
// mysqld_exporter. Nothing is judged here.
import type { SeriesPoints } from '#incident/signal.ts'

/** `bad`: 1 where more is worse. `shown`: how people read it. */
export type Role = keyof typeof ROLES
export type Shown = 'percent' | 'bytes' | 'bytes/s' | 'seconds' | 'count' | '/s' | 'sessions'

/** The first match names the role; a pattern is over the metric's name. */
export const ROLES = {
  cpu: { bad: 1, shown: 'percent', names: /^CPUUtilization$/ },
  connections: {
    bad: 1,
    shown: 'count',
    names: /^(DatabaseConnections|pg_stat_database_numbackends|mysql_global_status_threads_connected)$/,
  },
  limit: { bad: -1, shown: 'count', names: /^(pg_settings_max_connections|mysql_global_variables_max_connections)$/ },
  freeStorage: { bad: -1, shown: 'bytes', names: /^(FreeStorageSpace|FreeLocalStorage|FreeEphemeralStorage)$/ },
  freeMemory: { bad: -1, shown: 'bytes', names: /^FreeableMemory$/ },
  swap: { bad: 1, shown: 'bytes', names: /^SwapUsage$/ },
  lag: {
    bad: 1,
    shown: 'seconds',
    names:
      /^(ReplicaLag|AuroraReplicaLag(Maximum)?|pg_replication_lag(_seconds)?|mysql_slave_status_seconds_behind_master)$/,
  },
  burst: { bad: -1, shown: 'percent', names: /^(BurstBalance|EBSIOBalance%|EBSByteBalance%)$/ },
  credits: { bad: -1, shown: 'count', names: /^CPUCreditBalance$/ },
  queue: { bad: 1, shown: 'count', names: /^DiskQueueDepth$/ },
  readIops: { bad: 1, shown: '/s', names: /^(ReadIOPS|VolumeReadIOPs)$/ },
  writeIops: { bad: 1, shown: '/s', names: /^(WriteIOPS|VolumeWriteIOPs)$/ },
  readLatency: { bad: 1, shown: 'seconds', names: /^ReadLatency$/ },
  writeLatency: { bad: 1, shown: 'seconds', names: /^WriteLatency$/ },
  commitLatency: { bad: 1, shown: 'seconds', names: /^CommitLatency$/ },
  wal: { bad: 1, shown: 'bytes/s', names: /^TransactionLogsGeneration$/ },
  walKept: { bad: 1, shown: 'bytes', names: /^(TransactionLogsDiskUsage|OldestReplicationSlotLag|BinLogDiskUsage)$/ },
  load: { bad: 1, shown: 'sessions', names: /^DBLoad$/ },
  deadlocks: {
    bad: 1,
    shown: 'count',
    names: /^(Deadlocks|pg_stat_database_deadlocks|mysql_global_status_innodb_deadlocks)$/,
  },
  transactionIds: { bad: 1, shown: 'count', names: /^MaximumUsedTransactionIDs$/ },
} as const satisfies Record<string, { bad: 1 | -1; shown: Shown; names: RegExp }>

export function roleOf(metric: string): Role | undefined {
  for (const [role, { names }] of Object.entries(ROLES)) if (names.test(metric)) return role as Role
  return undefined
}

const EXPORTED = /^(pg|postgres|postgresql|mysql|mariadb)_/
const NAMESPACES = /^AWS\/(RDS|DocDB|Neptune)$/

/** Whether a series is one of a database: a machine has a CPU too. */
export function isOfDatabase({ metric, labels }: Pick<SeriesPoints, 'metric' | 'labels'>): boolean {
  return NAMESPACES.test(labels['namespace'] ?? '') || EXPORTED.test(metric)
}
