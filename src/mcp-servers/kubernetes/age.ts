// How long ago something was, as kubectl says it: one number and one unit.
import type { Millis } from '#incident/signal.ts'

/** ageOf(now - 95_000, now) -> '95s', an hour and a half -> '90m'; '0s' for what is yet to come. */
export function ageOf(at: Millis, now: Millis): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}

/** `2026-11-03T14:02:00Z`: the precision in which objects carry time. */
export function stamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
