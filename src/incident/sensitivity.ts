// Thresholds that people raised for a group of series, after incidents of it that were not worth their time. Proposed after
// what people say of incidents, set only by a press, kept in the record and in a list, and taken back at any time.
import type { Sensitivity } from './analyst.ts'
import { Fault } from './fault.ts'
import { keptList } from './kept-list.ts'
import type { Incident } from './incident.ts'
import type { Person } from './remedy.ts'
import type { Millis } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { turn } from './turn.ts'

/** Series of the same thing, each compared with its own past: the analyst's own name for it, and the one people use. */
export type SeriesGroup = { group: string; name: string } // 'checkout latency'

/** `count` incidents of it were not worth anybody's time. */
export type Proposal = SeriesGroup & { count: number }

/** `factor` 1: people looked at it and left it. */
export type Raised = SeriesGroup & { factor: number; incident: string; by: Person; at: Millis }

const kept = keptList<Raised>('sensitivity')

/** By half: what is twice its threshold is still told of. */
export const RAISED_BY = 1.5
/** Three times raised by half. Beyond, a mute says more honestly what is wanted. */
const MOST_FACTOR = RAISED_BY ** 3
/** One is an accident, two may be one trouble. */
const PROPOSED_FROM = 3
const LATELY_MILLIS = 30 * 24 * 3_600_000
const MOST_READ = 200 // incidents, last opened first
const A_TURN = 20 // incidents read before whoever waits for an answer gets it

/** What each group's threshold is multiplied by; groups that nobody raised are absent. */
export async function readSensitivity(store: IncidentStore): Promise<Sensitivity> {
  const factors: Record<string, number> = {}
  for (const { group, factor } of await kept.read(store)) {
    const raised = (factors[group] ?? 1) * factor
    if (raised > 1) factors[group] = Math.min(MOST_FACTOR, raised)
  }
  return factors
}

/** Those that are raised, first raised first. */
export async function readRaised(store: IncidentStore): Promise<Raised[]> {
  return (await kept.read(store)).filter(({ factor }) => factor > 1)
}

const MEASURED: readonly string[] = ['slo', 'symptom', 'edge', 'resource', 'traffic']

/** The group that tells most of what an incident was opened for; undefined where no series did. */
export function groupOf({ findings }: Pick<Incident, 'findings'>): SeriesGroup | undefined {
  const [worst] = findings
    .filter(({ kind, id }) => MEASURED.includes(kind) && id.includes('|'))
    .toSorted((a, b) => MEASURED.indexOf(a.kind) - MEASURED.indexOf(b.kind) || b.strength - a.strength)
  if (!worst) return undefined
  const name = /^(.*?) \S*\d/.exec(worst.title)?.[1] ?? worst.entity.service // "checkout latency 4.1 s (usually 0.3 s)"
  return { group: worst.id.slice(worst.id.indexOf('|') + 1), name }
}

/** What to ask after somebody said that an incident was not worth their time; undefined while it is too early, or decided. */
export async function proposalFor(store: IncidentStore, incident: Incident, at: Millis): Promise<Proposal | undefined> {
  const about = groupOf(incident)
  if (!about || !wasNoise(incident)) return undefined
  const decided = (await kept.read(store)).filter(({ group }) => group === about.group)
  const factor = decided.reduce((product, each) => product * each.factor, 1)
  if (factor >= MOST_FACTOR) return undefined
  const since = Math.max(at - LATELY_MILLIS, ...decided.map(each => each.at))
  let count = 0
  for (const [index, id] of (await store.list({ limit: MOST_READ })).entries()) {
    const past = await readIncident(store, id)
    if (past.openedAt >= since && wasNoise(past) && groupOf(past)?.group === about.group) count++
    if (index % A_TURN === A_TURN - 1) await turn()
  }
  return count >= PROPOSED_FROM ? { ...about, count } : undefined
}

/** Another cause than the one that was named is no reason to hear of it less. */
function wasNoise({ feedback }: Incident): boolean {
  return feedback.some(({ helpful, why }) => !helpful && why !== 'wrong cause')
}

/** What was proposed on an incident, decided by a person. Throws a Fault `validation` where nothing is proposed there. */
export async function decideSensitivity(
  store: IncidentStore,
  { kind, incident: id }: { kind: 'raise' | 'leave'; incident: string },
  by: Person,
  at: Millis,
): Promise<Incident> {
  const factor = kind === 'raise' ? RAISED_BY : 1
  let proposal: Proposal | undefined
  const incident = await amend(store, id, at, by, now => {
    proposal = now.proposal
    if (!proposal) throw new Fault('validation', `On ${id} no threshold is proposed to be raised, or it was decided.`)
    return [{ type: 'threshold decided', group: proposal.group, name: proposal.name, factor }]
  })
  if (proposal) {
    const { group, name } = proposal
    await kept.change(store, all => [...all, { group, name, factor, incident: id, by, at }])
  }
  return incident
}

/** What was raised on that incident is as it was before. Throws a Fault `not_found` where nothing is. */
export async function lowerSensitivity(store: IncidentStore, id: string, by: Person, at: Millis): Promise<Incident> {
  const raised = (await readRaised(store)).find(({ incident }) => incident === id)
  if (!raised) throw new Fault('not_found', `No threshold was raised on ${id}, or it was taken back.`)
  const { group, name } = raised
  await kept.change(store, all => all.filter(({ incident, factor }) => incident !== id || factor === 1))
  return amend(store, id, at, by, () => [{ type: 'threshold lowered', group, name }])
}
