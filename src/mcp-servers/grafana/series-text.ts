// Series as text, each thing said once: the labels all share, and the beginning and step of evenly spaced points. Pure.
import type { Millis } from '#incident/signal.ts'
import type { Sample } from './samples.ts'

type Series = { labels: Readonly<Record<string, string>>; points: readonly Sample[] }
type Grid = { start: Millis; step: Millis }

const MOST_GAP = 20 // steps without a point that are written out

/**
 * A line a series, `_` where a point is missing. What all have in common stands before them:
 *   all {namespace="shop"} from 2026-11-03T12:00:00.000Z every 60s
 *   {service="cart"} 1 2 _ 4
 */
export function seriesText(series: readonly Series[]): string[] {
  const shared = series.length > 1 ? sharedLabels(series) : []
  const grids = series.map(({ points }) => gridOf(points))
  const [grid] = grids
  const oneGrid = series.length > 1 && grid !== undefined && grids.every(each => each && equal(each, grid))
  const head = [shared.length > 0 && labelText(shared), oneGrid && gridText(grid)].filter(Boolean).join(' ')
  const names = new Set(shared.map(([name]) => name))
  return [
    ...(head ? [`all ${head}`] : []),
    ...series.map(({ labels, points }, nth) => {
      const own = labelText(Object.entries(labels).filter(([name]) => !names.has(name)))
      const each = grids[nth]
      return [own, !oneGrid && each && gridText(each), pointsText(points, each)].filter(Boolean).join(' ')
    }),
  ]
}

function sharedLabels([first, ...others]: readonly Series[]): [string, string][] {
  return Object.entries(first?.labels ?? {}).filter(([name, value]) =>
    others.every(({ labels }) => labels[name] === value),
  )
}

/** Undefined where points lie on none, or too far apart on it. */
function gridOf(points: readonly Sample[]): Grid | undefined {
  const [first] = points
  const gaps = points.slice(1).map(([at], i) => at - (points[i]?.[0] ?? at))
  const step = Math.min(...gaps)
  const even = step > 0 && gaps.length > 0 && gaps.every(gap => gap % step === 0 && gap / step <= MOST_GAP)
  return even && first ? { start: first[0], step } : undefined
}

function equal(a: Grid, b: Grid): boolean {
  return a.start === b.start && a.step === b.step
}

function gridText({ start, step }: Grid): string {
  return `from ${new Date(start).toISOString()} every ${step / 1000}s`
}

/** As PromQL and LogQL write them, to be taken over. */
function labelText(labels: readonly (readonly [string, string])[]): string {
  return `{${labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}

function pointsText(points: readonly Sample[], grid: Grid | undefined): string {
  if (points.length === 0) return '(no points)'
  if (!grid) return points.map(([at, value]) => `${new Date(at).toISOString()}=${short(value)}`).join(' ')
  const told = points.flatMap(([at, value], i) => {
    const before = points[i - 1]?.[0] ?? at - grid.step
    return [...Array.from({ length: (at - before) / grid.step - 1 }, () => '_'), short(value)]
  })
  return told.join(' ')
}

/** Six digits tell more than any graph shows. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)))
}
