// Grafana's arithmetic between a panel's wish (points, interval) and the step and variables of the query that it sends.
import type { Millis } from '../recording.ts'

const mostPoints = 11_000 // Prometheus' bound, which Grafana stays under

// Grafana rounds a wished interval of at most `upTo` to `to`: [upTo, to] in ms, and past the last one to a year.
const rounding: readonly (readonly [upTo: Millis, to: Millis])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1_500, 1_000],
  [3_500, 2_000],
  [7_500, 5_000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
  [604_800_000, 86_400_000],
  [1_814_400_000, 604_800_000],
  [3_628_800_000, 2_592_000_000],
]
const year: Millis = 31_536_000_000

export type Span = { from: Millis; to: Millis }

/** The step of a Prometheus query: as fine as the points wished for allow, never finer than `intervalMs`. */
export function prometheusStep({ from, to }: Span, intervalMs: Millis, maxDataPoints: number): Millis {
  const wished = Math.max(rounded((to - from) / maxDataPoints), intervalMs)
  return Math.max(wished, rounded((to - from) / mostPoints))
}

export function lokiStep({ from, to }: Span, intervalMs: Millis): Millis {
  return Math.ceil(Math.max(intervalMs, (to - from) / mostPoints))
}

/** Both ends moved back to whole steps, so that a dashboard's points stay where they are when it is refreshed. */
export function aligned({ from, to }: Span, step: Millis): Span {
  return { from: Math.floor(from / step) * step, to: Math.floor(to / step) * step }
}

/** $__interval, $__rate_interval, $__range and their _ms and _s forms, written out; `${name}` likewise. */
export function interpolated(query: string, { from, to }: Span, step: Millis, scrapeInterval: Millis): string {
  const rateInterval = Math.max(step + scrapeInterval, 4 * scrapeInterval)
  const range = to - from
  const values: Record<string, string> = {
    __interval_ms: String(step),
    __interval: duration(step),
    __rate_interval_ms: String(rateInterval),
    __rate_interval: duration(rateInterval),
    __range_ms: String(range),
    __range_s: String(Math.round(range / 1000)),
    __range: `${Math.round(range / 1000)}s`,
  }
  let text = query
  for (const [name, value] of Object.entries(values)) {
    text = text.replaceAll(`\${${name}}`, value).replaceAll(`$${name}`, value)
  }
  return text
}

/** 90000 -> 1m30s, as Prometheus and Go write it. */
export function duration(millis: Millis): string {
  const parts: [string, number][] = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
    ['ms', 1],
  ]
  let rest = millis
  let text = ''
  for (const [unit, size] of parts) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) text += `${count}${unit}`
  }
  return text || '0s'
}

function rounded(interval: number): Millis {
  return rounding.find(([upTo]) => interval <= upTo)?.[1] ?? year
}
