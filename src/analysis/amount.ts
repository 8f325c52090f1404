// Numbers as people read them: two significant digits, a unit, the largest unit that stays exact enough.
import type { Millis } from '#incident/signal.ts'
import type { Feature } from './features.ts'

/** A value of a series with its unit: '4.1 s', '31 %', '1.2 GB', '140 requests'. */
export function amount(value: number, feature: Feature, unit: string): string {
  const { measure, form, seconds } = feature
  if (measure === 'latency') return duration(value * seconds * 1000)
  if (form === 'percent') return `${digits(value)} %`
  if (form === 'fraction') return `${digits(100 * value)} %`
  if (form === 'perSecond') return `${digits(value)}/s`
  if (/byte/i.test(unit)) return bytes(value)
  const plain = unit === '' || /^(count|none|short|1)$/i.test(unit)
  return plain ? digits(value) : `${digits(value)} ${unit.toLowerCase()}`
}

export function duration(millis: Millis): string {
  const steps = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const
  for (const [name, length] of steps) if (Math.abs(millis) >= length) return `${digits(millis / length)} ${name}`
  return `${digits(millis)} ms`
}

function bytes(value: number): string {
  const steps = [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const
  for (const [name, size] of steps) if (Math.abs(value) >= size) return `${digits(value / size)} ${name}`
  return `${digits(value)} B`
}

/** Two significant digits; whole numbers from 10 to 9999 as they are. digits(0.2134) -> '0.21', digits(4123) -> '4123' */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return 'unknown'
  if (Math.abs(value) >= 10 && Math.abs(value) < 10_000) return String(Math.round(value))
  const rounded = Number(value.toPrecision(2))
  return Math.abs(rounded) >= 10_000 ? rounded.toLocaleString('en-US') : String(rounded)
}

export function clock(at: Millis): string {
  return new Date(at).toISOString().slice(11, 16)
}
