// How far a group of series is from what is usual for itself, step by step (DIAGNOSIS 1.1-1.4). Whether that opens an incident is troubles.ts's.
import type { Millis } from '#incident/signal.ts'
import { clear, push, quantileOf } from '../history.ts'
import type { GroupState, Learnt, SeriesState } from '../learnt.ts'
import { IQR_OF_NORMAL, median } from '../statistics.ts'

/** Steps without which nothing is called unusual. */
export const BLIND_STEPS = 10
/** Of so few steps half may be the trouble itself. */
const SHORT_STEPS = 60
/** Two steps further apart than this do not follow one another: what lies between is unknown. */
const CONTIGUOUS_STEPS = 2.5

/** Usual level and how far values of it scatter, both in the series' unit; undefined while blind. */
export type Usual = { level: number; scale: number }

/** `requests`: in one step, where known: one failed request more is never news. */
export function usualOf(series: SeriesState, requests?: number): Usual | undefined {
  const { usual } = series
  if (usual.size < BLIND_STEPS) return undefined
  const level = quantileOf(usual, 0.5)
  return { level, scale: Math.max(spreadOf(series, level) / IQR_OF_NORMAL, leastScale(series, level, requests)) }
}

/** Between the quartiles; of a short past twice the half on the good side, which a trouble in it does not widen. */
function spreadOf({ usual, feature }: SeriesState, level: number): number {
  const [low, high] = [quantileOf(usual, 0.25), quantileOf(usual, 0.75)]
  if (usual.size >= SHORT_STEPS || feature.bad === 0 || feature.scope !== 'service' || feature.edge) return high - low
  return Math.min(high - low, 2 * (feature.bad > 0 ? level - low : high - level))
}

/** No scatter is smaller than this, however quiet the past. */
export function leastScale({ feature, usual }: SeriesState, level: number, requests?: number): number {
  const oneFailed = failedShare(feature.form, requests)
  const fraction = feature.measure === 'availability' && feature.form === 'percent' && quantileOf(usual, 1) <= 1
  const shrink = fraction ? 0.01 : 1 // a success "rate" that never passes 1 counts in fractions
  const request = feature.measure === 'availability' || feature.measure === 'errors' ? oneFailed : 0
  return Math.max(Math.abs(level) * feature.relativeFloor, shrink * Math.max(feature.floor, request), 1e-9)
}

function failedShare(form: SeriesState['feature']['form'], requests: number | undefined): number {
  if (form === 'each') return 1
  if (form === 'perSecond') return 1 / 60
  if (requests === undefined || requests <= 0) return 0
  return Math.min(100, 100 / requests) * (form === 'fraction' ? 0.01 : 1)
}

/** In scales, in the bad direction; where neither direction is bad, whichever way it went. */
export function deviationOf(series: SeriesState, value: number, usual: Usual): number {
  const away = (value - usual.level) / usual.scale
  return series.feature.bad === 0 ? Math.abs(away) : series.feature.bad * away
}

export type Advance = {
  /** Whether what the group sees now must not become usual. */
  frozen: boolean
  /** Requests in a step of the same thing, for one step's time. */
  requests: (at: Millis) => number | undefined
}

/**
 * Walks over the steps that the group's series have new points for; how many there were. Values of one step are those
 * within half a step of its first; a late one only teaches. `onStep` hears of each.
 */
