// Names for a trouble and its symptoms, by rules: one sentence, subject first, active verb, the number with what is usual.
import { messageIn } from '#incident/log-message.ts'
import { amount, digits } from './amount.ts'
import type { Symptom } from './symptom.ts'
import type { Feature } from './features.ts'
import type { Learnt } from './learnt.ts'
import type { Ranking } from './trouble.ts'
import { shortened } from './rankers/evidence.ts'
import type { Candidate } from './rankers/evidence.ts'
import type { Topology } from './topology.ts'

/** Below these the title says how sure it is. */
const LIKELY = 0.8
const UNCLEAR = 0.5
const MOST_CHARACTERS = 220

/** `symptoms`: of one trouble. `isOver`: it is still open, and all of it is well. */
export function titleOf(
  learnt: Learnt,
  topology: Topology,
  symptoms: readonly Symptom[],
  ranking: Ranking,
  isOver: boolean,
): string {
  const [first, second] = ranking.candidates
  const [cause] = ranking.causes
  const worst = worstOf(symptoms)
  const felt = worst && symptomTitle(learnt, worst, topology)
  if (!first || !cause) return sentence(`${felt ?? 'Something is unusual'}; what causes it is not known`)
  const verdict = verdictOf(first, cause.fault, felt)
  if (isOver)
    return sentence(`Recovered, by what is measured now; it was: ${cause.fault ? verdict : (felt ?? verdict)}`)
  if (cause.confidence >= LIKELY) return sentence(verdict)
  if (cause.confidence >= UNCLEAR || !second) return sentence(`Most likely ${verdict}`)
  const [one, other] = [first, second].map(({ entity }) => entity.service)
  return sentence(one === other ? `Not clear yet: ${verdict}` : `Not clear yet: ${one} or ${other}; ${felt}`)
}

/** 'checkout errors 31 % (usually 0.2 %)' */
export function symptomTitle(learnt: Learnt, symptom: Symptom, topology: Topology): string {
  const group = symptom.group === undefined ? undefined : learnt.groups.get(symptom.group)
  const who = symptom.services.map(key => topology.entityOf(key).service).join(' to ')
  if (symptom.kind === 'logs')
    return `${who} logs ${digits(symptom.now ?? 0)}× a minute: ${shortened(messageIn(symptom.title))}`
  if (!group) return shortened(symptom.title)
  const series = learnt.series.get(group.members[0]!)
  const isNamed = group.feature.measure !== 'other' && group.feature.measure !== 'saturation'
  const what = isNamed ? group.feature.measure : (series?.signal.metric ?? 'series').replaceAll('_', ' ')
  const tail = symptom.tail === undefined ? '' : `${symptom.tail} `
  return `${who} ${tail}${what} ${shown(symptom.now, symptom, group.feature)} (usually ${shown(symptom.usual, symptom, group.feature)})`
}

function shown(value: number | undefined, { unit }: Symptom, feature: Feature): string {
  return value === undefined ? 'unknown' : amount(value, feature, unit ?? '')
}

/** What users feel first, then what is strongest. */
function worstOf(symptoms: readonly Symptom[]): Symptom | undefined {
  const order = ({ kind, felt }: Symptom) => (kind === 'slo' ? 3 : kind === 'alarm' ? 2 : felt ? 1 : 0)
  return symptoms.toSorted((a, b) => order(b) - order(a) || b.strength - a.strength || (a.id < b.id ? -1 : 1))[0]
}

const VERBS: Record<string, string> = {
  'resource contention': 'is short of resources',
  'high latency': 'answers slowly',
  'slow network': 'is reached slowly',
  'failing requests': 'fails requests',
  'stopped calling others': 'stopped calling others',
  'errors in its log': 'logs errors it never logged before',
  unreachable: 'cannot be reached',
  'storage full': 'is short of storage',
  'connections exhausted': 'is short of connections',
  'memory exhausted': 'is short of memory',
  'CPU saturated': 'is short of CPU',
  'replication lag': 'lags behind in replication',
  backlog: 'falls behind with its queue',
  throttled: 'is throttled',
  'certificate expires': 'has a certificate that expires',
}

function verdictOf(
  { entity, evidence, change, overloads }: Candidate,
  fault: string | undefined,
  felt: string | undefined,
): string {
  const name = entity.service
  const state = evidence.find(({ kind, units }) => kind === 'state' && units >= 1)?.reason
  const says = state && withoutName(shortened(state), name)
  const told = evidence.find(({ verdict, units }) => verdict !== undefined && units >= 1)?.verdict
  if (told !== undefined && !says) return told
  const harm = felt === undefined || felt === shortened(state ?? '') ? '' : `: ${felt}`
  if (change) {
    const { what, from, to } = change.change
    const step = from && to ? `${from} → ${to}` : (to ?? '')
    if (what === 'scale' && overloads) return `${name}, scaled from ${from} to ${to}, overloads ${overloads}${harm}`
    if (what === 'scale') return `scaling ${name} from ${from} to ${to} broke it${harm}`
    if (says) return `${says} since its ${what}${step ? ` ${step}` : ''}${harm}`
    return `the ${what} of ${name}${step ? ` ${step}` : ''} broke it${harm}`
  }
  return says ? `${says}${harm}` : `${name} ${VERBS[fault ?? ''] ?? 'is unwell'}${harm}`
}

/** 'checkout: checkout crash-loops' -> 'checkout crash-loops' */
function withoutName(text: string, name: string): string {
  const rest = text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text
  return rest.startsWith(name) || /^(node|namespace) /.test(rest) ? rest : `${name}: ${rest}`
}

/** A name keeps its own case, whatever it begins. */
function sentence(text: string): string {
  const begun = /^(the|scaling) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
  const whole = begun.replace(/\.$/, '')
  return whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS - 3)}...` : `${whole}.`
}
