// How often a bot may write in one conversation, and for how long it is sent away when it does more.

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: "Send to conversation", per bot and thread. */
const LIMITS = [
  { seconds: 1, most: 7 },
  { seconds: 2, most: 8 },
  { seconds: 30, most: 60 },
  { seconds: 3_600, most: 1_800 },
]

/** Seconds to wait; undefined when it may go on, which is then counted. */
export function openThrottle(clock: () => number): (conversation: string) => number | undefined {
  const counted = new Map<string, number[]>()
  return conversation => {
    const now = clock()
    const times = (counted.get(conversation) ?? []).filter(at => at > now - 3_600_000)
    counted.set(conversation, times)
    for (const { seconds, most } of LIMITS) {
      const within = times.filter(at => at > now - seconds * 1000)
      const oldest = within.at(-most)
      if (oldest !== undefined) return Math.max(1, Math.ceil((oldest + seconds * 1000 - now) / 1000))
    }
    times.push(now)
    return undefined
  }
}
