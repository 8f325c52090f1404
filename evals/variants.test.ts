import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecording } from '../simulator/read-recording.ts'
import { emptyRecords } from '../simulator/recording.ts'
import type { Recording } from '../simulator/recording.ts'
import type { Label } from './labels.ts'
import { without } from './variants.ts'
import { writeRecording } from './write-recording.ts'

const MINUTE = 60_000

function series(metric: string, labels: Record<string, string>, minutes: number) {
  const at = Float64Array.from({ length: minutes }, (_, i) => i * MINUTE)
  return { metric, labels, at, values: at.map((_, i) => i) }
}

const recording: Recording = {
  name: 'made',
  start: 0,
  end: 60 * MINUTE,
  records: {
    ...emptyRecords(),
    'kubernetes/objects': [
      { at: 0, op: 'apply', object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart' } } },
    ],
    'grafana/logs': [
      { at: 5 * MINUTE, labels: { app: 'cart' }, line: 'early' },
      { at: 41 * MINUTE, labels: { app: 'cart' }, line: 'late' },
    ],
  },
  series: [
    series('http_requests_total', { service: 'cart' }, 60),
    series('calls_total', { client: 'web', server: 'cart' }, 60),
  ],
  dashboards: [],
}

const label: Label = {
  start: 0,
  end: 60 * MINUTE,
  case: 'made',
  tick: '60s',
  snapshot: false,
  windows: [{ start: 41 * MINUTE, end: 46 * MINUTE, catch: [40 * MINUTE, 47 * MINUTE], category: 'cpu' }],
  scoredNormal: [[0, 40 * MINUTE]],
}

test('calls go with edges, other series with metrics; what is not there cannot be taken out', () => {
  const names = (cut: ReturnType<typeof without>) => cut?.map(one => one.recording.series.map(({ metric }) => metric))
  expect(names(without('edges', { recording, label }))).toEqual([['http_requests_total']])
  expect(names(without('metrics', { recording, label }))).toEqual([['calls_total']])
  expect(without('alarms', { recording, label })).toBeUndefined()
})

test('without history a fault stands alone, and what there is stays known', () => {
  const [alone] = without('history', { recording, label }) ?? []
  expect(alone?.recording).toMatchObject({ start: 39 * MINUTE, end: 47 * MINUTE })
  expect(alone?.recording.series[0]?.at).toHaveLength(9)
  expect(alone?.recording.records['grafana/logs'].map(({ line }) => line)).toEqual(['late'])
  expect(alone?.recording.records['kubernetes/objects']).toHaveLength(1)
  expect(alone?.label.scoredNormal).toEqual([])
})

test('a recording that is written is read as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'written-'))
  try {
    await writeRecording(recording, folder)
    expect(await readRecording(folder)).toMatchObject(recording)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
