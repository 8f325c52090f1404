// What is said around a trouble by those that are hurt: each message once, what they always say left out.
import type { Millis, Signal, Utterance } from '#incident/signal.ts'
import { keysOf } from './databases/database.ts'
import { isLoadRow } from './databases/load.ts'
import { SURPRISING, surpriseBy } from './detectors/surprise.ts'
import type { Learnt, ShapeState } from './learnt.ts'
import { shape } from './normalise.ts'
import type { Symptom } from './symptom.ts'
import type { Topology } from './topology.ts'

const MOST = 4
const BEFORE = 30 * 60_000

/** Events, errors and log lines of the services that are hurt, last said first, each as it was first said since the onset. */
export function saidAround(learnt: Learnt, topology: Topology, symptoms: readonly Symptom[], onset: Millis): Signal[] {
  const services = new Set(symptoms.flatMap(symptom => symptom.services))
  const isAbout = (signal: Signal) => [...keysOf(signal, topology)].some(key => services.has(key))
  const usual = usualIn(learnt, onset)
  const messages = new Map<string, { told: Utterance; last: Millis }>()
  for (const signal of learnt.signals.values()) {
    if (signal.kind !== 'log' && signal.kind !== 'error' && signal.kind !== 'event') continue
    if (signal.at < onset - BEFORE || !isAbout(signal) || isLoadRow(signal.text)) continue
    const key = shape(signal.text)
    if (usual.has(keyOf(signal.source, signal.entity, key))) continue
    const held = messages.get(key)
    messages.set(key, {
      told: held ? better(held.told, signal, onset) : signal,
      last: Math.max(held?.last ?? 0, signal.at),
    })
  }
  return [...messages.values()]
    .toSorted((a, b) => b.last - a.last || (a.told.id < b.told.id ? -1 : 1))
    .slice(0, MOST)
    .map(({ told }) => told)
}

/** The first since the onset; of those before it, the nearest. The same from look to look, however often it is said again. */
function better(one: Utterance, other: Utterance, onset: Millis): Utterance {
  const [earlier, later] = one.at <= other.at ? [one, other] : [other, one]
  return earlier.at >= onset ? earlier : later
}

/** What was said so long before the onset, and is said since as often as chance allows, is no news. */
const LONG_BEFORE = 10 * 60_000
const MINUTE = 60_000

function usualIn(learnt: Learnt, onset: Millis): Set<string> {
  const usual = new Set<string>()
  for (const { entity, source, shapes } of learnt.logs.values()) {
    for (const [id, held] of shapes) if (isUsual(held, onset, learnt.at)) usual.add(keyOf(source, entity, id))
  }
  return usual
}

function isUsual({ minutes }: ShapeState, onset: Millis, now: Millis): boolean {
  const begin = Math.floor(onset / MINUTE) * MINUTE
  const before = minutes.filter(([at]) => at < begin)
  const [first] = before
  if (!first || onset - first[0] < LONG_BEFORE) return false
  const count = (counts: readonly [Millis, number][]) => counts.reduce((sum, [, each]) => sum + each, 0)
  const usual = (count(before) / (begin - first[0])) * Math.max(MINUTE, now - begin)
  return surpriseBy(count(minutes.filter(([at]) => at >= begin)), usual) < SURPRISING
}

function keyOf(source: string, { namespace = '', service }: Signal['entity'], id: string): string {
  return [source, namespace, service, id].join('|').toLowerCase()
}
