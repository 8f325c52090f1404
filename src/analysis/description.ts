// What a trouble looks like, in lines: since when, why this cause, who is hurt, what was seen and said, what is missing.
import { messageIn } from '#incident/log-message.ts'
import type { Missing, Signal, State } from '#incident/signal.ts'
import { amount, clock } from './amount.ts'
import type { Symptom } from './symptom.ts'
import { symptomTitle } from './label.ts'
import type { Learnt } from './learnt.ts'
import type { Ranking } from './trouble.ts'
import { shortened } from './rankers/evidence.ts'
import type { ServiceKey, Topology } from './topology.ts'

const MOST_ITEMS = 8
const MOST_REASONS = 4

export function describeTrouble(
  learnt: Learnt,
  topology: Topology,
  symptoms: readonly Symptom[],
  ranking: Ranking,
  missing: readonly Missing[],
  said: readonly Signal[],
): string {
  const { candidates, causes, onset, hasHistory } = ranking
  const [cause] = causes
  const why = cause
    ? line(
        `Why ${candidates[0]!.entity.service}`,
        cause.reasons.slice(0, MOST_REASONS).map(({ text }) => text),
      )
    : 'No cause can be named: nothing that is measured stands out.'
  const services = new Set(symptoms.flatMap(symptom => symptom.services))
  return [
    `Since ${clock(onset)} UTC.`,
    why,
    line('Hurt', hurtIn(learnt, topology, symptoms)),
    line('Seen', witnessed(learnt, symptoms)),
    line(
      'Said',
      said.flatMap(signal => ('text' in signal ? [shortened(messageIn(signal.text))] : [])),
    ),
    hasHistory ? '' : line('Measured', measured(learnt, topology, services)),
    line('Missing', gapsOf(topology, hasHistory, missing)),
  ]
    .filter(Boolean)
    .join('\n')
}

function line(name: string, items: readonly string[]): string {
  const said = [...new Set(items)].slice(0, MOST_ITEMS).map(item => item.replace(/\.$/, ''))
  return said.length === 0 ? '' : `${name}: ${said.join('; ')}.`
}

function hurtIn(learnt: Learnt, topology: Topology, symptoms: readonly Symptom[]): string[] {
  const felt = ({ kind }: Symptom) => (kind === 'slo' || kind === 'alarm' ? 1 : 0)
  return symptoms
    .toSorted((a, b) => felt(b) - felt(a) || b.strength - a.strength)
    .map(symptom => symptomTitle(learnt, symptom, topology))
}

function witnessed(learnt: Learnt, symptoms: readonly Symptom[]): string[] {
  const states = symptoms.flatMap(({ signals }) => {
    const found = learnt.signals.get(signals[0] ?? '')
    return found?.kind === 'state' ? [found] : []
  })
  return states.flatMap((state: State) => state.witness.map(shortened))
}

/** Newest values, where nobody can say what is usual. */
function measured(learnt: Learnt, topology: Topology, services: ReadonlySet<ServiceKey>): string[] {
  return [...learnt.series.values()].flatMap(({ signal, feature, held }) =>
    held && services.has(topology.keyOf(signal.entity))
      ? [`${signal.metric} ${amount(held.value, feature, signal.unit)}`]
      : [],
  )
}

function gapsOf(topology: Topology, hasHistory: boolean, missing: readonly Missing[]): string[] {
  const gaps = missing.map(
    ({ source, what, why, since }) => `${source} ${what}: ${why}${since ? ` since ${clock(since)}` : ''}`,
  )
  if (!topology.hasCalls) gaps.push('no source says which service calls which')
  if (!hasHistory) gaps.push('too little history to say what is usual')
  return gaps
}
