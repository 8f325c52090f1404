// Nodes whose cpu is used up while services that run there suffer.
import { servicesOf } from '../kinds.ts'
import type { Learnt } from '../learnt.ts'
import type { Symptom } from '../symptom.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import type { Add } from './evidence.ts'
import type { Trace, Traces } from './trace.ts'

/** As much as a check of ten points: the system itself says so. */
const FULL_UNITS = 2
/** Percent from where on processes wait for one another, and the least rise that is news. */
const FULL = 90
const RISE = 10
/** One alone may be what fills it. */
const LEAST_SUFFERING = 2
/** From the onset; one told by an alarm's period may lie a minute or two before the first step that shows it. */
const WINDOW = 4 // steps, or
const WINDOW_MILLIS = 150_000

export function addFullNodes(
  learnt: Learnt,
  symptoms: readonly Symptom[],
  topology: Topology,
  traces: Traces,
  add: Add,
): void {
  const suffering = new Set(symptoms.flatMap(({ services }) => services))
  for (const group of learnt.groups.values()) {
    const { feature } = group
    if (feature.scope !== 'node' || feature.measure !== 'cpu' || feature.form === 'size') continue
    const [node] = servicesOf(group, topology)
    const there = [...topology.servicesOn(node!)].filter(key => suffering.has(key))
    const trace = there.length < LEAST_SUFFERING ? undefined : traces(group)
    if (!trace || !isFull(trace)) continue
    add(node!, {
      kind: 'metric',
      units: FULL_UNITS,
      reason: `its cpu is full, and ${namesOf(there, topology)} run there`,
      signals: group.members.slice(0, 3),
      fault: 'CPU saturated',
      entity: topology.entityOf(node!),
    })
  }
}

function isFull({ group, times, values, level }: Trace): boolean {
  const percent = group.feature.form === 'fraction' ? 100 : 1
  const near = values.filter((_, i) => i < WINDOW || times[i]! - times[0]! <= WINDOW_MILLIS)
  const [, second = 0] = near.filter(value => !Number.isNaN(value)).toSorted((a, b) => b - a)
  return second * percent >= FULL && (second - level) * percent >= RISE
}

const MOST_NAMES = 3

function namesOf(keys: readonly ServiceKey[], topology: Topology): string {
  const names = keys.map(key => topology.entityOf(key).service).toSorted()
  const more = names.length - MOST_NAMES
  return more > 1 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(' and ')
}
