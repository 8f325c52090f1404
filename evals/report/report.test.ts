import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyRecords } from '../../simulator/recording.ts'
import type { Recording } from '../../simulator/recording.ts'
import { citedSeries } from './cited-series.ts'
import { fromMarkdown } from './from-markdown.ts'
import { plot } from './plot.ts'
import { reportPage } from './report.ts'
import type { Label } from '../labels.ts'
import { scoreOne } from '../score.ts'
import { writeRecording } from '../write-recording.ts'

const MINUTE = 60_000

const recording: Recording = {
  name: 'made',
  start: 0,
  end: 60 * MINUTE,
  records: {
    ...emptyRecords(),
    'cloudwatch/metrics': Array.from({ length: 60 }, (_, i) => ({
      at: i * MINUTE,
      namespace: 'Shop',
      metric: 'latency',
      dimensions: { Service: 'cart' },
      values: { Average: i < 50 ? 1 : 4, p99: 9 },
    })),
  },
  series: [
    {
      metric: 'requests_total',
      labels: { client: 'web', server: 'cart' },
      at: Float64Array.from({ length: 3 }, (_, i) => i * MINUTE),
      values: Float64Array.from([0, 60, 180]),
    },
  ],
  dashboards: [],
}

test('a series is found by the id of its signal; a counter is shown as what it counts a second', () => {
  const ids = [
    'cloudwatch:alarm:cart-slow@1',
    'cloudwatch:latency{Service="cart",namespace="Shop",statistic="Average"}',
    'grafana:requests_per_second{client="web",server="cart"}',
  ]
  const [latency, requests, ...others] = citedSeries(recording, ids)
  expect(latency?.values.at(-1)).toBe(4)
  expect(requests?.values).toEqual([1, 2])
  expect(others).toEqual([])
})

test('a picture has the time of the fault shaded, and marks only what lies in the time it shows', () => {
  const series = { name: 'latency', at: [0, 1, 2, 3].map(i => i * MINUTE), values: [1, 1, 4, 4] }
  const picture = plot(series, { from: 0, to: 4 * MINUTE, fault: [2 * MINUTE, 3 * MINUTE], opened: 9 * MINUTE })
  expect(picture).toContain('<rect')
  expect(picture).not.toContain('opened')
  expect(plot(series, { from: 9 * MINUTE, to: 10 * MINUTE, fault: [0, 1] })).toBe('')
})

test('tables, lists and code of the results come through, mark-up in them does not', () => {
  const page = fromMarkdown(['## nab', '', '| a | `b` |', '|---|---|', '| 1 | <b>2</b> |', '', '- said: <script>', ''])
  expect(page).toContain('<h2 id="nab">nab</h2>')
  expect(page).toContain('<th><code>b</code></th>')
  expect(page).toContain('<td>&lt;b&gt;2&lt;/b&gt;</td>')
  expect(page).toContain('<li>said: &lt;script&gt;</li>')
})

test('a fault at which nothing was said is shown with what the true culprit looked like', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'))
  try {
    await writeRecording(recording, join(folder, 'r1'))
    const target = { kind: 'service', name: 'cart' }
    const window = { start: 50 * MINUTE, end: 60 * MINUTE, category: 'cpu', target }
    const label: Label = {
      start: 0,
      end: 60 * MINUTE,
      case: 'made',
      tick: '60s',
      snapshot: false,
      windows: [{ ...window, catch: [window.start, window.end] }],
      scoredNormal: [],
    }
    const truth = { dataset: 'set', measures: ['rootCause'], perDay: false, recordings: { r1: label } }
    const scored = [scoreOne('r1', label, { steps: [], seconds: 1, failed: false })]
    const page = await reportPage(
      [{ name: 'set', lines: ['## set'], reached: {} }],
      [{ truth, folder, scored }],
      undefined,
    )
    expect(page).toContain('nothing said')
    expect(page).toContain('The true culprit: latency Average of cart')
    expect(page).not.toMatch(/<script|https?:\/\//)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
