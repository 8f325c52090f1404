// The chart of the series that shows it best. What draws it is loaded when there is one; until then, and for ears, its words.
import { useEffect, useRef } from 'preact/hooks'
import type { Chart } from '#cards/chart-option.ts'

export function ChartView({ chart }: { chart: Chart }) {
  const place = useRef<HTMLDivElement>(null)
  const drawn = JSON.stringify(chart.option)
  useEffect(() => {
    let close: (() => void) | undefined
    let isGone = false
    void import('./chart-draw.ts').then(({ drawChart }) => {
      if (!isGone && place.current) close = drawChart(place.current, chart.option)
    })
    return () => {
      isGone = true
      close?.()
    }
  }, [drawn])
  return (
    <figure class="chart">
      <figcaption>{chart.title}</figcaption>
      <div ref={place} role="img" aria-label={chart.alt} />
    </figure>
  )
}
