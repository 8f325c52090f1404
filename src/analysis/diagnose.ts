// One trouble at one moment, as the diagnosis that incidents are made of: its causes, its words, its remedies, and all that is cited.
import type { Diagnosis } from '#incident/incident.ts'
import type { Millis, Missing, SeriesPoints, Signal } from '#incident/signal.ts'
import { correlate } from './correlate.ts'
import type { Symptom } from './symptom.ts'
import type { Embedder } from './embed.ts'
import { describeTrouble } from './description.ts'
import { symptomTitle, titleOf } from './label.ts'
import type { Learnt, SeriesState } from './learnt.ts'
import { messageClusters } from './message-clusters.ts'
import { findingOf } from './symptom.ts'
import { rank } from './rank.ts'
import { saidAround } from './said-around.ts'
import { remediate } from './remediate.ts'
import { isOver, severityOf } from './severity.ts'
import type { ServiceKey, Topology } from './topology.ts'
import { wellAgain } from './troubles.ts'
import type { Trouble } from './trouble.ts'
import { wellness } from './well.ts'

export function diagnose(
  learnt: Learnt,
  trouble: Trouble,
  topology: Topology,
  at: Millis,
  embedder?: Embedder,
): Diagnosis {
  const symptoms = [...trouble.symptoms.values()]
  const ranking = rank(learnt, trouble, topology)
  const [cause] = ranking.causes
  if (ranking.candidates[0]) trouble.culprit = ranking.candidates[0].key
  const missing = missingOf(learnt)
  const confidence = cause?.confidence ?? 0
  const well = wellAgain(learnt, trouble, topology, at)
  const isAllOver = !trouble.closed && symptoms.every(symptom => isOver(learnt, topology, symptom))
  const said = saidAround(learnt, topology, symptoms, ranking.onset)
  const cited = new Set([
    ...symptoms.flatMap(({ signals }) => signals),
    ...ranking.causes.flatMap(({ evidence }) => evidence),
    ...said.map(({ id }) => id),
  ])
  const signals = [...cited].flatMap(id => signalOf(learnt, id, ranking.onset))
  return {
    key: trouble.key,
    phase: trouble.closed ? 'recovered' : trouble.present.length === 0 && well.good === well.of ? 'quieter' : 'firing',
    wellAgain: well,
    onset: ranking.onset,
    severity: severityOf(learnt, topology, symptoms, { over: trouble.closed, judgements: ranking.judgements }),
    confidence,
    title: titleOf(learnt, topology, symptoms, ranking, isAllOver),
    description: describeTrouble(learnt, topology, symptoms, ranking, missing, said),
    services: [...new Set(symptoms.flatMap(({ services }) => services))]
      .filter(isService)
      .map(key => topology.entityOf(key).service),
    findings: symptoms.map(symptom => findingOf({ ...symptom, title: symptomTitle(learnt, symptom, topology) })),
    signals,
    rootCauses: ranking.causes,
    correlations: correlate(signals, topology, { began: beganOf(symptoms), embedder }),
    clusters: embedder ? messageClusters(learnt.clusters, signals, learnt.miner, embedder, at) : [],
    remedies: remediate({
      causes: ranking.causes,
      onset: ranking.onset,
      changes: [...learnt.changes.values()],
      states: [...learnt.states.values()].filter(({ active }) => active).map(({ signal }) => signal),
      signals,
    }),
    ...wellness(learnt, trouble, topology),
    missing,
  }
}

/** When what a signal shows began: for a series, its first unusual step. What is said has its own time. */
function beganOf(symptoms: readonly Symptom[]): Map<string, Millis> {
  const began = new Map<string, Millis>()
  for (const { kind, signals, since } of symptoms) {
    if (kind === 'logs') continue
    for (const id of signals) began.set(id, Math.min(since, began.get(id) ?? since))
  }
  return began
}

function isService(key: ServiceKey): boolean {
  return !key.startsWith('node:')
}

function missingOf(learnt: Learnt): Missing[] {
  return [...learnt.sources].flatMap(([source, { answered, answeredAt, missing }]) =>
    answered || missing.length > 0
      ? missing
      : [{ source, what: 'everything', why: 'it did not answer', since: answeredAt }],
  )
}

const STEPS_BEFORE = 45
const STEPS_AFTER = 75

function signalOf(learnt: Learnt, id: string, onset: Millis): Signal[] {
  const known = learnt.signals.get(id)
  if (known) return [known]
  const series = learnt.series.get(id)
  return series ? [pointsAround(series, onset, learnt.groups.get(series.group)?.step ?? 60_000)] : []
}

/** The points that show it: some before the onset, and what followed. */
function pointsAround({ signal, times, values, size }: SeriesState, onset: Millis, step: Millis): SeriesPoints {
  const points: [Millis, number][] = []
  for (let i = 0; i < size; i++) {
    const at = times[i]!
    if (at >= onset - STEPS_BEFORE * step && at <= onset + STEPS_AFTER * step) points.push([at, values[i]!])
  }
  return { ...signal, at: points.at(-1)?.[0] ?? signal.at, points }
}