export function advance(learnt: Learnt, group: GroupState, { frozen, requests }: Advance, onStep?: () => void): number {
  const members = group.members.flatMap(id => learnt.series.get(id) ?? [])
  const cursors = members.map(series => firstAfter(series, series.looked))
  const corrected = takeCorrections(members)
  if (cursors.every((cursor, i) => cursor === members[i]!.size) && !corrected) return 0
  group.step = stepOf(members) ?? group.step
  let steps = 0
  for (;;) {
    const from = Math.min(...members.map(({ times, size }, i) => (cursors[i]! < size ? times[cursors[i]!]! : Infinity)))
    if (from === Infinity) break
    const isLate = from < group.at + group.step / 2
    const until = isLate ? group.at + group.step / 2 : from + group.step / 2
    const needs = requests(from)
    let told = 0
    for (const [i, series] of members.entries()) {
      let newest = -1
      while (cursors[i]! < series.size && series.times[cursors[i]!]! < until) newest = cursors[i]!++
      if (newest < 0) continue
      told++
      learn(series, frozen)
      hold(series, newest, needs)
    }
    if (told > 0 && !isLate) {
      turn(group, from, frozen)
      steps++
    }
    judge(group, members)
    if (told > 0 && !isLate) onStep?.()
  }
  if (steps === 0 && corrected) {
    for (const series of members) if (series.held) look(series, requests(series.held.at))
    judge(group, members)
  }
  return steps
}

/** Whether a vendor corrected what is held. What is learnt next is what it says now. */
function takeCorrections(members: readonly SeriesState[]): boolean {
  let corrected = false
  for (const { held, times, values, size } of members) {
    if (!held) continue
    for (let place = size - 1; place >= 0 && times[place]! >= held.at; place--) {
      if (times[place] !== held.at || values[place] === held.value) continue
      held.value = values[place]!
      corrected = true
    }
  }
  return corrected
}

/** Place of the first point later than `time`. */
export function firstAfter(series: SeriesState, time: Millis): number {
  let low = 0
  let high = series.size
  while (low < high) {
    const middle = (low + high) >> 1
    if (series.times[middle]! <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** The median of the last gaps between points: one missing point does not change it. */
function stepOf(members: readonly SeriesState[]): Millis | undefined {
  const gaps: number[] = []
  for (const { times, size } of members) {
    for (let i = Math.max(1, size - 8); i < size; i++) gaps.push(times[i]! - times[i - 1]!)
  }
  return gaps.length < 2 ? undefined : gaps.toSorted((a, b) => a - b)[gaps.length >> 1]
}

/** What was held becomes part of the usual. */
function learn(series: SeriesState, frozen: boolean): void {
  if (series.held && !frozen) push(series.usual, series.held.value)
}

function hold(series: SeriesState, place: number, requests: number | undefined): void {
  series.held = { at: series.times[place]!, value: series.values[place]! }
  series.looked = series.held.at
  look(series, requests)
}

function look(series: SeriesState, requests: number | undefined): void {
  const usual = series.held && usualOf(series, requests)
  series.deviation = usual ? deviationOf(series, series.held!.value, usual) : Number.NaN
}

function turn(group: GroupState, at: Millis, frozen: boolean): void {
  if (!frozen && !Number.isNaN(group.deviation)) push(group.past, group.persistent)
  const follows = at - group.at <= CONTIGUOUS_STEPS * group.step
  group.before = follows ? group.deviation : Number.NaN
  group.at = at
}

/** The group's deviation is the median of those of its series that have a value in this step; what lasts is the lesser of two steps. */
function judge(group: GroupState, members: readonly SeriesState[]): void {
  const here: number[] = []
  for (const { held, deviation } of members) {
    if (held && held.at >= group.at - group.step / 2 && !Number.isNaN(deviation)) here.push(deviation)
  }
  group.deviation = here.length === 0 ? Number.NaN : median(here)
  const lasts = Math.min(group.deviation, group.before)
  group.persistent = Number.isNaN(lasts) ? 0 : lasts
}

/** After so long the trouble is the new normal: usual is what the last `steps` showed. */
export function relearn(learnt: Learnt, group: GroupState, steps: number): void {
  for (const series of group.members.flatMap(id => learnt.series.get(id) ?? [])) {
    clear(series.usual)
    const from = Math.max(0, series.size - 1 - steps)
    for (let i = from; i < series.size - 1; i++) push(series.usual, series.values[i]!)
  }
}
