// What hiding secrets costs: every line of every log and answer goes through it, also those that somebody made to be slow.
import { redact } from '#incident/redact.ts'
import type { Benchmark } from './benchmark.ts'

const LINE =
  'POST /checkout answered 502 after 4012 ms: connection refused by payments at shop/checkout-7f9dd8b6c1, attempt 3 of 5 '
const ORDINARY = LINE.repeat(3).slice(0, 250)
/** What looks like the beginning of a secret, again and again. */
const HOSTILE = [
  'a',
  'A1',
  '=',
  'key=',
  '%41',
  ':',
  '"',
  '\\',
  '-',
  '--key ',
  'eyJabc.',
  'a@a.',
  '-----BEGIN A PRIVATE KEY-----',
]
const MOST_GROWTH = 4 // of the time for a character in a text eight times as long: 1 is linear, 8 is a square

export const benchRedact: Benchmark = async say => {
  say('ordinary lines')
  const lineMicros = quickest(ORDINARY, 2_000) * 1_000
  const growth = HOSTILE.map(unit => {
    say(JSON.stringify(unit))
    return {
      unit,
      growth: quickest(unit.repeat(8_000 / unit.length), 4) / quickest(unit.repeat(1_000 / unit.length), 32) / 8,
    }
  })
  const worst = growth.reduce((a, b) => (b.growth > a.growth ? b : a))
  const page = `| | measured | promised |
|---|---|---|
| a line of 250 characters without a secret | ${lineMicros.toFixed(1)} µs | |
| time a character in a text eight times as long, worst of ${HOSTILE.length} hostile texts (\`${worst.unit}\`) | ${worst.growth.toFixed(1)} times | under ${MOST_GROWTH} |
`
  return { figures: { lineMicros, growth }, page, isKept: worst.growth < MOST_GROWTH }
}

/** Milliseconds of one pass, the best of several: what else the machine does only adds. */
function quickest(text: string, times: number): number {
  for (let time = 0; time < times; time++) redact(text)
  const taken = Array.from({ length: 7 }, () => {
    const begun = performance.now()
    for (let time = 0; time < times; time++) redact(text)
    return (performance.now() - begun) / times
  })
  return Math.min(...taken)
}
