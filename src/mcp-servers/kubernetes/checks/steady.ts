// How long a workload has been saying something. Programs go on serving while a part of them fails, so that pods are ready and
// only the log tells; what it has been saying for minutes on end is no passing trouble.
import type { Millis } from '#incident/signal.ts'
import type { LogGroup } from '../pod-logs.ts'
import type { Reference, View } from '../view.ts'

export type Said = {
  /** Of now; where there are none, it is over. */
  lines: LogGroup[]
  /** Now and in the quarter of an hour before. */
  count: number
  since: Millis
  isSteady: boolean
  /** Whoever wrote it takes none of it for more than a warning. */
  isWarning: boolean
}

// A restart, a failover or a rollout of whom one calls is over in two or three minutes: judgement, not measured.
const STEADY_MINUTES = 5

const WARNS = /\bWARN(?:ING)?\b|\[warn|\b(?:level|severity|lvl)["']?\s?[=:]\s?["']?warn|^W\d{4} /i
const LEVEL_CHARACTERS = 200 // a level stands near the start

/** What its pods say that `isMeant`; undefined where they say none of it now. */
export function saidBy(view: View, object: Reference, isMeant: (group: LogGroup) => boolean): Said | undefined {
  const lines = view.logsOf(object).filter(isMeant)
  if (lines.length === 0) return undefined
  const all = [...view.earlierOf(object).filter(isMeant), ...lines]
  const count = all.reduce((total, group) => total + group.count, 0)
  const minutes = new Set(all.map(({ minute }) => minute))
  const since = Math.min(...all.map(({ at }) => at))
  const isWarning = lines.every(({ text }) => WARNS.test(text.slice(0, LEVEL_CHARACTERS)))
  return { lines, count, since, isSteady: minutes.size >= STEADY_MINUTES, isWarning }
}
