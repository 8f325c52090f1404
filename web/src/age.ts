// Spans and moments where the server sends only a time.
const STEPS = [
  ['s', 1_000, 120, 0],
  ['min', 60_000, 90, 0],
  ['h', 3_600_000, 36, 1],
  ['d', 86_400_000, Number.POSITIVE_INFINITY, 1],
] as const

/** As the cards say it. @param millis a span; negative ones are 0. age(360_000) -> '6 min' */
export function age(millis: number): string {
  const span = Math.max(0, millis)
  const [unit, length, , decimals] = STEPS.find(([, size, most]) => span < size * most) ?? STEPS[3]
  const count = span / length
  return `${Number(count.toFixed(count < 10 ? decimals : 0))}\u00A0${unit}`
}

/** The clock, with the date when that is not today. */
export function clock(iso: string, now = Date.now()): string {
  const at = new Date(iso)
  const isToday = at.toDateString() === new Date(now).toDateString()
  const day = isToday ? {} : ({ day: 'numeric', month: 'short' } as const)
  return at.toLocaleString('en-GB', { ...day, hour: '2-digit', minute: '2-digit' })
}
