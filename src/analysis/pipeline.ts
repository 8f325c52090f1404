// One pass over what is new: readings in, troubles with their causes, words and remedies out. A function of what was learnt and what came.
import type { Analysis, Sensitivity } from '#incident/analyst.ts'
import type { Millis, SourceReading } from '#incident/signal.ts'
import { detect } from './detect.ts'
import { diagnose } from './diagnose.ts'
import type { Embedder } from './embed.ts'
import { ingest } from './ingest.ts'
import { forget } from './learnt.ts'
import type { Learnt } from './learnt.ts'
import { symptomTitle } from './label.ts'
import { scoreSymptoms } from './score.ts'
import { findingOf } from './symptom.ts'
import type { Symptom } from './symptom.ts'
import { topologyOf } from './topology-of.ts'
import { update } from './troubles.ts'

/**
 * Changes `learnt`: for a look without trace, give it a copy. Without an embedder nothing is said of meaning. `sensitivity`:
 * thresholds that people raised.
 */
export function analyse(
  learnt: Learnt,
  readings: readonly SourceReading[],
  at: Millis,
  embedder?: Embedder,
  sensitivity?: Sensitivity,
): Omit<Analysis, 'millis'> {
  const signals = ingest(learnt, readings, at)
  const topology = topologyOf(learnt)
  const symptoms = scoreSymptoms(learnt, detect(learnt, topology, at, frozenIn(learnt), sensitivity))
  update(learnt, symptoms, topology, at)
  const diagnoses = [...learnt.troubles.values()].map(trouble => diagnose(learnt, trouble, topology, at, embedder))
  const watching = findingsOutside(learnt, symptoms).map(symptom =>
    findingOf({ ...symptom, title: symptomTitle(learnt, symptom, topology) }),
  )
  forget(learnt)
  return { at, diagnoses, watching, signals }
}

/** Takes in the past, oldest first: what is usual, without opening anything. */
export function learn(learnt: Learnt, readings: readonly SourceReading[], at: Millis): void {
  ingest(learnt, readings, at)
  detect(learnt, topologyOf(learnt), at, { felt: new Set(), open: new Set() })
  forget(learnt)
}

/**
 * Groups whose trouble must not become usual while it lasts: all of one that users feel, of others the user-facing ones (detect.ts).
 * Inner series of a trouble that nobody feels go on learning: chronic noise would re-open for ever.
 */
function frozenIn(learnt: Learnt): { felt: Set<string>; open: Set<string> } {
  const frozen = { felt: new Set<string>(), open: new Set<string>() }
  for (const { closed, felt, symptoms } of learnt.troubles.values()) {
    if (closed) continue
    for (const { group } of symptoms.values()) {
      if (group !== undefined) (felt ? frozen.felt : frozen.open).add(group)
    }
  }
  return frozen
}

function findingsOutside(learnt: Learnt, symptoms: readonly Symptom[]): Symptom[] {
  const inside = new Set([...learnt.troubles.values()].flatMap(({ present }) => present))
  return symptoms.filter(({ id }) => !inside.has(id))
}
