// Moves a recording in time, so that a moment of the past can be now. Words in log lines stay as they were written.
import type { Millis, Recording, RecordKind, RecordOf } from './recording.ts'

/** The same recording with every time in it `by` ms later: `at`, `end`, and ISO 8601 stamps anywhere inside objects. */
export function shift(recording: Recording, by: Millis): Recording {
  if (by === 0) return recording
  const records = { ...recording.records }
  for (const kind of Object.keys(records) as RecordKind[]) shiftRecords(records, kind, by)
  return {
    ...recording,
    start: recording.start + by,
    end: recording.end + by,
    records,
    series: recording.series.map(series => ({ ...series, at: series.at.map(at => at + by) })),
  }
}

function shiftRecords<K extends RecordKind>(records: Recording['records'], kind: K, by: Millis): void {
  const list: RecordOf[K][] = records[kind]
  const shifted = list.map(record => {
    const moved = stampsMoved(record, by)
    moved.at += by
    if ('end' in moved && moved.end !== undefined) moved.end += by
    return moved
  })
  records[kind] = shifted as Recording['records'][K]
}

const isoStamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function stampsMoved<T>(value: T, by: Millis): T
function stampsMoved(value: unknown, by: Millis): unknown {
  if (typeof value === 'string') return isoStamp.test(value) ? later(value, by) : value
  if (Array.isArray(value)) return value.map(item => stampsMoved(item, by))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, stampsMoved(inner, by)]))
}

/** Keeps as many digits of the second as the stamp has: metav1.Time has none, metav1.MicroTime six. */
function later(stamp: string, by: Millis): string {
  const digits = isoStamp.exec(stamp)?.[1]?.slice(1) ?? ''
  const beyondMillis = digits.slice(3)
  const [seconds = '', millis = ''] = new Date(Date.parse(stamp) + by).toISOString().slice(0, -1).split('.')
  return digits === '' ? `${seconds}Z` : `${seconds}.${millis.slice(0, digits.length)}${beyondMillis}Z`
}
