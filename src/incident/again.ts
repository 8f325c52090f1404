// A trouble that comes back: how often within a day, and whether so soon that its former incident's message goes on with it.
// Each time is an incident of its own, with its own causes, remedies and times; a chat shows them as one. Pure.
import type { Ended } from './ended.ts'
import { isSameTrouble } from './follow.ts'
import type { Diagnosis } from './incident.ts'
import type { Millis } from './signal.ts'

/** `times`: with this one, of the last 24 h, at least 2. `continues`: the incident whose message is taken over. */
export type Again = { times: number; continues?: string }

/** While people still have its thread before them. By judgement: twice as long as a rollout and what follows it usually take. */
const COOL_DOWN_MILLIS: Millis = 30 * 60_000

/** From this time on it flaps: that is said once, and then only its message changes. */
export const FLAPS_FROM = 4

/** `ended`: of the last day. Undefined for one that was not here before. */
export function againOf(diagnosis: Diagnosis, ended: readonly Ended[], at: Millis): Again | undefined {
  const same = ended.filter(incident => incident.mergedInto === undefined && isSameTrouble(incident, diagnosis))
  if (same.length === 0) return undefined
  const latest = same.reduce((last, each) => (each.resolvedAt > last.resolvedAt ? each : last))
  const isSoon = at - latest.resolvedAt <= COOL_DOWN_MILLIS && latest.resolvedBecause !== 'resolved by a person'
  return { times: same.length + 1, ...(isSoon && { continues: latest.id }) }
}

/** What is said below the message that goes on; undefined where its change says enough. */
export function sayAgain({ times, continues }: Again, title: string): string | undefined {
  if (continues === undefined || times > FLAPS_FROM) return undefined
  if (times === FLAPS_FROM)
    return `Flapping: here for the ${nth(times)} time in 24 h. From now on only the message above changes.`
  return `Back again, for the ${nth(times)} time in 24 h: ${title}`
}

/** nth(3) -> 'third' */
export function nth(count: number): string {
  const last = count % 100 > 10 && count % 100 < 14 ? 0 : count % 10
  return NAMED[count] ?? `${count}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`
}

const NAMED: Record<number, string> = { 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth' }
