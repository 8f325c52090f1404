// What follows from something better known: services on a node that is lost or full suffer for it, and so do those that call what is
// outside and does not answer; and whoever calls them.
import type { Symptom } from '../symptom.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import type { Candidate } from './evidence.ts'

/** Units from which a node's or an outsider's own evidence proves something. */
const PROVEN = 1
/** Share of the worst that follows from it, which it takes over, and what stays with those it explains. */
const TAKES = 0.9
const STAYS = 0.4

/** Whom it explained: what was changed about them is no reason either. */
export function explainByOthers(
  board: ReadonlyMap<ServiceKey, Candidate>,
  symptoms: readonly Symptom[],
  topology: Topology,
): ReadonlySet<ServiceKey> {
  const explained = new Set<ServiceKey>()
  for (const root of [...board.values()].toSorted((a, b) => b.units - a.units || (a.key < b.key ? -1 : 1))) {
    const isNode = root.key.startsWith('node:')
    // Calls know it by its name alone; what says that it is outside is the check.
    const isOutside = root.evidence.some(({ entity }) => entity?.kind === 'External')
    if (explained.has(root.key) || !(isNode || isOutside) || !isProven(root)) continue
    const first = isNode ? topology.servicesOn(root.key) : callersOf(root.key, symptoms, topology)
    const victims = [...first].flatMap(key => board.get(key) ?? []).filter(({ key }) => !explained.has(key))
    const [worst] = victims.toSorted((a, b) => b.units - a.units)
    if (!worst) continue
    const units = TAKES * worst.units
    const how = isNode ? 'runs there' : 'calls it'
    const fault = root.evidence.find(one => one.fault !== undefined)?.fault
    root.evidence.push({
      kind: 'path',
      units,
      reason: `${worst.entity.service}, which ${how}, suffers: ${worst.evidence.toSorted((a, b) => b.units - a.units)[0]!.reason}`,
      signals: worst.evidence[0]!.signals.slice(0, 2),
      ...(fault !== undefined && { fault }),
    })
    root.units += units
    for (const candidate of board.values()) {
      if (candidate === root || explained.has(candidate.key)) continue
      const follows = [...first].some(key => key === candidate.key || topology.path(candidate.key, key))
      if (!follows) continue
      explained.add(candidate.key)
      candidate.units *= STAYS
    }
  }
  return explained
}

function isProven({ evidence }: Candidate): boolean {
  return evidence.some(({ kind, units }) => (kind === 'state' || kind === 'metric') && units >= PROVEN)
}

/** Known to call it, or saying that it did not answer. */
function callersOf(key: ServiceKey, symptoms: readonly Symptom[], topology: Topology): Set<ServiceKey> {
  const saying = symptoms.filter(({ peers }) => peers.includes(key)).flatMap(({ services }) => services)
  return new Set([...topology.callers(key), ...saying].filter(caller => caller !== key))
}
