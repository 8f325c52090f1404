// Where blame starts, and what flowed to whom, as evidence.
import { digits } from '../amount.ts'
import type { Symptom } from '../symptom.ts'
import type { Context } from '../kinds.ts'
import { wordsOf } from '../features.ts'
import type { Learnt } from '../learnt.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import { blameFlow } from './blame-flow.ts'
import type { Harm } from './blame-flow.ts'
import type { Add, Evidence } from './evidence.ts'
import { shownChange } from './trace.ts'
import type { Traces } from './trace.ts'

/** Blame in one unit of evidence (DIAGNOSIS 6). */
const BLAME_UNIT = 0.3

/** Adds what blame flow tells; the share of blame by service. */
export function addBlame(
  learnt: Learnt,
  context: Context,
  symptoms: readonly Symptom[],
  traces: Traces,
  add: Add,
): Map<ServiceKey, number> {
  const { topology } = context
  const blame = new Map<ServiceKey, number>()
  const starts = startsOf(learnt, symptoms, topology)
  for (const { key, kind } of starts) {
    const flow = blameFlow(learnt, context, key, kind, traces)
    for (const [culprit, share] of flow.blame) {
      const harm = flow.harms.get(culprit)
      blame.set(culprit, (blame.get(culprit) ?? 0) + share / starts.length)
      if (harm && harm.weight > 0)
        add(culprit, blameEvidence(culprit, key, kind, share / starts.length, harm, topology))
    }
  }
  return blame
}

/** Where blame starts: what an alarm or users name; else the topmost that suffers. */
function startsOf(
  learnt: Learnt,
  symptoms: readonly Symptom[],
  topology: Topology,
): { key: ServiceKey; kind: 'latency' | 'failure' }[] {
  const suffering = symptoms.filter(
    symptom => symptom.kind !== 'state' && symptom.kind !== 'logs' && symptom.services.length === 1,
  )
  const alarms = suffering.filter(({ kind }) => kind === 'alarm')
  const slos = suffering.filter(({ kind }) => kind === 'slo')
  const chosen = alarms.length > 0 ? alarms : slos.length > 0 ? slos : suffering
  const starts = new Map<string, { key: ServiceKey; kind: 'latency' | 'failure' }>()
  for (const symptom of chosen) {
    const key = symptom.services[0]!
    const isUnder = chosen.some(
      other =>
        other.services[0] !== key && topology.path(other.services[0]!, key) && !topology.path(key, other.services[0]!),
    )
    if (isUnder) continue
    for (const kind of harmKinds(learnt, symptom)) starts.set(`${key} ${kind}`, { key, kind })
  }
  return [...starts.values()]
}

function harmKinds(learnt: Learnt, symptom: Symptom): ('latency' | 'failure')[] {
  const measure = symptom.group && learnt.groups.get(symptom.group)?.feature.measure
  if (measure)
    return measure === 'latency' ? ['latency'] : measure === 'errors' || measure === 'availability' ? ['failure'] : []
  const alarm = learnt.signals.get(symptom.signals[0] ?? '')
  const watched =
    alarm?.kind === 'alarm' && alarm.watches ? learnt.series.get(alarm.watches)?.feature.measure : undefined
  if (watched)
    return watched === 'latency' ? ['latency'] : watched === 'errors' || watched === 'availability' ? ['failure'] : []
  const words = wordsOf([symptom.title, ...Object.values(alarm?.labels ?? {})].join(' '))
  const waits = ['latency', 'slow', 'duration', 'p95', 'p99', 'response'].some(word => words.has(word))
  const fails = ['error', 'errors', '5xx', 'availability', 'success', 'failed', 'failure', 'failures'].some(word =>
    words.has(word),
  )
  return [...(waits ? (['latency'] as const) : []), ...(fails ? (['failure'] as const) : [])]
}

function blameEvidence(
  key: ServiceKey,
  alarmed: ServiceKey,
  kind: 'latency' | 'failure',
  share: number,
  { trace }: Harm,
  topology: Topology,
): Evidence {
  const name = topology.entityOf(key).service
  const what = kind === 'latency' ? 'extra time' : 'failed requests'
  const of = key === alarmed ? '' : ` of ${topology.entityOf(alarmed).service}`
  return {
    kind: 'path',
    units: share / BLAME_UNIT,
    reason: `${digits(100 * share)} % of the ${what}${of} is explained by ${name}: ${shownChange(trace)}`,
    signals: trace.group.members.slice(0, 3),
    fault: kind === 'latency' ? 'high latency' : 'failing requests',
  }
}
