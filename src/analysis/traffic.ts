// How many requests a thing got in one step: what makes one failure news or none, and one slow answer a trouble or a trifle.
import type { Millis } from '#incident/signal.ts'
import { groupOf } from './features.ts'
import { firstAfter } from './detectors/groups.ts'
import type { GroupState, Learnt } from './learnt.ts'

/** In the step at `at`; undefined where nothing counts the group's requests. */
export function requestsOf(learnt: Learnt, group: GroupState, at: Millis): number | undefined {
  const traffic = trafficOf(learnt, group)
  return traffic && requestsIn(learnt, traffic, at)
}

/** The group that counts the requests of the same thing. */
export function trafficOf(learnt: Learnt, { feature, entity }: GroupState): GroupState | undefined {
  if (feature.measure !== 'latency' && feature.measure !== 'availability' && feature.measure !== 'errors')
    return undefined
  for (const side of [feature.side, 'unsaid', 'server'] as const) {
    const found = learnt.groups.get(groupOf({ ...feature, measure: 'traffic', side }, entity))
    if (found) return found
  }
  return undefined
}

/** The mean over the series that count the same thing, as a number of requests. */
export function requestsIn(learnt: Learnt, traffic: GroupState, at: Millis): number | undefined {
  let total = 0
  let told = 0
  for (const id of traffic.members) {
    const series = learnt.series.get(id)
    if (!series) continue
    const place = firstAfter(series, at - traffic.step / 2)
    if (place >= series.size || series.times[place]! > at + traffic.step / 2) continue
    total += series.values[place]! * (series.feature.form === 'perSecond' ? traffic.step / 1000 : 1)
    told++
  }
  return told === 0 ? undefined : total / told
}
