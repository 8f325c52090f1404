// One line of a log as a tool answers it, and how many of them an answer holds. Pure.
import { openSafeLines } from '../safe-lines.ts'

export type LogRow = { at?: string; text: string }

const ANSWER_BYTES = 64 * 1024 // some 16,000 tokens

/**
 * For one log, called with each of its lines in their order, as the kubelet gives them after their RFC 3339 time.
 * Undefined: a line that nobody wants. All are looked at all the same: a key may be printed over many of them.
 */
export function openRows(grep: string | undefined): (raw: string) => LogRow | undefined {
  const safe = openSafeLines()
  const wanted = isWanted(grep)
  return raw => {
    const space = raw.indexOf(' ')
    const stamp = raw.slice(0, Math.max(space, 0))
    const hasTime = /^\d{4}-\d\d-\d\dT[\d:.]{1,20}(?:Z|[+-]\d\d:\d\d)$/.test(stamp)
    const text = safe(hasTime ? raw.slice(space + 1) : raw)
    if (!wanted(raw)) return undefined
    return hasTime ? { at: stamp, text } : { text }
  }
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
function isWanted(grep: string | undefined): (raw: string) => boolean {
  const wanted = grep?.toLowerCase()
  return raw => raw !== '' && (wanted === undefined || raw.toLowerCase().includes(wanted))
}
