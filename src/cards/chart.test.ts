import type { EChartsOption } from 'echarts'
import { expect, test } from 'vitest'
import { chartOf } from './chart.ts'
import { applied, approved, at, diagnosis, incidentAfter, previewed, reader, signals } from './fixtures/checkout.ts'

test('the series users feel, its usual band, the onset, the change and the remedy as labelled lines; the same in words', () => {
  const chart = chartOf(incidentAfter([previewed, approved, applied]), reader)
  if (!chart) throw new Error('expected a chart')
  const option: EChartsOption = chart.option // what ECharts takes
  expect(option).toEqual(JSON.parse(JSON.stringify(option))) // it travels as JSON
  const [line] = chart.option.series
  expect(line.markArea?.data[0]).toMatchObject([{ yAxis: expect.closeTo(0.15, 2) }, { yAxis: expect.closeTo(0.25, 2) }])
  expect(line.markLine.data.map(({ xAxis, label }) => [xAxis, label.formatter])).toEqual([
    [at(1), 'rollout of checkout to v2.31'],
    [at(2), 'began'],
    // the remedy came after the last point
  ])
  expect(chart.option.yAxis.axisLabel.formatter).toBe('{value} %')
  expect(chart.title).toBe('checkout errors 31 % (usually 0.2 %)')
  expect(chart.alt).toMatchInlineSnapshot(
    `"Checkout errors 31 % (usually 0.2 %). Line from 13:00 to 14:08, between 0.15 % and 32 %. Usually 0.15 % to 0.25 %. 14:01 rollout of checkout to v2.31. 14:02 began."`,
  )
})

test('missing minutes break the line', () => {
  const gappy = signals.map(signal =>
    signal.kind === 'series'
      ? { ...signal, points: signal.points.filter(([moment]) => moment < at(-20) || moment > at(-10)) }
      : signal,
  )
  const data = chartOf(incidentAfter([], { signals: gappy }), reader)?.option.series[0].data
  expect(data?.filter(([, value]) => value === null)).toEqual([[at(-20), null]])
})

test('no band without history, no chart without points', () => {
  const short = signals.map(signal =>
    signal.kind === 'series' ? { ...signal, points: signal.points.slice(-8) } : signal,
  )
  expect(chartOf(incidentAfter([], { signals: short }), reader)?.option.series[0].markArea).toBeUndefined()
  expect(chartOf(incidentAfter([], { findings: [] }), reader)).toBeUndefined()
  expect(chartOf(incidentAfter([], { signals: [] }), reader)).toBeUndefined()
})

test('what an alarm watches is what shows it', () => {
  const [slo] = diagnosis.findings
  const series = signals.find(({ kind }) => kind === 'series')
  const watching = signals.map(signal => (signal.kind === 'alarm' ? { ...signal, watches: series?.id } : signal))
  const findings = slo ? [{ ...slo, kind: 'alarm' as const, title: 'checkout-5xx', signals: ['alarm'] }] : []
  expect(chartOf(incidentAfter([], { signals: watching, findings }), reader)?.title).toBe('checkout-5xx')
})

test('a name cannot become a template of the chart', () => {
  const named = signals.map(signal =>
    signal.kind === 'change' ? { ...signal, change: { ...signal.change, to: '{b|x}' } } : signal,
  )
  const labels = chartOf(incidentAfter([], { signals: named }), reader)?.option.series[0].markLine.data
  expect(labels?.[0]?.label.formatter).not.toMatch(/[{}|]/)
})

test('a rollout, its release and its annotation are one labelled line', () => {
  const [change] = signals
  const thrice = change
    ? [...signals, { ...change, id: 'release', at: at(1.2) }, { ...change, id: 'note', at: at(0.5) }]
    : []
  const lines = chartOf(incidentAfter([], { signals: thrice }), reader)?.option.series[0].markLine.data
  expect(lines?.map(({ label }) => label.formatter)).toEqual(['rollout of checkout to v2.31', 'began'])
})
