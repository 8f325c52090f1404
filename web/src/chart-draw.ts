// Draws a chart option with ECharts as SVG, in the page's colours, as wide as its place; again when either changes.
import { LineChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { ChartOption } from '#cards/chart-option.ts'

use([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer])

/** Until the returned function is called. */
export function drawChart(place: HTMLElement, option: ChartOption): () => void {
  const chart = init(place, null, { renderer: 'svg' })
  const paint = () => chart.setOption({ ...coloured(option, colours(place)) }, { notMerge: true })
  const resize = new ResizeObserver(() => chart.resize())
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  paint()
  resize.observe(place)
  scheme.addEventListener('change', paint)
  return () => {
    scheme.removeEventListener('change', paint)
    resize.disconnect()
    chart.dispose()
  }
}

type Colours = { text: string; muted: string; line: string; series: string; band: string; font: string }

function colours(place: HTMLElement): Colours {
  const style = getComputedStyle(place)
  const named = (name: string) => style.getPropertyValue(name).trim()
  return {
    text: named('--text'),
    muted: named('--muted'),
    line: named('--line'),
    series: named('--series'),
    band: named('--band'),
    font: style.fontFamily,
  }
}

/** An edge, so that a band thinner than a pixel is seen too. */
function usual(area: NonNullable<ChartOption['series'][0]['markArea']>, band: string, muted: string) {
  const itemStyle = { color: band, borderColor: band, borderWidth: 3 }
  return { ...area, itemStyle, label: { position: 'insideTopLeft', offset: [2, -20], color: muted, fontSize: 12 } }
}

function coloured(
  { series: [line], xAxis, yAxis, ...rest }: ChartOption,
  { text, muted, line: faint, series, band, font }: Colours,
) {
  const axis = { axisLine: { lineStyle: { color: faint } }, splitLine: { lineStyle: { color: faint } } }
  const label = { color: muted, fontSize: 12 }
  return {
    ...rest,
    textStyle: { fontFamily: font },
    xAxis: { ...xAxis, ...axis, splitLine: { show: false }, axisLabel: { ...xAxis.axisLabel, ...label } },
    yAxis: { ...yAxis, ...axis, axisLabel: { ...yAxis.axisLabel, ...label } },
    series: [
      {
        ...line,
        color: series,
        ...(line.markArea && { markArea: usual(line.markArea, band, muted) }),
        markLine: {
          ...line.markLine,
          data: line.markLine.data.map(mark => ({
            ...mark,
            lineStyle: { ...mark.lineStyle, color: muted, width: 1 },
            label: { ...mark.label, color: text, fontSize: 12 },
          })),
        },
      },
    ],
  }
}
