// A series over time as a picture: its line, the time of the fault shaded, the moments something was said marked.
import type { Points } from './cited-series.ts'
import { escaped } from './html.ts'

export type Marked = {
  from: number
  to: number
  fault: readonly [from: number, to: number]
  onset?: number
  opened?: number
}

const WIDTH = 720
const HEIGHT = 128
const LEFT = 56
const RIGHT = 52
const TOP = 18
const BOTTOM = 20
/** Values that vary by less than half are shown from their least, others from 0. */
const FROM_ZERO = 0.5

/** Empty where no point lies in the time shown. */
export function plot(series: Points, { from, to, fault, onset, opened }: Marked): string {
  const shown = series.at.flatMap((at, i) => (from <= at && at <= to ? [{ at, value: series.values[i]! }] : []))
  if (shown.length === 0) return ''
  const values = shown.map(({ value }) => value)
  const [lowest, most] = [Math.min(...values), Math.max(...values)]
  const least = lowest > FROM_ZERO * most ? lowest : Math.min(0, lowest)
  const x = (at: number) => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT)
  const y = (value: number) => TOP + (1 - (value - least) / (most - least || 1)) * (HEIGHT - TOP - BOTTOM)
  const within = (at: number) => Math.min(to, Math.max(from, at))
  const band = [within(fault[0]), within(fault[1])].map(x)
  const line = shown.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  const dots = shown.length < 3 ? shown.map(({ at, value }) => dot(x(at), y(value))) : []
  const parts = [
    `<rect x="${band[0]!.toFixed(1)}" y="${TOP}" width="${(band[1]! - band[0]!).toFixed(1)}" height="${HEIGHT - TOP - BOTTOM}" fill="var(--band)"/>`,
    rule(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, 'var(--rule)'),
    ...[least, most].map(value => label(LEFT - 6, y(value) + 4, 'end', digits(value))),
    label(LEFT, HEIGHT - 5, 'start', clock(from)),
    label(WIDTH - RIGHT, HEIGHT - 5, 'end', clock(to)),
    `<polyline points="${line}" fill="none" stroke="var(--line)" stroke-width="1.5" stroke-linejoin="round"/>`,
    ...dots,
    ...mark(onset, 'onset', 'end', '4 3'),
    ...mark(opened, 'opened', 'start', ''),
  ]
  const about = `${series.name}, ${clock(from)} to ${clock(to)}, ${digits(least)} to ${digits(most)}`
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escaped(about)}">${parts.join('')}</svg><figcaption>${escaped(series.name)}</figcaption></figure>`

  function mark(at: number | undefined, name: string, anchor: 'start' | 'end', dashes: string): string[] {
    if (at === undefined || at < from || at > to) return []
    return [
      rule(x(at), TOP - 12, x(at), HEIGHT - BOTTOM, 'var(--truth)', dashes),
      label(x(at) + (anchor === 'end' ? -4 : 4), TOP - 6, anchor, name),
    ]
  }
}

function rule(x1: number, y1: number, x2: number, y2: number, colour: string, dashes = ''): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1}" x2="${x2.toFixed(1)}" y2="${y2}" stroke="${colour}"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}/>`
}

function label(x: number, y: number, anchor: 'start' | 'end', text: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(text)}</text>`
}

function dot(x: number, y: number): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.5" fill="var(--line)"/>`
}

/** Three digits that count; 1.2M for 1,200,000. */
function digits(value: number): string {
  const [unit, sign] = [[1e9, 'G'] as const, [1e6, 'M'] as const, [1e3, 'k'] as const].find(
    ([least]) => Math.abs(value) >= least * 10,
  ) ?? [1, '']
  return `${Number((value / unit).toPrecision(3))}${sign}`
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16)
}
