// How often a method may be called, by Slack's tiers: https://docs.slack.dev/apis/web-api/rate-limits
import type { Millis } from './workspace.ts'

/** Calls a minute. Slack states them with a plus: what it grants at least. */
export const TIER_PER_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100 } as const
export type Tier = keyof typeof TIER_PER_MINUTE

const MESSAGES_PER_MINUTE = 60 // chat.postMessage: one a second in each channel
/** "Short bursts are allowed": how short is not said; five is what we grant. */
const BURST = 5

export type RateLimit = {
  /** Seconds to wait, or undefined when the call may be made; then it counts. */
  refuse(bucket: string, rate: Tier | 'message'): number | undefined
}

/** Token buckets, one each `bucket`. */
export function openRateLimit(clock: () => Millis): RateLimit {
  const buckets = new Map<string, { left: number; at: Millis }>()
  return {
    refuse(bucket, rate) {
      const perMinute = rate === 'message' ? MESSAGES_PER_MINUTE : TIER_PER_MINUTE[rate]
      const full = rate === 'message' ? BURST : Math.max(perMinute, BURST)
      const known = buckets.get(bucket) ?? { left: full, at: clock() }
      const left = Math.min(full, known.left + ((clock() - known.at) / 60_000) * perMinute)
      if (left < 1) {
        buckets.set(bucket, { left, at: clock() })
        return Math.max(1, Math.ceil(((1 - left) / perMinute) * 60))
      }
      buckets.set(bucket, { left: left - 1, at: clock() })
      return undefined
    },
  }
}
