// Alarms that hold although what they guard is well, and those that must stay as they are.
import { expect, test } from 'vitest'
import { judge } from './judgement.ts'
import { alone, flat, ramp } from './measured.fixture.ts'

const GB = 2 ** 30
const GROWN = [...ramp(30 * GB, 3 * GB), 110 * GB, 200 * GB, 200 * GB, 200 * GB]

test('storage that was low and was grown has recovered, by the event that says so', () => {
  const database = alone({
    metrics: { FreeStorageSpace: GROWN, CPUUtilization: flat(18) },
    said: [[3, 'Storage autoscaling completed. Allocated storage is now 200 GB.']],
  })
  expect(judge(database, ['freeStorage'])).toMatchObject({
    fault: 'recovered',
    atMost: 'low',
    verdict: 'orders-db recovered at 11:57: Storage autoscaling completed, FreeStorageSpace 200 GB',
  })
})

test('connections that swing about a threshold within what they always do', () => {
  const swinging = Array.from({ length: 20 }, (_, i) => 2100 + 130 * Math.sin((i * Math.PI) / 3))
  const judgement = judge(alone({ metrics: { DatabaseConnections: swinging, CPUUtilization: flat(55) } }), [
    'connections',
  ])
  expect(judgement).toMatchObject({ fault: 'within its usual range', atMost: 'medium' })
})

const swing = Array.from({ length: 20 }, (_, i) => 400 + 30 * Math.sin((i * Math.PI) / 3))
test.each([
  ['a pool that stays full', { DatabaseConnections: Array<number>(15).fill(500) }],
  ['connections that only grow', { DatabaseConnections: ramp(400, 480) }],
  ['storage still falling', { FreeStorageSpace: ramp(100 * GB, 80 * GB) }],
  ['storage well for one point only', { FreeStorageSpace: GROWN.slice(0, -2) }],
])('%s keeps its alarm', (_, metrics) => {
  const guarded = 'DatabaseConnections' in metrics ? 'connections' : 'freeStorage'
  expect(judge(alone({ metrics: metrics as Record<string, number[]> }), [guarded])?.atMost).toBeUndefined()
})

test('a swing during which something failed keeps its alarm', () => {
  const database = alone({
    metrics: { DatabaseConnections: swing },
    said: [[4, 'Some clients of orders-db failed to connect']],
  })
  expect(judge(database, ['connections'])).toBeUndefined()
})

test('an alarm on what is not measured keeps its severity', () => {
  expect(judge(alone({ metrics: { CPUUtilization: flat(20) } }), ['connections'])).toBeUndefined()
  expect(judge(alone({ metrics: { CPUUtilization: flat(20) } }), [])).toBeUndefined()
})
