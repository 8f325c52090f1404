import { expect, test } from 'vitest'
import type { LabelWindow } from './labels.ts'
import { freeSlots } from './schedule.ts'

const MINUTE = 60_000

function faultAt(minute: number): LabelWindow {
  const start = minute * MINUTE
  return { start, end: start + 5 * MINUTE, catch: [start - MINUTE, start + 6 * MINUTE], category: '' }
}

test('a gap of three steps holds two slots, and one more follows the last fault', () => {
  const windows = [0, 8, 16, 24, 48, 56, 64, 72].map(faultAt)
  expect(freeSlots(windows).map(([from, to]) => [from / MINUTE, to / MINUTE])).toEqual([
    [31, 38],
    [39, 46],
    [79, 86],
  ])
})

test('a pause of hours is the end of a timetable, and a few faults make none', () => {
  const windows = [0, 8, 16, 24, 300, 308, 316, 324].map(faultAt)
  expect(freeSlots(windows)).toHaveLength(1)
  expect(freeSlots(windows.slice(0, 4))).toEqual([])
})
