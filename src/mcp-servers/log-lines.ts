// Lines of a log as signals: those that tell of trouble, equal ones of a minute as one with a count.
import { sha256 } from '#incident/canonical.ts'
import type { Entity, Millis, Severity, Source, Utterance, Writer } from '#incident/signal.ts'
import { safeLines } from './safe-lines.ts'

export type Line = { at: Millis; text: string; entity: Entity; labels: Record<string, string>; url?: string }

/**
 * One signal for each entity, minute and message of lines that tell of trouble, oldest first. Messages that differ in numbers
 * only are the same; the text is that of the last. `lines`: those of one stream beside each other, oldest first, and of whole
 * minutes: the last count of a minute wins.
 */
export function logSignals(source: Source, writer: Writer, lines: readonly Line[]): Utterance[] {
  const signals = new Map<string, Utterance>()
  const told = safeLines(lines.map(({ text }) => text))
  for (const [nth, line] of lines.entries()) {
    const text = told[nth]?.trim() ?? ''
    const severity = severityOf(text) ?? (LOAD.test(text) ? 'low' : undefined)
    if (severity === undefined) continue
    const minute = Math.floor(line.at / MINUTE) * MINUTE
    const who = [line.entity.namespace, line.entity.service, line.entity.name].join('/')
    const id = `${source}:log:${sha256(`${who} ${withoutNumbers(text)}`).slice(0, 16)}@${minute}`
    const known = signals.get(id)
    const { at, entity, labels, url } = line
    if (!known) signals.set(id, { kind: 'log', id, source, writer, entity, at, severity, url, labels, text, count: 1 })
    else {
      known.count++
      if (at >= known.at) Object.assign(known, { at, text })
    }
  }
  return [...signals.values()].sort((a, b) => a.at - b.at)
}

export const MINUTE: Millis = 60_000

/** What a line must hold to be asked for, in words of every case that occurs; servers put it into their vendor's filter. */
export const TROUBLE_WORDS = [
  'ERROR',
  'Error',
  'error',
  'FATAL',
  'Fatal',
  'fatal',
  'CRITICAL',
  'PANIC',
  'panic',
  'Exception',
  'exceeded',
  'refused',
  'denied',
  'forbidden',
  'unavailable',
  'timeout',
  'timed out',
  'failed',
  'Failed',
  'FAILED',
  // What a database says of its load and of who waits for whom, which no line of it calls an error.
  'db_load_avg',
  'db.load.avg',
  'waits=',
  'still waiting for',
  'checkpoints are occurring',
  'must be vacuumed',
] as const

/** A row of Performance Insights and its like, or a line in which PostgreSQL tells of a wait without a level of trouble. */
const LOAD =
  /\bdb[._]load[._]avg\b|\bwaits=\[|\bstill waiting for \w{1,30}Lock\b|\bcheckpoints are occurring too frequently|\bmust be vacuumed within/

const WORST = /\b(?:fatal|critical|panic|emergency|alert)\b/i
const BAD = /\b(?:error|errors|err|severe|[a-z]{0,60}exception)\b|(?:Error|Exception)\b/i
const UNWELL = /\b(?:exceed|refus|den(?:y|ied)|forbid|unavailable|time[d-]? ?out|fail|not found|warn)/i
/** A level stands near the start of a line; words further on are what the line speaks of. */
const LEVEL_CHARACTERS = 200
const QUIET_LEVEL =
  /^[^a-z]{0,60}(?:level[="': ]{1,4})?(?:info|debug|trace|notice)\b|\blevel[="': ]{1,4}(?:info|debug|trace)\b/i

/** Undefined: the line tells of no trouble. Its own word for its level counts before the words it speaks with. */
function severityOf(text: string): Severity | undefined {
  const start = text.slice(0, LEVEL_CHARACTERS)
  if (QUIET_LEVEL.test(start)) return undefined
  if (WORST.test(start)) return 'critical'
  if (BAD.test(text)) return 'high'
  return UNWELL.test(text) ? 'medium' : undefined
}

/** Numbers and identifiers that hold digits, each as one #: `pod 7f9dd8b6c4 took 31 ms` -> `pod # took # ms`. */
function withoutNumbers(text: string): string {
  return text.slice(0, 1000).replace(/[0-9a-f]{0,12}\d[0-9a-f.:-]{0,64}/gi, '#')
}
