// A chart as a PNG, for chats that cannot draw: the same option as the page's, in colours of its own. What draws it is
// loaded when the first one is wanted. Text is in DejaVu Sans; what that has no letters for, in what the machine has.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { SKRSContext2D } from '@napi-rs/canvas'
import { Fault } from '#incident/fault.ts'
import type { Incident } from '#incident/incident.ts'
import type { Reader } from './card.ts'
import { chartOf } from './chart.ts'
import type { Chart } from './chart-option.ts'
import { HEIGHT, styled, WIDTH } from './chart-style.ts'
import { indexedPng } from './indexed-png.ts'

/** `png`: 640 x 280 pixels, about 10 KB. `alt`: the same in words. */
export type ChartPicture = { png: Uint8Array; alt: string; title: string }

/** Undefined where no series shows the incident. Throws a Fault `resource` where nothing here can draw. */
export async function chartPicture(incident: Incident, reader: Reader): Promise<ChartPicture | undefined> {
  const chart = chartOf(incident, reader)
  if (!chart) return undefined
  const draw = await (drawing ??= loadDrawing())
  return { png: draw(chart, reader), alt: chart.alt, title: chart.title }
}

const PIXEL_RATIO = 4 / 3 // from the size it is laid out at to 640 x 280
const FONT_FILE = '@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2'
const FONT = 'Incident DejaVu Sans' // a name of our own: the machine may have another DejaVu Sans

type Draw = (chart: Chart, reader: Reader) => Uint8Array
let drawing: Promise<Draw> | undefined

async function loadDrawing(): Promise<Draw> {
  try {
    const [
      { createCanvas, GlobalFonts },
      { LineChart },
      components,
      { init, setPlatformAPI, use },
      { CanvasRenderer },
    ] = await Promise.all([
      import('@napi-rs/canvas'),
      import('echarts/charts'),
      import('echarts/components'),
      import('echarts/core'),
      import('echarts/renderers'),
    ])
    const { GridComponent, MarkAreaComponent, MarkLineComponent, TitleComponent } = components
    GlobalFonts.register(await readFile(fileURLToPath(import.meta.resolve(FONT_FILE))), FONT)
    const measureText = measureWith(createCanvas(1, 1).getContext('2d'))
    setPlatformAPI({ measureText })
    use([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TitleComponent, CanvasRenderer])
    return (chart, reader) => {
      const canvas = createCanvas(WIDTH * PIXEL_RATIO, HEIGHT * PIXEL_RATIO)
      const drawn = init(canvas, null, { width: WIDTH, height: HEIGHT, devicePixelRatio: PIXEL_RATIO })
      const widthOf = (text: string, size: number) => measureText(text, `${size}px '${FONT}'`).width
      drawn.setOption(styled(chart, reader, FONT, widthOf))
      const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      drawn.dispose() // and with it what is on the canvas
      return indexedPng(data, width, height)
    }
  } catch (cause) {
    drawing = undefined
    throw new Fault('resource', 'The chart is not drawn: echarts and @napi-rs/canvas could not be loaded.', { cause })
  }
}

/** ECharts asks for the width of every ASCII character, NUL included, which a native canvas refuses. */
function measureWith(context: SKRSContext2D): (text: string, font?: string) => { width: number } {
  return (text, font = context.font) => {
    context.font = font
    return context.measureText(text.replace('\0', ' '))
  }
}
