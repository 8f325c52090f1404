// A threshold that follows the scores of late: what is unusual depends on what has been usual here.
import { mean, normalQuantile, quantileOfSorted, standardDeviation } from './statistics.ts'

export type ThresholdOptions = {
  /** How many scores are remembered. */
  windowSize: number
  /** The share of usual scores that stays below, 0.5..1, both excluded. */
  sensitivity: number
  /** Percentile assumes nothing; zscore and iqr give the same on normal scores, and iqr bears outliers. */
  method: 'percentile' | 'zscore' | 'iqr'
  /** After how many new scores it is computed again, 1 or more. More is steadier, and cheaper. */
  updateFrequency: number
}

const DEFAULTS: ThresholdOptions = { windowSize: 1000, sensitivity: 0.95, method: 'percentile', updateFrequency: 1 }

/** The upper quartile of a standard normal distribution. */
const UPPER_QUARTILE = normalQuantile(0.75)

export class AdaptiveThreshold {
  readonly #options: ThresholdOptions
  /** Oldest first. */
  #scores: number[]
  #value = Infinity
  /** Scores taken in since the value was computed. */
  #pending: number

  /** scores: a snapshot to go on from. */
  constructor(options: Partial<ThresholdOptions> = {}, scores: readonly number[] = []) {
    this.#options = { ...DEFAULTS, ...options }
    const { windowSize, sensitivity, updateFrequency } = this.#options
    if (!(updateFrequency >= 1)) {
      throw new RangeError(`expected updateFrequency to be 1 or more, got ${updateFrequency}`)
    }
    if (!(windowSize >= 1)) throw new RangeError(`expected windowSize to be 1 or more, got ${windowSize}`)
    if (!(sensitivity >= 0.5 && sensitivity < 1)) {
      throw new RangeError(`expected sensitivity to be from 0.5 to below 1, got ${sensitivity}`)
    }
    this.#scores = scores.filter(Number.isFinite).slice(-windowSize)
    this.#pending = this.#scores.length
  }

  /**
   * A score above it is unusual. Infinity until there are enough scores for one of them to be: 20 at a sensitivity
   * of 0.95. Also where they are so far apart that a double cannot say it.
   */
  get value(): number {
    const isDue = this.#pending >= this.#options.updateFrequency || this.#value === Infinity
    if (this.#pending > 0 && isDue) {
      const value = this.#compute()
      this.#value = Number.isNaN(value) ? Infinity : value
      this.#pending = 0
    }
    return this.#value
  }

  /** Takes scores in, in the order of time; NaN and infinite ones are left out. */
  update(scores: Iterable<number>): void {
    for (const score of scores) {
      if (!Number.isFinite(score)) continue
      this.#scores.push(score)
      this.#pending++
    }
    this.#scores = this.#scores.slice(-this.#options.windowSize)
  }

  isUnusual(score: number): boolean {
    return score > this.value
  }

  /** The remembered scores, for the constructor. */
  snapshot(): number[] {
    return [...this.#scores]
  }

  #compute(): number {
    const { sensitivity, method } = this.#options
    if (this.#scores.length < Math.round(1 / (1 - sensitivity))) return Infinity
    const reach = normalQuantile(sensitivity)
    if (method === 'zscore') return mean(this.#scores) + reach * standardDeviation(this.#scores)
    const sorted = Float64Array.from(this.#scores).sort()
    if (method === 'percentile') return quantileOfSorted(sorted, sensitivity)
    const upper = quantileOfSorted(sorted, 0.75)
    const spread = upper - quantileOfSorted(sorted, 0.25)
    return upper + ((reach - UPPER_QUARTILE) / (2 * UPPER_QUARTILE)) * spread
  }
}
