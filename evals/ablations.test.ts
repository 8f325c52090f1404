import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyRecords } from '../simulator/recording.ts'
import type { Recording } from '../simulator/recording.ts'
import { ablate } from './ablations.ts'
import type { Label, Truth } from './labels.ts'
import { replayAll } from './score.ts'
import type { Scored } from './score.ts'

const label: Label = {
  start: 0,
  end: 60_000,
  case: 'made',
  tick: '60s',
  snapshot: false,
  windows: [{ start: 0, end: 60_000, catch: [0, 60_000], category: 'cpu', target: { kind: 'service', name: 'cart' } }],
  scoredNormal: [],
}

const truth: Truth = {
  dataset: 'set',
  measures: ['rootCause', 'detection'],
  perDay: false,
  recordings: { a: label, b: label },
}

const series = {
  metric: 'calls',
  labels: { client: 'web', server: 'cart' },
  at: Float64Array.of(0),
  values: Float64Array.of(1),
}

function recordingOf(name: string): Recording {
  const dashboards = [{ uid: 'kept', title: 'kept' }]
  return { name, start: 0, end: 60_000, records: emptyRecords(), series: name === 'a' ? [series] : [], dashboards }
}

test('what is worth something is missed without it; recordings that never had it are left out', async () => {
  const named = await replayAll(
    truth,
    async () => ({ steps: [], seconds: 1, failed: false }),
    () => {},
  )
  const whole = named.map((one): Scored => ({ ...one, causes: one.causes.map(isRight) }))
  const seen: boolean[] = []
  const found = await ablate(
    truth,
    whole,
    'edges',
    async name => recordingOf(name),
    async folder => {
      seen.push(existsSync(join(folder, 'grafana/series.jsonl')))
      return { steps: [], seconds: 1, failed: false }
    },
    () => {},
  )
  expect(seen).toEqual([false])
  expect(found).toMatchObject([{ recordings: 1, n: 1, first: { value: 0 }, worthFirst: { value: 1 }, f1: 0 }])
})

function isRight(fact: Scored['causes'][number]): Scored['causes'][number] {
  return { ...fact, hits: { object: [true], service: [true] } }
}
