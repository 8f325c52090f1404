// How unusual each finding is, by vote of the ensemble, and how far its members agree. The recipe of DIAGNOSIS 1 opens incidents; this
// says how they look beside everything else that is measured.
import type { Symptom } from './symptom.ts'
import { isolationForest } from './detectors/isolation-forest.ts'
import { noise } from './detectors/noise.ts'
import { statistical } from './detectors/statistical.ts'
import { askAll } from './ensemble.ts'
import { quantileOf } from './history.ts'
import type { GroupState, Learnt } from './learnt.ts'

/** Groups compared at once: the abnormal ones and others by turns. More costs time (n^2) and tells no more. */
const MOST_ROWS = 300
/** Fewer groups than this make no crowd to stand out of. */
const LEAST_ROWS = 20
const DETECTORS = [isolationForest({ trees: 60 }), noise(), statistical()]
const COLUMNS = 3

/** Fills `score` and `confidence`. Costs nothing where nothing is abnormal. */
export function scoreSymptoms(learnt: Learnt, symptoms: readonly Symptom[]): Symptom[] {
  const abnormal = symptoms.flatMap(({ group }) => (group ? (learnt.groups.get(group) ?? []) : []))
  const votes = abnormal.length > 0 ? voteOn(learnt, [...new Set(abnormal)]) : new Map<string, Vote>()
  return symptoms.map(symptom => ({ ...symptom, ...(votes.get(symptom.group ?? '') ?? byStrength(symptom)) }))
}

type Vote = { score: number; confidence: number }

function voteOn(learnt: Learnt, abnormal: readonly GroupState[]): Map<string, Vote> {
  const chosen = new Set(abnormal.slice(0, MOST_ROWS))
  const others = [...learnt.groups.values()].filter(group => !Number.isNaN(group.deviation) && !chosen.has(group))
  const stride = Math.max(1, Math.ceil(others.length / (MOST_ROWS - chosen.size + 1)))
  for (let i = 0; i < others.length; i += stride) chosen.add(others[i]!)
  const groups = [...chosen]
  if (groups.length < LEAST_ROWS) return new Map()
  const rows = Float64Array.from(groups.flatMap(featuresOf))
  const { score, confidence } = askAll(DETECTORS, rows, groups.length, COLUMNS)
  return new Map(
    groups.map((group, i) => [group.id, { score: rounded(score[i]!), confidence: rounded(confidence[i]!) }]),
  )
}

/** Now, what lasts, and what lasts beside its own past; logarithms, because deviations span decades. */
function featuresOf(group: GroupState): number[] {
  const past = Math.max(1, quantileOf(group.past, 0.97) || 0)
  return [group.deviation, group.persistent, group.persistent / past].map(value => Math.log1p(Math.max(0, value || 0)))
}

/** What no crowd of numbers can judge: alarms and states speak for themselves. */
function byStrength({ kind, strength }: Symptom): Vote {
  if (kind === 'alarm') return { score: 0.8, confidence: 1 }
  return { score: rounded(strength / (strength + 1)), confidence: kind === 'state' ? 1 : 0.5 }
}

function rounded(value: number): number {
  return Math.round(100 * value) / 100
}
