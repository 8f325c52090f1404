// The recipe for a series of which nothing is known but itself (DIAGNOSIS 1, "one series"): beyond nearly everything it showed in ten days.
import { createHistory, push, quantileOf } from '../history.ts'
import type { History } from '../history.ts'
import type { LoneState } from '../learnt.ts'

/** Ten days at five minutes. */
const STEPS = 2880
const WIDE = 36
/** Silent until so many steps are known: quantiles of less say nothing about the unusual. */
const SILENT_STEPS = 180
const NEAR_MAXIMUM = 0.998
const LEAST_SPAN = 0.1 // of the level

/** 30 % beyond nearly everything seen. Nearer the middle: 0.5 false a day instead of 0.07. */
export const LONE_FIRES = 1.3
/** Fires within twelve hours are one trouble. */
export const LONE_MERGE_STEPS = 144

export function createLone(): LoneState {
  return { histories: Array.from({ length: 5 }, () => createHistory(STEPS)), last: [], score: 0, before: 0 }
}

/** One more value; `score` is then how far the last two were beyond what was seen before: 1 is the near-maximum. */
export function takeLone(lone: LoneState, value: number): void {
  lone.last.push(value)
  if (lone.last.length > WIDE) lone.last.shift()
  const features = featuresOf(lone.last)
  let beyondAll = 0
  for (const [i, feature] of features.entries()) {
    const history = lone.histories[i]!
    if (history.size >= SILENT_STEPS) beyondAll = Math.max(beyondAll, beyond(history, feature, i < LEVELS))
    push(history, feature)
  }
  lone.score = Math.min(beyondAll, lone.before)
  lone.before = beyondAll
}

/** Of the features, the first are levels. */
const LEVELS = 3

/** Value, median of 3, mean of 36, 10-90 % spread of 36, jump. */
function featuresOf(last: readonly number[]): number[] {
  const value = last.at(-1)!
  const three = last.slice(-3).toSorted((a, b) => a - b)
  const all = last.toSorted((a, b) => a - b)
  const at = (share: number) => all[Math.round(share * (all.length - 1))]!
  const mean = last.reduce((sum, x) => sum + x, 0) / last.length
  return [value, three[three.length >> 1]!, mean, at(0.9) - at(0.1), Math.abs(value - (last.at(-2) ?? value))]
}

/** A level can be too low as well as too high; a spread or a jump only too large. */
function beyond(history: History, now: number, isLevel: boolean): number {
  const median = quantileOf(history, 0.5)
  const least = Math.max(LEAST_SPAN * Math.abs(median), 1e-9)
  const up = (now - median) / Math.max(quantileOf(history, NEAR_MAXIMUM) - median, least)
  const down = (median - now) / Math.max(median - quantileOf(history, 1 - NEAR_MAXIMUM), least)
  return isLevel ? Math.max(up, down) : up
}
