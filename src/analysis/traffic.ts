// How many requests a thing got in one step: what makes one failure news or none, and one slow answer a trouble or a trifle.
import { SOURCES } from '#incident/signal.ts'
import type { Millis } from '#incident/signal.ts'
import { groupOf } from './features.ts'
import { firstAfter } from './detectors/groups.ts'
import type { GroupState, Learnt } from './learnt.ts'

/** In the step at `at`; undefined where nothing counts the group's requests. */
export function requestsOf(learnt: Learnt, group: GroupState, at: Millis): number | undefined {
  const traffic = trafficOf(learnt, group)
  return traffic && requestsIn(learnt, traffic, at, group.step)
}

/** The group that counts the requests of the same thing: of the same source, else of another. */
export function trafficOf(learnt: Learnt, { feature, entity, source }: GroupState): GroupState | undefined {
  const { measure } = feature
  if (measure !== 'latency' && measure !== 'availability' && measure !== 'errors') return undefined
  for (const from of [source, ...SOURCES]) {
    for (const side of [feature.side, 'unsaid', 'server'] as const) {
      const found = learnt.groups.get(groupOf({ ...feature, measure: 'traffic', side }, entity, from))
      if (found) return found
    }
  }
  return undefined
}

/** A count may come a step or two after what it explains: until then the last one known stands in. */
const LATE_STEPS = 3

/** In one step of `step` ms: the mean over the series that count the same thing. */
export function requestsIn(learnt: Learnt, traffic: GroupState, at: Millis, step: Millis): number | undefined {
  const near = Math.max(step, traffic.step) / 2
  let total = 0
  let told = 0
  for (const id of traffic.members) {
    const series = learnt.series.get(id)
    if (!series) continue
    const next = firstAfter(series, at - near)
    const place = next < series.size && series.times[next]! <= at + near ? next : next - 1
    if (place < 0 || at - series.times[place]! > LATE_STEPS * Math.max(step, traffic.step)) continue
    total += series.values[place]! * (series.feature.form === 'perSecond' ? step / 1000 : step / traffic.step)
    told++
  }
  return told === 0 ? undefined : total / told
}
