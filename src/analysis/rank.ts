// Who most likely caused a trouble: evidence of every kind, in units that add up.
import { causesOf } from './causes.ts'
import { contextOf, servicesOf } from './kinds.ts'
import type { Symptom } from './symptom.ts'
import { BLIND_STEPS } from './detectors/groups.ts'
import type { Judgement } from './databases/judgement.ts'
import type { Learnt } from './learnt.ts'
import { addAlarms } from './rankers/alarms.ts'
import { addBlame } from './rankers/blamed.ts'
import { addChanges } from './rankers/changes.ts'
import { addDatabases, judgementsOn } from './rankers/databases.ts'
import type { Add, Candidate } from './rankers/evidence.ts'
import { explainByOthers } from './rankers/explained.ts'
import { clueEvidence, insideView } from './rankers/inside.ts'
import { addFullNodes } from './rankers/nodes.ts'
import { onsetOf } from './rankers/onset.ts'
import { addSaid } from './rankers/said.ts'
import { elsewhere, scopeOf } from './rankers/scope.ts'
import { addStates } from './rankers/states.ts'
import { addUnservedCalls } from './rankers/unserved-calls.ts'
import { openTraces } from './rankers/trace.ts'
import type { Traces } from './rankers/trace.ts'
import type { ServiceKey, Topology } from './topology.ts'
import type { Ranking, Trouble } from './trouble.ts'

/** Where services say something surprising, what their metrics say is worth half. */
const METRIC_BESIDE_LOGS = 0.5
const LEAST_UNITS = 0.02
/** What sources call whoever they cannot name. */
const NOBODY: ServiceKey = '/unknown'

/** Evidence is of the first steps: later only new symptoms, alarms, states or changes can tell more. */
const SETTLED_STEPS = 10

export function rank(learnt: Learnt, trouble: Trouble, topology: Topology): Ranking {
  const judgements = judgementsOn(learnt, topology, [...trouble.symptoms.values()], trouble.onset)
  const judged = judgements.map(({ key, fault, reasons }) => [key, fault, ...reasons.flatMap(({ signals }) => signals)])
  const of = [...trouble.symptoms.keys(), ...learnt.changes.keys(), ...judged].join()
  const step = Math.max(...[...trouble.symptoms.values()].map(symptom => symptom.step))
  const held = trouble.ranked
  if (held?.of === of && learnt.at - held.ranking.onset > SETTLED_STEPS * step) return { ...held.ranking, judgements }
  const ranking = rankAnew(learnt, trouble, topology, judgements)
  trouble.ranked = { of, ranking }
  return ranking
}

function rankAnew(learnt: Learnt, trouble: Trouble, topology: Topology, judgements: readonly Judgement[]): Ranking {
  const symptoms = [...trouble.symptoms.values()]
  const onset = onsetOf(learnt, trouble, symptoms)
  const inScope = scopeOf(symptoms, elsewhere(learnt, trouble), topology)
  const board = new Map<ServiceKey, Candidate>()
  const add: Add = (key, evidence) => {
    if (!inScope(key) || evidence.units <= 0 || key === NOBODY) return
    const held = board.get(key) ?? { key, entity: topology.entityOf(key), units: 0, evidence: [] }
    held.evidence.push(evidence)
    board.set(key, held)
  }
  const traces = openTraces(learnt, onset)
  const inside: Traces = group => (servicesOf(group, topology).some(inScope) ? traces(group) : undefined)
  const blame = addBlame(learnt, contextOf(learnt, topology), symptoms, inside, add)
  const clues = insideView(learnt, topology, onset, inside)
  const broken = new Set(
    symptoms.flatMap(({ kind, opens, entity, services }) =>
      kind === 'state' && (opens === 'alone' || entity.kind === 'External') ? services : [],
    ),
  )
  const looksWell = (key: ServiceKey) => !clues.has(key) && !broken.has(key)
  const hasSaid = addSaid(learnt, topology, onset, looksWell, add)
  const share = hasSaid ? METRIC_BESIDE_LOGS : 1
  for (const [key, found] of clues) for (const clue of found) add(key, clueEvidence(clue, share, topology))
  addStates(learnt, symptoms, topology, add)
  addAlarms(learnt, symptoms, topology, add)
  addUnservedCalls(learnt, symptoms, topology, add)
  addDatabases(judgements, add)
  addFullNodes(learnt, symptoms, topology, inside, add)
  for (const candidate of board.values()) candidate.units = total(candidate)
  addEntry(symptoms, topology, board, add)
  const explained = explainByOthers(board, symptoms, topology)
  addChanges(learnt, topology, onset, board, key => inScope(key) && !explained.has(key))
  const candidates = [...board.values()]
    .filter(({ units }) => units > LEAST_UNITS)
    .toSorted((a, b) => b.units - a.units || (a.key < b.key ? -1 : 1))
  const hasHistory = [...learnt.series.values()].some(({ usual }) => usual.size >= BLIND_STEPS)
  return { candidates, causes: causesOf(learnt, candidates, hasHistory), onset, blame, hasHistory, judgements }
}

function total({ evidence }: Candidate): number {
  return evidence.reduce((sum, { units }) => sum + units, 0)
}

const ENTRY_UNITS = 0.7

/** Nothing found, and users suffer: the service they talk to. */
function addEntry(
  symptoms: readonly Symptom[],
  topology: Topology,
  board: ReadonlyMap<ServiceKey, Candidate>,
  add: Add,
): void {
  const best = Math.max(0, ...[...board.values()].map(({ units }) => units))
  const felt = symptoms.find(({ kind }) => kind === 'slo')
  if (!felt || best >= ENTRY_UNITS) return
  const key = felt.services[0]!
  const units = ENTRY_UNITS - best
  add(key, {
    kind: 'metric',
    units,
    reason: `nothing behind ${topology.entityOf(key).service} is unusual`,
    signals: felt.signals,
  })
  const entry = board.get(key)
  if (entry) entry.units = total(entry)
}
