// One line of a log as a tool answers it, and how many of them an answer holds. Pure.
import { safe } from '../safe.ts'

export type LogRow = { at?: string; text: string }

const ANSWER_BYTES = 64 * 1024 // some 16,000 tokens

/** `raw`: as the kubelet gives it, after its RFC 3339 time. */
export function rowOf(raw: string): LogRow {
  const space = raw.indexOf(' ')
  const stamp = raw.slice(0, Math.max(space, 0))
  const hasTime = /^\d{4}-\d\d-\d\dT[\d:.]{1,20}(?:Z|[+-]\d\d:\d\d)$/.test(stamp)
  return hasTime ? { at: stamp, text: safe(raw.slice(space + 1)) } : { text: safe(raw) }
}

export function saidBy({ at, text }: LogRow): string {
  return at ? `${at} ${text}` : text
}

export function lastThatFit(rows: readonly LogRow[]): LogRow[] {
  let bytes = 0
  const start = rows.findLastIndex(({ text }) => (bytes += Buffer.byteLength(text) + 40) > ANSWER_BYTES)
  return rows.slice(start + 1)
}

/** Literal, upper and lower case alike; without `grep` every line. */
export function isWanted(grep: string | undefined): (raw: string) => boolean {
  const wanted = grep?.toLowerCase()
  return raw => raw !== '' && (wanted === undefined || raw.toLowerCase().includes(wanted))
}
