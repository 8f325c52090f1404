// What tests of any input share: seeds that can be run alone, strange numbers, and what a result has to be.
import { randomFrom } from './random.ts'

export type Random = () => number

/** Runs `attempt` with so many seeds; one that fails is named, so that it can be run alone. */
export function fuzz(times: number, attempt: (random: Random) => void): void {
  for (let seed = 0; seed < times; seed++) {
    try {
      attempt(randomFrom(seed))
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause })
    }
  }
}

const STRANGE = [Number.NaN, Infinity, -Infinity, 0, -0, 1e308, -1e308, 5e-324, 2 ** 53, -1]

export function below(random: Random, most: number): number {
  return Math.floor(random() * most)
}

/** Often alike, sometimes strange. */
export function numbers(random: Random, n: number, isFinite = false): Float64Array {
  const strangeness = random() < 0.5 ? 0 : random()
  const scale = 10 ** (12 * random() - 6)
  const constant = scale * random()
  const alike = random() < 0.3 ? 0.9 : 0
  return Float64Array.from({ length: n }, () => {
    if (!isFinite && random() < strangeness) return STRANGE[below(random, STRANGE.length)]!
    return random() < alike ? constant : scale * (random() - 0.5)
  })
}

export function expectScores(scores: ArrayLike<number>, n: number): void {
  if (scores.length !== n) throw new Error(`expected ${n} scores, got ${scores.length}`)
  for (let i = 0; i < n; i++) {
    if (!(scores[i]! >= 0 && scores[i]! <= 1)) throw new Error(`expected a score in 0..1, got ${scores[i]} at ${i}`)
  }
}

export function expectBetween(value: number, low: number, high: number): void {
  if (!(value >= low - 1e-9 && value <= high + 1e-9)) {
    throw new Error(`expected a value in ${low}..${high}, got ${value}`)
  }
}
