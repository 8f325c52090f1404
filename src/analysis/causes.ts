// Candidates as root causes: the object, the fault's name, the reasons worth reading, and how sure the first one is.
import type { RootCause } from '#incident/incident.ts'
import type { Entity } from '#incident/signal.ts'
import { confidenceOf } from './confidence.ts'
import type { Learnt } from './learnt.ts'
import type { Candidate, Evidence } from './rankers/evidence.ts'

const MOST_CAUSES = 10
const MOST_REASONS = 6
const MOST_EVIDENCE = 20
const LEAST_TOLD = 0.1 // units below which a reason is not worth reading
/** Nobody is ever quite sure. */
const MOST_SURE = 0.99

/** Best first, at most ten. `candidates`: best first. */
export function causesOf(learnt: Learnt, candidates: readonly Candidate[], hasHistory: boolean): RootCause[] {
  const [first, second] = candidates
  return candidates.slice(0, MOST_CAUSES).map(candidate => {
    const evidence = candidate.evidence.toSorted((a, b) => b.units - a.units)
    const isFirst = candidate === first
    const isPublic = onlyPublic(learnt, evidence)
    const sure = isFirst
      ? confidenceOf(candidate.units, second?.units ?? 0, evidence, { hasHistory, isPublic })
      : Math.min(0.5, candidate.units / (candidate.units + (first?.units ?? 0)))
    const telling = evidence.filter(({ units }, i) => i === 0 || units >= LEAST_TOLD)
    const reasons = telling.slice(0, MOST_REASONS).map(({ reason, signals }) => ({ text: reason, evidence: signals }))
    const all = [...new Set(evidence.flatMap(({ signals }) => signals))].slice(0, MOST_EVIDENCE)
    if (isPublic) reasons.push({ text: 'rests on what anyone on the internet could have written', evidence: all })
    return {
      entity: objectOf(candidate, evidence),
      ...(evidence[0]?.fault && { fault: faultOf(evidence) }),
      score: Math.round(100 * candidate.units) / 100,
      confidence: Math.min(MOST_SURE, Math.round(100 * sure) / 100),
      reasons,
      evidence: all,
    }
  })
}

/** A state names the fault best, then a change, then what weighs most. */
function faultOf(evidence: readonly Evidence[]): string | undefined {
  const kinds = ['state', 'change'] as const
  for (const kind of kinds) {
    const found = evidence.find(one => one.kind === kind && one.fault && one.units >= 1)
    if (found) return found.fault
  }
  return evidence.find(({ fault }) => fault)?.fault
}

/** The object that was changed or is in a bad state; else the one object all of it is about; else the workload. */
function objectOf({ entity }: Candidate, evidence: readonly Evidence[]): Entity {
  const state = evidence.find(({ kind, units }) => kind === 'state' && units >= 1)
  const change = evidence.find(({ kind }) => kind === 'change')
  if (state?.entity) return state.entity
  if (change?.entity?.kind) return change.entity
  const objects = new Map(
    evidence.flatMap(one => (one.entity ? [[`${one.entity.kind}/${one.entity.name}`, one.entity]] : [])),
  )
  const [only] = objects.values()
  return objects.size === 1 && only?.name && !entity.name ? only : entity
}

/** True where a single source says all of it, in texts that anyone can write. */
function onlyPublic(learnt: Learnt, evidence: readonly Evidence[]): boolean {
  const ids = evidence.flatMap(({ signals }) => signals)
  const seen = ids.flatMap(id => learnt.signals.get(id) ?? learnt.series.get(id)?.signal ?? [])
  return (
    seen.length > 0 &&
    seen.every(({ writer }) => writer === 'public') &&
    new Set(seen.map(({ source }) => source)).size === 1
  )
}
