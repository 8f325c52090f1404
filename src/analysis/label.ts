// Words for a trouble: title and description by rules, the same for the same facts. Verdict first, numbers with what is usual.
import type { Millis, Missing, Source, State } from '#incident/signal.ts'
import { amount, clock, digits } from './amount.ts'
import type { Symptom } from './detect.ts'
import type { Feature } from './features.ts'
import type { Learnt } from './learnt.ts'
import { shortened } from './rank.ts'
import type { Candidate, Ranking } from './rank.ts'
import type { ServiceKey, Topology } from './topology.ts'

/** Below these the title says how sure it is. */
export const LIKELY = 0.8
export const UNCLEAR = 0.5

/** 'checkout errors 31 % (usually 0.2 %)' */
export function symptomTitle(learnt: Learnt, symptom: Symptom, topology: Topology): string {
  const group = symptom.group === undefined ? undefined : learnt.groups.get(symptom.group)
  if (!group) return symptom.kind === 'logs' ? loggedTitle(symptom, topology) : shortened(symptom.title)
  const who = symptom.services.map(key => topology.entityOf(key).service).join(' to ')
  return `${who} ${measureWord(group.feature)} ${value(symptom, symptom.now, group.feature)} (usually ${value(symptom, symptom.usual, group.feature)})`
}

function loggedTitle({ services, now = 0, title }: Symptom, topology: Topology): string {
  return `${topology.entityOf(services[0]!).service} logs ${digits(now)}× a minute: ${shortened(title)}`
}

function value(symptom: Symptom, number: number | undefined, feature: Feature): string {
  return number === undefined ? 'unknown' : amount(number, feature, symptom.unit ?? '')
}

function measureWord({ measure, form }: Feature): string {
  if (measure === 'cpu') return 'cpu'
  return measure === 'errors' && form !== 'size' ? 'errors' : measure
}

export type Told = { title: string; description: string }

/** `confidence` is that of the first cause. */
export function label(
  learnt: Learnt,
  topology: Topology,
  symptoms: readonly Symptom[],
  ranking: Ranking,
  confidence: number,
  missing: readonly Missing[],
): Told {
  const title = titleOf(learnt, topology, symptoms, ranking, confidence)
  return { title, description: descriptionOf(learnt, topology, symptoms, ranking, missing) }
}

function titleOf(
  learnt: Learnt,
  topology: Topology,
  symptoms: readonly Symptom[],
  { candidates, causes }: Ranking,
  confidence: number,
): string {
  const [first, second] = candidates
  const worst = worstOf(symptoms)
  const felt = worst ? symptomTitle(learnt, worst, topology) : 'something is unusual'
  if (!first) return sentence(`${felt}; what causes it is not known`)
  const verdict = verdictOf(first, causes[0]?.fault, worst, felt, topology)
  if (confidence >= LIKELY) return sentence(verdict)
  if (confidence >= UNCLEAR || !second) return sentence(`Most likely ${verdict}`)
  const [one, other] = [first, second].map(candidate => candidate.entity.service)
  return sentence(one === other ? `Not clear yet: ${verdict}` : `Not clear yet: ${one} or ${other} behind ${felt}`)
}

/** Subject first, active verb. */
function verdictOf(
  { key, entity, evidence, change }: Candidate,
  fault: string | undefined,
  worst: Symptom | undefined,
  felt: string,
  topology: Topology,
): string {
  const name = entity.service
  const isSelf = worst === undefined || worst.services.includes(key)
  const harm = isSelf ? felt : `${felt}`
  const state = evidence.find(({ kind, units }) => kind === 'state' && units >= 1)
  if (change) {
    const { what, from, to } = change.change
    const did =
      what === 'scale'
        ? `scaling ${name} from ${from} to ${to}`
        : `${what === 'rollout' ? 'the rollout of' : `the ${what} of`} ${name}${to ? ` ${from ? `${from} → ${to}` : `to ${to}`}` : ''}`
    return `${did} broke it: ${state ? shortened(state.reason) : harm}`
  }
  if (state)
    return isSelf || !worst
      ? shortened(state.reason)
      : `${shortened(state.reason)}, which harms ${topology.entityOf(worst.services[0]!).service}`
  const verbs: Record<string, string> = {
    'resource contention': 'is short of resources',
    'high latency': 'answers slowly',
    'slow network': 'is reached slowly',
    'failing requests': 'fails requests',
    'stopped calling others': 'stopped calling others',
    'errors in its log': 'logs errors it never logged before',
    unreachable: 'cannot be reached',
  }
  const verb = verbs[fault ?? ''] ?? 'behaves unusually'
  return `${name} ${verb}: ${harm}`
}

/** A name keeps its own case, whatever it begins. */
function sentence(text: string): string {
  const begun = /^(the|scaling) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
  return begun.endsWith('.') ? begun : `${begun}.`
}

/** What users feel first, then what is strongest. */
export function worstOf(symptoms: readonly Symptom[]): Symptom | undefined {
  const order = (symptom: Symptom) => (symptom.kind === 'slo' ? 3 : symptom.kind === 'alarm' ? 2 : symptom.felt ? 1 : 0)
  return symptoms.toSorted((a, b) => order(b) - order(a) || b.strength - a.strength || (a.id < b.id ? -1 : 1))[0]
}

const MOST_LINES = 8

function descriptionOf(
  learnt: Learnt,
  topology: Topology,
  symptoms: readonly Symptom[],
  { candidates, causes, onset, hasHistory }: Ranking,
  missing: readonly Missing[],
): string {
  const [cause] = causes
  const lines = [`Since ${clock(onset)} UTC.`]
  if (cause) lines.push(`Why ${candidates[0]!.entity.service}: ${cause.reasons.slice(0, 4).join('; ')}.`)
  else lines.push('No cause can be named: nothing that is measured stands out.')
  const hurt = symptoms
    .toSorted((a, b) => b.strength - a.strength)
    .slice(0, MOST_LINES)
    .map(symptom => symptomTitle(learnt, symptom, topology))
  if (hurt.length > 0) lines.push(`Hurt: ${[...new Set(hurt)].join('; ')}.`)
  const witness = witnessOf(learnt, symptoms)
  if (witness.length > 0) lines.push(`Seen: ${witness.join('; ')}.`)
  const gaps = gapsOf(topology, hasHistory, missing)
  if (gaps.length > 0) lines.push(`Missing: ${gaps.join('; ')}.`)
  return lines.join('\n')
}

function witnessOf(learnt: Learnt, symptoms: readonly Symptom[]): string[] {
  const states = symptoms.flatMap(({ signals }) => {
    const found = learnt.signals.get(signals[0] ?? '')
    return found?.kind === 'state' ? [found] : []
  })
  return [...new Set(states.flatMap((state: State) => state.witness.map(shortened)))].slice(0, MOST_LINES)
}

function gapsOf(topology: Topology, hasHistory: boolean, missing: readonly Missing[]): string[] {
  const gaps = missing
    .slice(0, 4)
    .map(({ source, what, why, since }) => `${source} ${what}: ${why}${since ? ` since ${clock(since)}` : ''}`)
  if (!topology.hasCalls) gaps.push('no source says which service calls which')
  if (!hasHistory) gaps.push('too little history to say what is usual')
  return gaps
}

export type { Millis, ServiceKey, Source }
