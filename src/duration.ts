// Durations as people write them: 90s, 15m, 6h, 10d.
import { z } from 'zod'

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** '15m' -> 900_000. Undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text.trim())
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : undefined
}

/** A duration in the configuration; in milliseconds once parsed. */
export const durationSchema = z
  .string()
  .regex(/^\d{1,9}(ms|s|m|h|d)$/, 'expected a duration such as 30s, 15m, 6h or 10d')
  .transform(text => parseDuration(text) ?? 0)
