// Reads one kind of record as the clock goes on, each record once: what indexes by issue, alarm or log stream are built from.
import type { Cloud } from './cloud.ts'
import type { RecordKind, RecordOf } from './recording.ts'

/** Answers, at each call, the records that have become visible since the call before, oldest first. */
export function follow<K extends RecordKind>(cloud: Cloud, kind: K): () => RecordOf[K][] {
  let readUpTo = -Infinity
  return () => {
    const now = cloud.now()
    if (now <= readUpTo) return []
    const fresh = cloud.records(kind, readUpTo, now).filter(record => record.at > readUpTo)
    readUpTo = now
    return fresh
  }
}
