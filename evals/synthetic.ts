// Made sets with a known truth, for how well separated the clusters found in them are. They were written down, with
// their seeds, before anything was measured on them, and nothing is tuned to them.
import { randomFrom } from '#analysis/random.ts'
import { normalQuantile } from '#analysis/statistics.ts'

export const SEEDS = [1, 2, 3, 4, 5]

/** `truth`: the kind of each item, from 0; -1 for a stray that belongs to none. */
export type SyntheticRows = { rows: Float64Array; n: number; d: number; truth: Int32Array }
export type SyntheticLines = { lines: string[]; truth: Int32Array }

const KINDS = 12
const COLUMNS = 16
const STRAYS = 0.05

/**
 * 12 kinds of 20 to 120 rows x 16, normally distributed around a centre whose coordinates lie in -10..10, each kind with
 * a standard deviation of its own, 0.2 to 1; and one row in twenty that lies anywhere in -12..12. In random order.
 */
export function syntheticRows(seed: number): SyntheticRows {
  const random = randomFrom(seed)
  const normal = () => normalQuantile(1e-6 + (1 - 2e-6) * random())
  const items: { kind: number; row: number[] }[] = []
  for (let kind = 0; kind < KINDS; kind++) {
    const size = 20 + Math.floor(101 * random())
    const deviation = 0.2 + 0.8 * random()
    const centre = Array.from({ length: COLUMNS }, () => 20 * random() - 10)
    for (let i = 0; i < size; i++) items.push({ kind, row: centre.map(value => value + deviation * normal()) })
  }
  const strays = Math.round((STRAYS * items.length) / (1 - STRAYS))
  for (let i = 0; i < strays; i++) {
    items.push({ kind: -1, row: Array.from({ length: COLUMNS }, () => 24 * random() - 12) })
  }
  shuffle(items, random)
  return {
    rows: Float64Array.from(items.flatMap(({ row }) => row)),
    n: items.length,
    d: COLUMNS,
    truth: Int32Array.from(items, ({ kind }) => kind),
  }
}

/** What services say: # a number, @ an address, ~ an id, % a duration. */
const MESSAGES = [
  'GET /api/v1/orders/# answered 200 in %',
  'connection to payments at @ refused, attempt # of 5',
  'user ~ signed in from @',
  'disk usage of /var/lib/data is at # percent',
  'Failed to pull image registry.local/shop/cart: manifest unknown, request ~',
  'OOMKilled: container cart used # MiB',
  'slow query took %: SELECT name FROM products WHERE id = #',
  'cache miss for session ~, loaded in %',
  'retrying message # on queue invoices after %',
  'certificate of @ expires in # days',
  'leader election lost to node @',
  'liveness probe failed: HTTP probe failed with statuscode 503 after %',
  'rolled out revision # of deployment checkout',
  'TLS handshake error from @: EOF',
  'scheduled job ~ finished in %',
]

/** 50 to 250 lines of each of 15 messages, each variable drawn anew. In random order. */
export function syntheticLines(seed: number): SyntheticLines {
  const random = randomFrom(seed)
  const number = (most: number) => Math.floor(most * random())
  const variable: Record<string, () => string> = {
    '#': () => String(number(10_000)),
    '@': () => [10, number(256), number(256), number(256)].join('.'),
    '~': () =>
      [1, 2, 3]
        .map(() =>
          number(2 ** 32)
            .toString(16)
            .padStart(8, '0'),
        )
        .join('-'),
    '%': () => `${number(5_000)} ms`,
  }
  const items = MESSAGES.flatMap((message, kind) =>
    Array.from({ length: 50 + number(201) }, () => ({
      kind,
      line: message.replace(/[#@~%]/g, sign => variable[sign]!()),
    })),
  )
  shuffle(items, random)
  return { lines: items.map(({ line }) => line), truth: Int32Array.from(items, ({ kind }) => kind) }
}

const HOUR_MILLIS = 3_600_000
const MONDAY = Date.UTC(2026, 0, 5)
const WEEKS = 4

export const TROUBLES = ['spike', 'out of season', 'new level', 'burst of counts'] as const
export type SyntheticSeries = { times: Float64Array; values: Float64Array; truth: boolean[] }

/**
 * Four weeks by the hour, and six troubles of one kind in the second half: a value six deviations out; a value of the
 * day in the night; a level four deviations up or down from there on; twice the usual
 * count, of 10 to 100 events an hour.
 */
export function syntheticSeries(trouble: (typeof TROUBLES)[number], seed: number): SyntheticSeries {
  const random = randomFrom(seed)
  const normal = () => normalQuantile(1e-6 + (1 - 2e-6) * random())
  const n = WEEKS * 168
  const truth = Array<boolean>(n).fill(false)
  for (let k = 0; k < 6; k++) truth[n / 2 + k * 50 + Math.floor(40 * random())] = true
  const usualCount = 10 + 90 * random()
  let level = 100
  const values = Float64Array.from(truth, (isTrouble, i) => {
    const isDay = i % 24 >= 8 && i % 24 < 20
    if (trouble === 'burst of counts') return poisson(isTrouble ? 2 * usualCount : usualCount, random)
    if (trouble === 'out of season') return (isDay !== isTrouble ? 200 : 100) + 5 * normal()
    if (trouble === 'new level' && isTrouble) level += 20 * Math.sign(random() - 0.5)
    return level + (trouble === 'spike' && isTrouble ? 30 : 0) + 5 * normal()
  })
  return { times: Float64Array.from(truth, (_, i) => MONDAY + i * HOUR_MILLIS), values, truth }
}

/** Knuth's. */
function poisson(mean: number, random: () => number): number {
  const least = Math.exp(-mean)
  let count = 0
  for (let product = random(); product > least; product *= random()) count++
  return count
}

function shuffle(items: unknown[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const other = Math.floor((i + 1) * random())
    const held = items[i]
    items[i] = items[other]
    items[other] = held
  }
}
