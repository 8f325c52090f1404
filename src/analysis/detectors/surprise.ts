// How surprising what a service says is: each message against its own past counts (DIAGNOSIS 3, "Logs").
import type { Millis } from '#incident/signal.ts'
import type { Learnt, ServiceLog, ShapeState } from '../learnt.ts'
import { mean, quantileOfSorted } from '../statistics.ts'

const MINUTE = 60_000
/** A message never seen counts as usual 0.3 times a minute: one line is no news, five are. */
const LEAST_USUAL = 0.3
/** Above this a message does not enter its own baseline: else the second occurrence of a trouble is "usual". */
export const SURPRISING = 3
/** Below this it is said as ever: no part of a trouble, and no evidence. */
export const LEAST_SURPRISE = 1

export type Surprise = {
  total: number
  /** Most surprising first. */
  messages: { text: string; template: string; count: number; usual: number; surprise: number; signals: string[] }[]
}

/** Of what was said after `from` up to `to`, both whole minutes. */
export function surpriseOf(learnt: Learnt, log: ServiceLog, from: Millis, to: Millis): Surprise {
  const minutes = Math.max(1, Math.round((to - from) / MINUTE))
  const covered = learnt.sources.get(log.source)?.covered ?? []
  const messages = [...byTemplate(learnt, log)].flatMap(([template, shapes]) => {
    const count = sum(shapes, ([at]) => at >= from && at < to)
    if (count === 0) return []
    const past = pastOf(covered, shapes, from)
    const usual = past.usual * minutes
    const weight = Math.max(...shapes.map(shape => shape.weight)) / past.dispersion
    const surprise = weight * surpriseBy(count, usual)
    const said = shapes.filter(shape => shape.minutes.some(([at]) => at >= from && at < to))
    return [
      {
        template,
        text: said[0]!.text,
        count,
        usual,
        surprise,
        signals: said.flatMap(({ signals }) =>
          signals.filter(id => (learnt.signals.get(id)?.at ?? from) >= from).slice(-2),
        ),
      },
    ]
  })
  messages.sort((a, b) => b.surprise - a.surprise || (a.template < b.template ? -1 : 1))
  return { total: messages.reduce((total, { surprise }) => total + surprise, 0), messages }
}

/** How far a count is beyond the usual one: the deviance of a Poisson variable, halved; 0 where it is not more. */
export function surpriseBy(count: number, usual: number): number {
  return count > usual ? count * Math.log(count / usual) - (count - usual) : 0
}

/** Marks the messages that surprised in this minute, so that they do not teach. */
export function freezeSurprises(learnt: Learnt, log: ServiceLog, minute: Millis): void {
  const { messages } = surpriseOf(learnt, log, minute, minute + MINUTE)
  const surprising = new Set(messages.filter(({ surprise }) => surprise > SURPRISING).map(({ template }) => template))
  for (const [template, shapes] of byTemplate(learnt, log)) {
    if (!surprising.has(template)) continue
    for (const shape of shapes) if (!shape.frozen.includes(minute)) shape.frozen.push(minute)
  }
}

function byTemplate(learnt: Learnt, log: ServiceLog): Map<string, ShapeState[]> {
  const groups = new Map<string, ShapeState[]>()
  for (const shape of log.shapes.values()) {
    const { id } = learnt.miner.templateOf(shape.text)
    const held = groups.get(id)
    if (held) held.push(shape)
    else groups.set(id, [shape])
  }
  return groups
}

/**
 * What earlier minutes in which anything was said make usual: the 90 % quantile of the counts (missing minutes are missing,
 * not silent), and how many times more than chance they scatter (variance by mean, at least 1): what swings with the traffic is no surprise.
 */
function pastOf(
  covered: readonly Millis[],
  shapes: readonly ShapeState[],
  before: Millis,
): { usual: number; dispersion: number } {
  const counts = new Map<Millis, number>()
  for (const minute of covered) if (minute < before) counts.set(minute, 0)
  for (const { minutes, frozen } of shapes) {
    for (const minute of frozen) counts.delete(minute)
    for (const [minute, count] of minutes) {
      if (counts.has(minute) && !frozen.includes(minute)) counts.set(minute, counts.get(minute)! + count)
    }
  }
  const sorted = [...counts.values()].toSorted((a, b) => a - b)
  if (sorted.length === 0) return { usual: LEAST_USUAL, dispersion: 1 }
  const usualMean = mean(sorted)
  const variance = sorted.reduce((total, count) => total + (count - usualMean) ** 2, 0) / sorted.length
  const usual = Math.max(LEAST_USUAL, quantileOfSorted(sorted, 0.9))
  return { usual, dispersion: usualMean > 0 ? Math.max(1, variance / usualMean) : 1 }
}

function sum(shapes: readonly ShapeState[], counts: (minute: [Millis, number]) => boolean): number {
  let total = 0
  for (const { minutes } of shapes) for (const minute of minutes) if (counts(minute)) total += minute[1]
  return total
}
