// What a wait event of PostgreSQL or MySQL says that a session waits for.

export type WaitClass = 'cpu' | 'client' | 'lock' | 'log' | 'write' | 'read' | 'replica' | 'other'

// First match wins. PostgreSQL: "Wait Events" of its manual; Aurora and MySQL name the same things their own way.
const CLASSES: readonly (readonly [WaitClass, RegExp])[] = [
  ['cpu', /^CPU/i],
  ['client', /^Client:|^idle|^io\/socket/i],
  ['replica', /SyncRep|^IPC:.*(Recovery|Replication|WalReceiver)|^Timeout:RecoveryApply/i],
  ['lock', /^Lock:|row_lock|innodb_row|^synch\/(mutex|sxlock|cond).*(lock|trx)|metadata.?lock/i],
  ['log', /WAL|XactSync|redo_log|binlog|log.?file/i],
  ['write', /DataFile(Write|Extend|Flush|Sync)|BufFileWrite|SLRUWrite|^io\/.*(write|flush)/i],
  ['read', /DataFile(Read|Prefetch)|BufFileRead|^io\/(table|file)/i],
]

export function classOfWait(event: string): WaitClass {
  return CLASSES.find(([, pattern]) => pattern.test(event))?.[0] ?? 'other'
}
