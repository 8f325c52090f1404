// Which lines of a log say that something is wrong, and how many say the same in a minute. Pure.
import { createHash } from 'node:crypto'
import { clean, cut } from '#incident/clean.ts'
import { redact } from '#incident/redact.ts'
import type { Millis, Window } from '#incident/signal.ts'
import type { Pod } from './schema.ts'

/** Lines of one pod that read the same but for numbers and ids, within one minute. */
export type LogGroup = {
  pod: Pod
  container: string
  minute: Millis // its start
  at: Millis // of the last line
  text: string // the first of them, redacted
  template: string // 12 hexadecimal digits, the same for lines that read the same
  count: number
  /** 'error': level ERROR or above, or an exception. 'warning': only words such as "refused". */
  weight: 'error' | 'warning'
}

/** Lines inside the window that tell of trouble, oldest first. `text`: each line after its RFC 3339 time, as the kubelet gives them. */
export function groupLines(pod: Pod, container: string, text: string, window: Window): LogGroup[] {
  const groups = new Map<string, LogGroup>()
  for (const raw of text.split('\n')) {
    const space = raw.indexOf(' ')
    const at = space > 0 ? Date.parse(raw.slice(0, space)) : Number.NaN
    if (!(at > window.from && at <= window.to)) continue
    const line = cut(raw.slice(space + 1))
    const weight = weightOf(line)
    if (!weight) continue
    const minute = Math.floor(at / 60_000) * 60_000
    const template = templateOf(line)
    const key = `${minute} ${template}`
    const known = groups.get(key)
    if (known) {
      known.count++
      known.at = Math.max(known.at, at)
    } else {
      groups.set(key, { pod, container, minute, at, text: redact(clean(line)), template, count: 1, weight })
    }
  }
  return [...groups.values()]
}

// A level as loggers print it: ERROR, [error], level=error, "level":"error", klog's E0102; and what only failures print.
const ERROR_LEVEL =
  /\b(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|EMERG)\b|\[(?:error|fatal|crit|alert|emerg)\]|\b(?:level|severity|lvl)["']?\s{0,2}[=:]\s{0,2}["']?(?:error|fatal|critical|panic|emerg)|^[EF]\d{4} /
const EXCEPTION = /exception|traceback|panic:|segmentation fault|unhandled|stack overflow/i
const WORDS =
  /fail|error|not found|no such|denied|refused|timeout|timed out|unavailable|unreachable|warn|exhausted|too many|cannot|unable to|aborted/i

// Where a line says itself that it is ordinary, its words only tell what it speaks of.
const QUIET_LEVEL =
  /\b(?:INFO|DEBUG|TRACE|NOTICE)\b|\[(?:info|debug|trace|notice)\]|\b(?:level|severity|lvl)["']?\s{0,2}[=:]\s{0,2}["']?(?:info|debug|trace|notice)|^I\d{4} /i
const LEVEL_CHARACTERS = 200 // a level stands near the start

/** Undefined: an ordinary line. The patterns are alternations without nested repeats, so linear in the line. */
export function weightOf(line: string): LogGroup['weight'] | undefined {
  const start = line.slice(0, LEVEL_CHARACTERS)
  if (ERROR_LEVEL.test(start)) return 'error'
  if (EXCEPTION.test(line)) return 'error'
  return WORDS.test(line) && !QUIET_LEVEL.test(start) ? 'warning' : undefined
}

const VARIABLE = /0x[0-9a-f]{1,40}|[0-9a-f]{8}-[0-9a-f-]{27}|\b(?=[0-9a-f]{0,40}\d)[0-9a-f]{6,64}\b|\d{1,40}/gi

function templateOf(line: string): string {
  return createHash('sha1').update(line.replace(VARIABLE, '#')).digest('hex').slice(0, 12)
}
