// How bad a trouble is now. What its source says is over counts no more, and an alarm is no worse than what it speaks of is measured to be;
// once all is over, how bad it was.
import { SEVERITIES } from '#incident/signal.ts'
import type { Alarm, Severity } from '#incident/signal.ts'
import type { Judgement } from './databases/judgement.ts'
import { wordsOf } from './features.ts'
import type { Learnt } from './learnt.ts'
import type { Symptom } from './symptom.ts'
import type { Topology } from './topology.ts'

/** `over`: the trouble has ended. `judgements`: of the databases it is about. */
export function severityOf(
  learnt: Learnt,
  topology: Topology,
  symptoms: readonly Symptom[],
  { over, judgements }: { over: boolean; judgements: readonly Judgement[] },
): Severity {
  if (over) return worst(symptoms.map(({ severity }) => severity))
  const now = symptoms.map(symptom => {
    if (isOver(learnt, topology, symptom)) return 'low'
    const eased = judgements.find(({ key }) => key === symptom.services[0])?.atMost
    return symptom.kind === 'alarm' && eased ? milder(symptom.severity, eased) : symptom.severity
  })
  return worst(now)
}

/** Whether its source says that it is over, or the objects it speaks of are measured and well. Series are over when their trouble is. */
export function isOver(learnt: Learnt, topology: Topology, symptom: Symptom): boolean {
  const { kind, signals, services } = symptom
  if (kind !== 'alarm' && kind !== 'state') return false
  const all = kind === 'alarm' ? learnt.alarms : learnt.states
  const held = [...all.values()].find(({ signal }) => signal.id === signals[0])
  if (!held?.active) return true
  const { signal } = held
  if (signal.kind !== 'alarm' || !isOfObjects(signal) || hasState(learnt, topology, symptom)) return false
  return [...learnt.healthy.values()].flat().some(entity => topology.keyOf(entity) === services[0])
}

// Words of alarms that speak of the state of Kubernetes objects, which those objects know better.
const OBJECTS = [
  'kubernetes',
  'kube',
  'k8s',
  'pod',
  'pods',
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'container',
]
const MISHAPS = [
  'restart',
  'restarts',
  'restarting',
  'restarted',
  'rollout',
  'crashloop',
  'crashlooping',
  'replicas',
  'evicted',
]

/** Latency and errors of a service are no state of its objects, whatever its alarm is called. */
function isOfObjects({ labels, text }: Alarm): boolean {
  const words = wordsOf(labels['alertname'] ?? labels['alarm'] ?? text.split(':', 1)[0]!)
  const has = (list: readonly string[]) => list.some(word => words.has(word))
  return (
    (has(OBJECTS) || has(MISHAPS)) &&
    !has(['latency', 'error', 'errors', '5xx', 'http', 'requests', 'memory', 'cpu', 'disk', 'volume'])
  )
}

/** A bad state of the same service, or of what its alarm names: a node. */
function hasState(learnt: Learnt, topology: Topology, { services, peers }: Symptom): boolean {
  const about = new Set([...services, ...peers])
  return [...learnt.states.values()].some(({ active, signal }) => active && about.has(topology.keyOf(signal.entity)))
}

function worst(severities: readonly Severity[]): Severity {
  const places = severities.map(severity => SEVERITIES.indexOf(severity))
  return SEVERITIES[Math.min(SEVERITIES.length - 1, ...places)]!
}

function milder(a: Severity, b: Severity): Severity {
  return SEVERITIES[Math.max(SEVERITIES.indexOf(a), SEVERITIES.indexOf(b))]!
}
