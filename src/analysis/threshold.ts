// A threshold that follows the scores of late: what is unusual depends on what has been usual here.
import { mean, normalQuantile, quantileOfSorted, standardDeviation } from './statistics.ts'

export type ThresholdOptions = {
  /** How many scores are remembered. */
  windowSize: number
  /** The share of usual scores that stays below, 0.5..1, both excluded. */
  sensitivity: number
  /** Percentile assumes nothing; zscore and iqr give the same on normal scores, and iqr bears outliers. */
  method: 'percentile' | 'zscore' | 'iqr'
}

const DEFAULTS: ThresholdOptions = { windowSize: 1000, sensitivity: 0.95, method: 'percentile' }

/** The upper quartile of a standard normal distribution. */
const UPPER_QUARTILE = normalQuantile(0.75)

export class AdaptiveThreshold {
  readonly #options: ThresholdOptions
  /** Oldest first. */
  #scores: number[]
  #value: number | undefined

  /** scores: a snapshot to go on from. */
  constructor(options: Partial<ThresholdOptions> = {}, scores: readonly number[] = []) {
    this.#options = { ...DEFAULTS, ...options }
    const { windowSize, sensitivity } = this.#options
    if (!(windowSize >= 1)) throw new RangeError(`expected windowSize to be 1 or more, got ${windowSize}`)
    if (!(sensitivity >= 0.5 && sensitivity < 1)) {
      throw new RangeError(`expected sensitivity to be from 0.5 to below 1, got ${sensitivity}`)
    }
    this.#scores = scores.slice(-windowSize)
  }

  /**
   * A score above it is unusual. Infinity until there are enough scores for one of them to be: 20 at a sensitivity
   * of 0.95.
   */
  get value(): number {
    this.#value ??= this.#compute()
    return this.#value
  }

  /** Takes scores in, finite, in the order of time. */
  update(scores: Iterable<number>): void {
    for (const score of scores) this.#scores.push(score)
    this.#scores = this.#scores.slice(-this.#options.windowSize)
    this.#value = undefined
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
