// The one series that shows an incident best, as an ECharts option and the same in words. Colours are the reader's theme's.
import type { Finding } from '#incident/finding.ts'
import type { Incident } from '#incident/incident.ts'
import type { Change, Millis, SeriesPoints } from '#incident/signal.ts'
import { capital, name, plain, say, sentence, words } from './card.ts'
import type { Part, Reader, Text } from './card.ts'
import type { Chart, ChartLine } from './chart-option.ts'
import { clock } from './duration.ts'
import { felt } from './felt.ts'
import { scaleFor, significant, withUnit } from './quantity.ts'
import { verb } from './remedy-words.ts'

/** Undefined where no finding of the incident rests on a series with enough points. */
export function chartOf(incident: Incident, reader: Reader): Chart | undefined {
  const best = bestSeries(incident)
  if (!best) return undefined
  const { series, finding } = best
  const largest = Math.max(...series.points.map(([, value]) => Math.abs(value)))
  const scale = scaleFor(series.unit, largest)
  const points = series.points.map(([at, value]): [Millis, number] => [at, rounded(value * scale.factor)])
  const usual = usualBand(points, incident.onset)
  const moments = momentsOf(incident, points)
  const amount = (value: number) => withUnit(significant(value), scale.unit)
  return {
    option: {
      animation: false,
      grid: { left: 56, right: 16, top: 12 + ROW * moments.length, bottom: 28 },
      xAxis: { type: 'time', axisLabel: { hideOverlap: true } },
      yAxis: { type: 'value', scale: false, splitNumber: 4, axisLabel: { formatter: withUnit('{value}', scale.unit) } },
      series: [
        {
          type: 'line',
          name: finding.title,
          showSymbol: false,
          lineStyle: { width: 2 },
          data: withGaps(points),
          ...(usual && {
            markArea: { silent: true, data: [[{ name: 'usual', yAxis: usual.low }, { yAxis: usual.high }]] },
          }),
          markLine: { silent: true, symbol: 'none', data: moments.map((moment, row) => lineAt(moment, row, points)) },
        },
      ],
    },
    alt: plain(inWords(finding, points, usual, moments, amount, reader)),
    title: plain(titleOf(finding)),
  }
}

/** Where the chart goes; drawn by whoever can. */
export function chartPart(incident: Incident): Part | undefined {
  const best = bestSeries(incident)
  return best && { kind: 'chart', incident: incident.id, title: titleOf(best.finding) }
}

function titleOf({ title }: Finding): Text {
  return [sentence(title)]
}

const LEAST_POINTS = 3 // less is no line
const ROW = 18 // pixels: a label of 12 px with air

function bestSeries(incident: Incident): { series: SeriesPoints; finding: Finding } | undefined {
  const series = new Map<string, SeriesPoints>()
  for (const signal of incident.signals) {
    if (signal.kind === 'series' && signal.points.length >= LEAST_POINTS) series.set(signal.id, signal)
  }
  for (const signal of incident.signals) {
    const watched = signal.kind === 'alarm' && signal.watches !== undefined && series.get(signal.watches)
    if (watched) series.set(signal.id, watched)
  }
  for (const finding of felt(incident)) {
    const shown = finding.signals.flatMap(id => series.get(id) ?? [])[0]
    if (shown) return { series: shown, finding }
  }
  return undefined
}

type Band = { low: number; high: number }

const LEAST_HISTORY = 8 // points before the onset: with fewer, 5 % and 95 % are the extremes

/** What nine of ten points before the onset lie within. */
function usualBand(points: readonly [Millis, number][], onset: Millis): Band | undefined {
  const before = points.filter(([at]) => at < onset).map(([, value]) => value)
  if (before.length < LEAST_HISTORY) return undefined
  const sorted = before.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return { low: at(0.05), high: at(0.95) }
}

type Moment = { at: Millis; text: Text; kind: 'onset' | 'change' | 'remedy' }

const MOST_CHANGES = 2
const SAME_CHANGE = 2 * 60_000 // milliseconds: a rollout, its release and its annotation are one change told three times

/** The onset, the changes the likeliest cause rests on (else the latest), and what was applied, as they happened. */
function momentsOf(incident: Incident, points: readonly [Millis, number][]): Moment[] {
  const [from, to] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0]
  const cited = new Set(incident.rootCauses[0]?.evidence)
  const changes = incident.signals
    .filter(signal => signal.kind === 'change')
    .toSorted((a, b) => Number(cited.has(b.id)) - Number(cited.has(a.id)) || b.at - a.at)
    .filter((change, i, all) => all.findIndex(other => isSameChange(change, other)) === i)
    .slice(0, MOST_CHANGES)
    .map(({ at, entity, change: { what, to: target } }): Moment => {
      const text = say`${words(what)} of ${name(entity.service)}${target === undefined ? undefined : say` to ${name(target)}`}`
      return { at, text, kind: 'change' }
    })
  const applied = incident.remedies.flatMap((remedy): Moment[] =>
    remedy.appliedAt === undefined
      ? []
      : [{ at: remedy.appliedAt, text: say`${words(verb(remedy).done)}`, kind: 'remedy' }],
  )
  return [...changes, { at: incident.onset, text: say`began`, kind: 'onset' } as const, ...applied]
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => a.at - b.at)
}

function isSameChange(a: Change, b: Change): boolean {
  return a.entity.service === b.entity.service && Math.abs(a.at - b.at) <= SAME_CHANGE
}

/** Each label has a row of its own above the plot and grows towards the wider side, so that none covers another. */
function lineAt({ at, text, kind }: Moment, row: number, points: readonly [Millis, number][]): ChartLine {
  const [from, to] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0]
  const formatter = plain(text).replace(/[{}|]/g, ' ') // ECharts would read them as a template
  const align = at - from > (to - from) / 2 ? 'right' : 'left'
  return {
    xAxis: at,
    lineStyle: { type: kind === 'change' ? 'dashed' : 'solid' },
    label: { formatter, position: 'end', align, distance: 2 + ROW * row },
  }
}

const GAP_STEPS = 2.5 // a point late by half a step is not missing

/** A line is broken where points are missing: they are not zero, and nobody knows what lies between. */
function withGaps(points: readonly [Millis, number][]): [Millis, number | null][] {
  const steps = points.slice(1).map(([at], i) => at - (points[i]?.[0] ?? at))
  const step = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0
  return points.flatMap((point, i): [Millis, number | null][] => {
    const before = points[i - 1]
    const isLate = before !== undefined && point[0] - before[0] > GAP_STEPS * step
    return isLate ? [[before[0] + step, null], point] : [point]
  })
}

function inWords(
  { title }: Finding,
  points: readonly [Millis, number][],
  usual: Band | undefined,
  moments: readonly Moment[],
  amount: (value: number) => string,
  reader: Reader,
): Text {
  const values = points.map(([, value]) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const [from, to] = [clock(points[0]?.[0] ?? 0, reader), clock(points.at(-1)?.[0] ?? 0, reader)]
  const band = usual && say` Usually ${name(amount(usual.low))} to ${name(amount(usual.high))}.`
  const marked = moments.flatMap(moment => say` ${clock(moment.at, reader)} ${moment.text}.`)
  return say`${capital(sentence(title))}. Line from ${from} to ${to}, between ${name(amount(low))} and ${name(amount(high))}.${band}${marked}`
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
