import { expect, test } from 'vitest'
import { dayOf, isZone, momentOf, weekdayOf } from './wall-clock.ts'

const at = (text: string) => Date.parse(text)
const day = (text: string) => {
  const [year = 0, month = 0, date = 0] = text.split('-').map(Number)
  return { year, month, day: date }
}

// Clock changes by https://data.iana.org/time-zones/ (2026): Europe 29 March and 25 October at 01:00 UTC; America 8 March and
// 1 November at 02:00 local; Lord Howe by half an hour, 5 April and 4 October; Kolkata and Kathmandu never.
test.each([
  ['Europe/Berlin', '2026-01-15', 150, '2026-01-15T02:30:00+01:00'],
  ['Europe/Berlin', '2026-07-15', 150, '2026-07-15T02:30:00+02:00'],
  ['Europe/Berlin, skipped', '2026-03-29', 150, '2026-03-29T03:30:00+02:00'],
  ['Europe/Berlin, shown twice', '2026-10-25', 150, '2026-10-25T02:30:00+02:00'],
  ['Europe/Berlin, after the change', '2026-03-29', 240, '2026-03-29T04:00:00+02:00'],
  ['America/New_York, skipped', '2026-03-08', 150, '2026-03-08T03:30:00-04:00'],
  ['America/New_York, shown twice', '2026-11-01', 90, '2026-11-01T01:30:00-04:00'],
  ['Australia/Lord_Howe, half an hour skipped', '2026-10-04', 135, '2026-10-04T02:45:00+11:00'],
  ['Asia/Kathmandu', '2026-05-01', 0, '2026-05-01T00:00:00+05:45'],
  ['Pacific/Kiritimati', '2026-05-01', 60, '2026-05-01T01:00:00+14:00'],
  ['UTC', '2026-03-29', 150, '2026-03-29T02:30:00Z'],
])('%s', (zone, date, minuteOfDay, expected) => {
  expect(new Date(momentOf(day(date), minuteOfDay, zone.split(',')[0] ?? '')).toISOString()).toBe(
    new Date(at(expected)).toISOString(),
  )
})

test('what day it is there, and which of the week', () => {
  const late = at('2026-11-20T23:30:00Z') // a Friday
  expect(dayOf(late, 'UTC')).toEqual(day('2026-11-20'))
  expect(dayOf(late, 'Asia/Tokyo')).toEqual(day('2026-11-21'))
  expect(weekdayOf(dayOf(late, 'UTC'))).toBe('fri')
  expect(weekdayOf(dayOf(late, 'Asia/Tokyo'))).toBe('sat')
  expect(weekdayOf({ year: 2026, month: 11, day: 31 })).toBe('tue') // 1 December
  expect([isZone('Europe/Berlin'), isZone('Europe/Bonn')]).toEqual([true, false])
})
