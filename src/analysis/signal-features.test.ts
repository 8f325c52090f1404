import { expect, test } from 'vitest'
import type { Signal } from '#incident/signal.ts'
import type { Embedder } from './embed.ts'
import { entropyOf, signalFeatures } from './signal-features.ts'

/** The first character's code, at unit length. */
const embedder: Embedder = {
  name: 'first',
  dims: 1,
  alike: 0.3,
  embed: texts => Float32Array.from(texts, text => Math.sign(text.length)),
}

const seen = {
  source: 'grafana',
  writer: 'operator',
  entity: { service: 'checkout' },
  severity: 'low',
  labels: {},
} as const
const line = (at: number, text: string): Signal => ({ ...seen, id: text, kind: 'log', at, text, count: 1 })
const series = (at: number, values: number[]): Signal => ({
  ...seen,
  id: 'latency',
  kind: 'series',
  at,
  metric: 'latency',
  unit: 'ms',
  points: values.map((value, i) => [at + i, value]),
})

test('a signal is its text, its time and its numbers; what it has not is missing', () => {
  const thursday = Date.UTC(2026, 0, 1, 13, 30)
  const { rows, n, d, columns } = signalFeatures(
    [line(thursday + 5_000, 'aabb'), series(thursday, [1, 2, 3, 4, 5, 13]), series(thursday + 9_000, [])],
    embedder,
  )
  expect([n, d]).toEqual([3, 8])
  expect(columns.slice(0, 2)).toEqual(['text_embedding_0', 'text_length'])
  const row = (i: number) => Array.from(rows.subarray(i * d, (i + 1) * d))
  const none = Number.NaN
  expect(row(0)).toEqual([1, 4, 1, 13, 3, 5, none, none])
  // median 3.5, MAD 1.5: (13 - 3.5) * 0.6745 / 1.5
  const z = (9.5 * 0.6745) / 1.5
  expect(row(1)).toEqual([none, none, none, 13, 3, none, expect.closeTo(z, 9), expect.closeTo(z / (z + 3.5), 9)])
  expect(row(2)).toEqual([none, none, none, 13, 3, 4, none, none])
})

test('entropy is low for what repeats and high for keys', () => {
  expect([entropyOf(''), entropyOf('aaaa'), entropyOf('aabb'), entropyOf('abcd')]).toEqual([0, 0, 1, 2])
  expect(entropyOf('🔥🔥')).toBe(0)
  expect(entropyOf('sk_9fK2qLx8ZrT0')).toBeGreaterThan(entropyOf('failed failed failed'))
})

test('of no signals there are no rows', () => {
  expect(signalFeatures([], embedder)).toMatchObject({ n: 0, d: 8, rows: new Float64Array(0) })
})
