// A chart as it travels: what of ECharts' option we use, beside its title and the same in words.
import type { Millis } from '#incident/signal.ts'

/** What of ECharts' option we use: plain JSON, so that it travels; no part of it is ever read as HTML. */
export type ChartOption = {
  animation: false
  grid: { left: number; right: number; top: number; bottom: number }
  xAxis: { type: 'time'; axisLabel: { hideOverlap: true } }
  yAxis: { type: 'value'; scale: boolean; splitNumber: number; axisLabel: { formatter: string } }
  series: [
    {
      type: 'line'
      name: string
      showSymbol: false
      lineStyle: { width: number }
      data: [Millis, number | null][]
      markArea?: { silent: true; data: [{ name: string; yAxis: number }, { yAxis: number }][] }
      markLine: { silent: true; symbol: 'none'; data: ChartLine[] }
    },
  ]
}

export type ChartLine = {
  xAxis: Millis
  lineStyle: { type: 'solid' | 'dashed' }
  label: { formatter: string; position: 'end'; align: 'left' | 'right'; distance: number }
}

export type Chart = { option: ChartOption; alt: string; title: string }
