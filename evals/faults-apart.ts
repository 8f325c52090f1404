// Several faults in one recording, each known by its namespace or services: does each have an incident of its own, and is its
// cause named first there?
import type { WireIncident } from '#mcp-servers/wire.ts'
import { adjustedRandIndex } from '#analysis/evaluate.ts'
import { means, workloads } from './entity.ts'
import { grouping, groupingFact } from './grouping.ts'
import type { GroupingFact } from './grouping.ts'
import type { Groups, Label } from './labels.ts'
import { interval, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import type { Followed } from './replayed.ts'

export type FaultsApartFact = GroupingFact & {
  /** Shares of the faults. */
  own: number
  namedFirst: number
}

/** Undefined where the label knows no groups. */
export function faultsApartFact({ groups }: Label, incidents: readonly Followed[]): FaultsApartFact | undefined {
  if (!groups) return undefined
  const ids = groups.faults.map(({ id }) => id)
  const placeOf = (entity: Entity) => {
    const id = faultOf(entity, groups)
    return id === undefined ? undefined : ids.indexOf(id)
  }
  const grouped = incidents.map(({ opened, last }) => ({ opened, signals: last.groupedSignals }))
  const fact = groupingFact(ids.length, grouped, ({ entity }) => placeOf(entity))
  const byIncident = Map.groupBy(fact.truth, (_, i) => fact.found[i]!)
  const owned = ids.filter((_, place) =>
    [...byIncident.values()].some(held => 2 * held.filter(trouble => trouble === place).length > held.length),
  )
  const firsts = incidents.flatMap(({ last }) => last.rootCauses.slice(0, 1))
  const named = groups.faults.filter(({ target }) => firsts.some(({ entity }) => means(entity, target)))
  return { ...fact, own: owned.length / ids.length, namedFirst: named.length / ids.length }
}

type Entity = WireIncident['rootCauses'][number]['entity']

function faultOf({ namespace, kind, name, service }: Entity, { by, of }: Groups): string | undefined {
  const isOfKind = kind?.toLowerCase()
  if (by === 'namespace') return of[(namespace ?? (isOfKind === 'namespace' ? (name ?? '') : '')).toLowerCase()]
  if (isOfKind === 'node') return undefined
  const own = new Set([service.toLowerCase(), ...workloads((name ?? '').toLowerCase())])
  return Object.entries(of).find(([each]) => own.has(each))?.[1]
}

export function faultsApart(
  facts: readonly FaultsApartFact[],
  seed: number,
): Record<string, number | Interval | undefined> {
  const share = (of: (fact: FaultsApartFact) => number) => interval(facts.map(of), mean, seed)
  return {
    n: facts.length,
    ...grouping(facts, seed),
    ari: share(({ truth, found }) => (truth.length > 0 ? adjustedRandIndex(truth, found) : 0)),
    faultsCovered: mean(facts.map(({ covered, troubles }) => covered / troubles)),
    faultsWithOwnIncident: share(({ own }) => own),
    faultsNamedFirst: share(({ namedFirst }) => namedFirst),
    incidentsPerFault: mean(facts.map(({ incidents, troubles }) => incidents / troubles)),
  }
}
