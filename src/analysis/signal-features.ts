// Signals of all kinds as rows of numbers: what they say, when, and what was measured. For detectors and clustering over
// several sources at once; what a single series measures is features.ts's.
import type { Signal } from '#incident/signal.ts'
import { scoreOf } from './detectors/detector.ts'
import { UNUSUAL_Z } from './detectors/robust-z.ts'
import { hourOfWeek } from './detectors/seasonal.ts'
import type { Embedder } from './embed.ts'
import { medianAndDeviation } from './statistics.ts'

export type SignalFeatures = {
  /** n x d; NaN where a signal has no such feature: a series says nothing, a log line measures nothing. */
  rows: Float64Array
  n: number
  d: number
  /** Names of the d columns. */
  columns: string[]
}

const PLAIN_COLUMNS = [
  'text_length', // UTF-16 units
  'text_entropy', // bits a character, 0 for a text of one character
  'hour_of_day', // 0..23, UTC
  'day_of_week', // 0 is Monday
  'seconds_since_last', // since the signal before it in time, of whatever source; missing for the first
  'metric_value', // the last value of a series, in robust standard deviations from the median of its points
  'metric_anomaly_score', // 0..1, above 0.5 unusual among its points
]

/** Columns: the embedder's dims (unit length or zeros), then the plain ones above. Rows are in the order of the signals. */
export function signalFeatures(signals: readonly Signal[], embedder: Embedder): SignalFeatures {
  const { dims } = embedder
  const d = dims + PLAIN_COLUMNS.length
  const rows = new Float64Array(signals.length * d).fill(Number.NaN)
  const vectors = embedder.embed(signals.map(signal => ('text' in signal ? signal.text : '')))
  const gaps = secondsSinceLast(signals.map(({ at }) => at))
  for (const [i, signal] of signals.entries()) {
    if ('text' in signal) rows.set(vectors.subarray(i * dims, (i + 1) * dims), i * d)
    rows.set([...textFeatures(signal), ...timeFeatures(signal), gaps[i]!, ...metricFeatures(signal)], i * d + dims)
  }
  const columns = [...Array.from({ length: dims }, (_, j) => `text_embedding_${j}`), ...PLAIN_COLUMNS]
  return { rows, n: signals.length, d, columns }
}

function textFeatures(signal: Signal): [length: number, entropy: number] {
  return 'text' in signal ? [signal.text.length, entropyOf(signal.text)] : [Number.NaN, Number.NaN]
}

/**
 * Shannon entropy of the characters (code points) of a text, in bits a character: low for what repeats, high for keys
 * and identifiers. 0 for an empty one.
 *
 * @example
 * entropyOf('aabb') // 1: two characters, as often as each other
 */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  let length = 0
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1)
    length++
  }
  let bits = 0
  for (const count of counts.values()) bits -= (count / length) * Math.log2(count / length)
  return Math.max(0, bits)
}

function timeFeatures({ at }: Signal): [hour: number, weekday: number] {
  const hour = hourOfWeek(at)
  return [hour % 24, Math.floor(hour / 24)]
}

function secondsSinceLast(times: readonly number[]): Float64Array {
  const gaps = new Float64Array(times.length).fill(Number.NaN)
  const order = [...times.keys()].toSorted((a, b) => times[a]! - times[b]!)
  for (const [place, i] of order.entries()) {
    if (place > 0) gaps[i] = (times[i]! - times[order[place - 1]!]!) / 1_000
  }
  return gaps
}

function metricFeatures(signal: Signal): [value: number, score: number] {
  const last = signal.kind === 'series' ? signal.points.at(-1)?.[1] : undefined
  if (signal.kind !== 'series' || last === undefined) return [Number.NaN, Number.NaN]
  const { centre, deviation } = medianAndDeviation(signal.points.map(([, value]) => value))
  const away = last - centre
  const value = away === 0 ? 0 : away / deviation
  return [value, scoreOf(Math.abs(value), UNUSUAL_Z)]
}
