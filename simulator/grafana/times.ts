// Moments and durations as clients of Grafana, Prometheus and Loki write them.
import type { Millis } from '../recording.ts'
import { durationMillis } from './promql/lexer.ts'
import { badQuery, notSimulated } from './query-error.ts'

/** Prometheus' API: seconds since 1970 with decimals, or RFC 3339. */
export function prometheusTime(text: string | null, absent: Millis): Millis {
  if (text === null || text === '') return absent
  const seconds = Number(text)
  const at = Number.isFinite(seconds) ? Math.round(seconds * 1000) : Date.parse(text)
  if (Number.isNaN(at)) throw badQuery(`cannot parse ${JSON.stringify(text)} to a valid timestamp`)
  return at
}

/** Seconds with decimals, or a duration such as 1m30s. */
export function prometheusDuration(text: string | null, parameter: string): Millis {
  const seconds = Number(text)
  const millis = text !== null && text !== '' && Number.isFinite(seconds) ? seconds * 1000 : durationMillis(text ?? '')
  if (millis === undefined)
    throw badQuery(`invalid parameter "${parameter}": cannot parse "${text ?? ''}" to a valid duration`)
  return millis
}

/** Loki's API: nanoseconds since 1970, seconds where the number has at most ten digits or decimals, or RFC 3339. */
export function lokiTime(text: string | null, absent: Millis): Millis {
  if (text === null || !/^\d{11,}$/.test(text)) return prometheusTime(text, absent)
  return Number(BigInt(text) / 1_000n) / 1_000
}

/** Grafana: epoch milliseconds, `now`, or `now-1h`; undefined when it is none of them. */
export function grafanaTime(text: string, now: Millis): Millis | undefined {
  if (/^\d+$/.test(text)) return Number(text)
  if (!text.startsWith('now')) return undefined
  if (text.includes('/')) throw notSimulated(`rounded time ${text}`)
  const rest = text.slice('now'.length)
  if (rest === '') return now
  const sign = rest.startsWith('-') ? -1 : 1
  const distance = durationMillis(rest.slice(1))
  return distance === undefined || !'+-'.includes(rest.charAt(0)) ? undefined : now + sign * distance
}
