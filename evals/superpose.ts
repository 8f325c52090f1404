// Two troubles of one system at once, made of two recordings of one trouble each: what the second added to each of its
// series is added to the first's.
import type { Recording, RecordOf } from '../simulator/recording.ts'
import { median } from './measures.ts'
import { shift } from '../simulator/shift.ts'
import { between } from './variants.ts'
import type { Case } from './variants.ts'

/** What is usual is measured over no more than this before a trouble, in both. */
export const HISTORY = 6 * 3_600_000

/**
 * `first` with the trouble of `second`, which begins at the same moment. Of each CloudWatch metric both have, the excess
 * of the second over its median before the trouble is added over the same steps; its alarms ring at the same distance
 * from the beginning. Both labels stand in the label, the first's first. Each has one window.
 */
export function superposed(first: Case, second: Case): Case {
  const [[one], [two]] = [first.label.windows, second.label.windows]
  if (!one || !two) throw new RangeError('expected a window in each of the two cases')
  const from = one.catch[0]
  const later = from - two.catch[0]
  const base = between(first.recording, from - HISTORY, first.recording.end)
  const other = between(shift(second.recording, later), from - HISTORY, first.recording.end)
  const window = {
    ...two,
    start: two.start + later,
    end: two.end + later,
    catch: [from, two.catch[1] + later] as [number, number],
  }
  const records = {
    ...base.records,
    'cloudwatch/metrics': withExcess(base, other, from),
    'cloudwatch/alarms': withAlarms(base, other, from),
  }
  return {
    recording: { ...base, records },
    label: { ...first.label, start: base.start, windows: [one, window] },
  }
}

type Metric = RecordOf['cloudwatch/metrics']

function withExcess(base: Recording, other: Recording, from: number): Metric[] {
  const added = new Map<string, Metric[]>()
  for (const [key, rows] of Map.groupBy(other.records['cloudwatch/metrics'], keyOf)) added.set(key, rows)
  return base.records['cloudwatch/metrics'].map(row => {
    const rows = added.get(keyOf(row))
    if (row.at < from || !rows) return row
    const values = Object.entries(row.values).map(([statistic, value]) => {
      const now = nearest(rows, row)?.values[statistic]
      const before = rows.filter(({ at }) => at < from).flatMap(({ values: { [statistic]: past } }) => past ?? [])
      const excess = now === undefined || before.length === 0 ? 0 : now - median(before)
      return [statistic, Math.max(0, value + excess)] as const
    })
    return { ...row, values: Object.fromEntries(values) }
  })
}

/** Steps of the two need not be at the same second. */
function nearest(rows: readonly Metric[], { at, period = 60 }: Metric): Metric | undefined {
  return rows.find(row => Math.abs(row.at - at) < period * 500)
}

function keyOf({ namespace, metric, dimensions }: Metric): string {
  return JSON.stringify([namespace, metric, Object.entries(dimensions).sort()])
}

/** An alarm that both have rings as soon as either of the two lets it. */
function withAlarms(base: Recording, other: Recording, from: number): RecordOf['cloudwatch/alarms'][] {
  const mine = base.records['cloudwatch/alarms']
  const theirs = other.records['cloudwatch/alarms']
  const rung = (rows: typeof mine) =>
    new Map(rows.filter(({ at, state }) => at >= from && state === 'ALARM').map(row => [row.alarm.AlarmName, row]))
  const [first, second] = [rung(mine), rung(theirs)]
  const quiet = [...mine, ...theirs.filter(({ alarm }) => mine.every(row => row.alarm.AlarmName !== alarm.AlarmName))]
  const names = new Set([...first.keys(), ...second.keys()])
  const loud = [...names].flatMap(name =>
    [first.get(name), second.get(name)]
      .flatMap(row => row ?? [])
      .sort((a, b) => a.at - b.at)
      .slice(0, 1),
  )
  return [...quiet.filter(({ at }) => at < from), ...loud].sort((a, b) => a.at - b.at)
}
