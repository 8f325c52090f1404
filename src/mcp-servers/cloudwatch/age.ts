// How long ago something was, as people say it.
import type { Millis } from '#incident/signal.ts'

/** '42s ago', '12m ago', '3h ago', '9d ago', of two moments in ISO 8601; 'just now' for what lies ahead. */
export function ago(at: string, asOf: string): string {
  const millis: Millis = Date.parse(asOf) - Date.parse(at)
  const [size, unit] = UNITS.find(([each]) => millis >= each) ?? []
  return size === undefined ? 'just now' : `${Math.floor(millis / size)}${unit} ago`
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const
