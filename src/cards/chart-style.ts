// How a chart looks as a picture: colours, sizes, title, labels. Pure; what draws it is in chart-picture.ts.
import type { Millis } from '#incident/signal.ts'
import type { Reader } from './card.ts'
import type { Chart, ChartOption } from './chart-option.ts'
import { clock } from './duration.ts'

// In pixels of the layout, which a phone shows at three quarters: 14 px are still 10 px there.
export const WIDTH = 480
export const HEIGHT = 210
const FONT_SIZE = 14
const TITLE_SIZE = 16
const TITLE_LINE = 20
const AIR = 8

// As the page's light ones; a chat in dark mode shows the picture on its own white ground.
const GROUND = '#ffffff'
const TEXT = '#1a1d21'
const MUTED = '#565e68'
const FAINT = '#dcdfe3'
const SERIES = '#b3300f'
const BAND = 'rgb(25 112 47 / 18%)'

/** `widthOf`: of a text in `font`, in pixels, at a size in pixels. */
export function styled(
  { option, title }: Chart,
  reader: Reader,
  font: string,
  widthOf: (text: string, size: number) => number,
) {
  const { series, grid, xAxis, yAxis, ...rest } = option
  const [line] = series
  const [from = 0, to = 0] = [line.data[0]?.[0], line.data.at(-1)?.[0]]
  const when = whenOf(to, reader)
  const room = WIDTH - 3 * AIR - widthOf(when, FONT_SIZE)
  const heading = inTwoLines(title, text => widthOf(text, TITLE_SIZE) <= room)
  const axis = { axisLine: { lineStyle: { color: FAINT } }, axisTick: { show: false } }
  const label = { color: MUTED, fontSize: FONT_SIZE }
  return {
    ...rest,
    backgroundColor: GROUND,
    textStyle: { fontFamily: `'${font}', sans-serif` },
    title: [
      titled(heading, { left: AIR, color: TEXT, fontSize: TITLE_SIZE, width: room }),
      titled(when, { right: AIR, color: MUTED, fontSize: FONT_SIZE }),
    ],
    grid: { ...grid, left: 8 * AIR, top: grid.top + TITLE_LINE * heading.split('\n').length },
    xAxis: {
      ...xAxis,
      ...axis,
      splitNumber: 4,
      splitLine: { show: false },
      axisLabel: { ...xAxis.axisLabel, ...label, formatter: timeLabel(to - from, reader) },
    },
    yAxis: {
      ...yAxis,
      ...axis,
      splitLine: { lineStyle: { color: FAINT } },
      axisLabel: { ...yAxis.axisLabel, ...label },
    },
    series: [coloured(line, label)],
  }
}

function titled(
  text: string,
  {
    color,
    fontSize,
    width,
    ...place
  }: { color: string; fontSize: number; width?: number; left?: number; right?: number },
) {
  const cut = width === undefined ? {} : { width, overflow: 'truncate' as const }
  return {
    text,
    ...place,
    top: AIR / 2,
    textStyle: { color, fontSize, fontWeight: 'normal' as const, lineHeight: TITLE_LINE, ...cut },
  }
}

/** A title that is too long goes on in a second line; what does not fit there either ends in an ellipsis. */
function inTwoLines(title: string, fits: (text: string) => boolean): string {
  if (fits(title)) return title
  const ends = Array.from(title.matchAll(/ /g), ({ index }) => index)
  const end = ends.findLast(at => fits(title.slice(0, at)))
  return end === undefined ? title : `${title.slice(0, end)}\n${title.slice(end + 1)}`
}

/** In which zone the axis tells the time, and of which day when that is not today: whoever looks may be elsewhere. */
function whenOf(at: Millis, { now, zone }: Reader): string {
  const format = (options: Intl.DateTimeFormatOptions, locale: string) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })
  const day = format({ day: 'numeric', month: 'short' }, 'en-GB')
  const short = format({ timeZoneName: 'short' }, 'en-US').formatToParts(at)
  const name = short.find(({ type }) => type === 'timeZoneName')?.value ?? zone
  return day.format(at) === day.format(now) ? name : `${day.format(at)} ${name}`
}

const A_DAY = 86_400_000

function timeLabel(span: Millis, reader: Reader): (at: Millis) => string {
  return at => clock(at, span < A_DAY ? { ...reader, now: at } : reader).text
}

function coloured(line: ChartOption['series'][0], label: { color: string; fontSize: number }) {
  const { markArea, markLine } = line
  return {
    ...line,
    color: SERIES,
    ...(markArea && {
      markArea: {
        ...markArea,
        itemStyle: { color: BAND, borderColor: BAND, borderWidth: 3 }, // an edge, so that a thin band is seen too
        label: { position: 'insideTopLeft' as const, offset: [2, -20], ...label },
      },
    }),
    markLine: {
      ...markLine,
      data: markLine.data.map(mark => ({
        ...mark,
        lineStyle: { ...mark.lineStyle, color: MUTED, width: 1.5 },
        label: { ...mark.label, color: TEXT, fontSize: FONT_SIZE },
      })),
    },
  }
}
