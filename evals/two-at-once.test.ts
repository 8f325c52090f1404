import { expect, test } from 'vitest'
import { emptyRecords } from '../simulator/recording.ts'
import type { Recording, RecordOf } from '../simulator/recording.ts'
import { grouping, groupingFact } from './grouping.ts'
import type { Label } from './labels.ts'
import { merged, ownerAmong } from './merge.ts'
import { superposed } from './superpose.ts'

const MINUTE = 60_000

type Alarm = RecordOf['cloudwatch/alarms']

/** Latency of cart each five minutes for an hour, and `more` of it in the last two; an alarm rings then. */
function issue(begin: number, more: number, alarm: string) {
  const at = (i: number) => begin + i * 5 * MINUTE
  const metric = (i: number) => ({
    at: at(i),
    namespace: 'Shop',
    metric: 'latency',
    dimensions: { Service: 'cart' },
    period: 300,
    values: { Average: i < 10 ? 1 : 1 + more },
  })
  const rung = (state: string, i: number): Alarm => ({ at: at(i), alarm: { AlarmName: alarm }, state, reason: '' })
  const recording: Recording = {
    name: alarm,
    start: at(0),
    end: at(12),
    records: {
      ...emptyRecords(),
      'cloudwatch/metrics': Array.from({ length: 12 }, (_, i) => metric(i)),
      'cloudwatch/alarms': [rung('OK', 0), rung('ALARM', 11)],
    },
    series: [],
    dashboards: [],
  }
  const label: Label = {
    start: at(0),
    end: at(12),
    case: alarm,
    tick: '60s',
    snapshot: false,
    windows: [{ start: at(10), end: at(12), catch: [at(10), at(12)], category: 'latency' }],
    scoredNormal: [],
  }
  return { recording, label }
}

test('what the second issue did to a series is added to the first, from the same step on, and its alarm rings too', () => {
  const { recording, label } = superposed(issue(0, 2, 'one'), issue(1_000 * MINUTE, 3, 'two'))
  const latency = recording.records['cloudwatch/metrics'].map(({ values }) => values['Average'])
  expect(latency).toEqual([...Array<number>(10).fill(1), 6, 6])
  const rung = recording.records['cloudwatch/alarms'].filter(({ state }) => state === 'ALARM')
  expect(rung.map(({ at, alarm }) => [at / MINUTE, alarm.AlarmName])).toEqual([
    [55, 'one'],
    [55, 'two'],
  ])
  expect(label.windows.map(({ catch: [from] }) => from / MINUTE)).toEqual([50, 50])
})

test('recordings side by side end together, and what is seen is told apart by their names', () => {
  const [one, two] = [issue(0, 2, 'one').recording, issue(1_000 * MINUTE, 3, 'two').recording]
  for (const { dimensions } of two.records['cloudwatch/metrics']) dimensions['Service'] = 'billing-api'
  const both = merged([one, two])
  expect(new Set(both.records['cloudwatch/metrics'].map(({ at }) => at)).size).toBe(12)
  const owner = ownerAmong([one, two])
  expect(['cart', 'billing-api', 'billing', 'search'].map(service => owner({ service }))).toEqual([0, 1, 1, undefined])
})

function incident(opened: number, services: string[]) {
  return { opened, signals: services.map((service, i) => ({ id: `${opened}/${i}`, entity: { service } })) }
}

test('two troubles in one incident lose precision, a trouble nobody saw loses recall', () => {
  const troubleOf = ({ entity }: { entity: { service: string } }) => Number(entity.service === 'b')
  const mixed = groupingFact(2, [incident(0, ['a', 'a', 'b'])], troubleOf)
  expect(grouping([mixed], 0).pairPrecision?.value).toBeCloseTo(1 / 3)
  const silent = groupingFact(2, [incident(0, ['a', 'a'])], troubleOf)
  expect(grouping([silent], 0)).toMatchObject({ pairPrecision: { value: 1 }, pairRecall: { value: 0.5 } })
})
