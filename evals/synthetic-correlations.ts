// Are the correlations that the product tells right, and does it tell those that are to be expected?
import type { WireIncident } from '#mcp-servers/wire.ts'
import { keyOf, keyOfFact } from './synthetic-facts.ts'
import type { Fact } from './synthetic-facts.ts'
import type { ExpectedCorrelation, SyntheticIncident } from './synthetic-incidents/incident.ts'

export type Counts = { right: number; told: number; found: number; expected: number }

/**
 * Told ones are right where both ends may be of one incident, and causal ones where failure travels that way as well. An expected
 * one is found where one is told between its ends: of the same type, or of any where only nearness in time is expected.
 */
export function correlationCounts(
  shown: readonly { incident: WireIncident; facts: readonly Fact[] }[],
  truths: readonly SyntheticIncident[],
): Counts {
  const told = shown.flatMap(({ incident, facts }) => {
    const byId = new Map(facts.map(fact => [fact.id, fact]))
    return incident.correlations.flatMap(({ sourceA, sourceB, correlationType }) => {
      const [a, b] = [byId.get(sourceA.sourceId), byId.get(sourceB.sourceId)]
      return a && b ? [{ a, b, type: correlationType }] : []
    })
  })
  const expected = truths.flatMap(truth => truth.expectedCorrelations.map(each => ({ ...each, truth })))
  return {
    told: told.length,
    right: told.filter(each => isRight(each, truths)).length,
    expected: expected.length,
    found: expected.filter(({ truth, ...each }) => told.some(one => meets(one, each, truth))).length,
  }
}

type Told = { a: Fact; b: Fact; type: ExpectedCorrelation['correlationType'] }

function isRight({ a, b, type }: Told, truths: readonly SyntheticIncident[]): boolean {
  const shared = [...a.of].filter(place => b.of.has(place)).map(place => truths[place]!)
  return type === 'causal' ? shared.some(truth => travels(a, b, truth)) : shared.length > 0
}

/** From who fails to who calls it, from a change to what it changes, within one service, and from a node to whatever runs there. */
function travels(a: Fact, b: Fact, { callers, cause, also, touched }: SyntheticIncident): boolean {
  const nodes = [cause, ...also].filter(({ kind }) => kind === 'node').map(({ name }) => name.toLowerCase())
  return a.services.some(
    from =>
      (nodes.includes(from) && b.services.some(to => touched.has(to))) ||
      (from === cause.name.toLowerCase() && nodes.length > 0) ||
      b.services.some(to => from === to || callers.get(from)?.has(to)),
  )
}

function meets(
  { a, b, type }: Told,
  { a: ones, b: others, correlationType }: ExpectedCorrelation,
  { triggerEvents }: SyntheticIncident,
): boolean {
  if (type !== correlationType && correlationType !== 'temporal') return false
  const among = (fact: Fact, places: readonly number[]) =>
    places.some(place => {
      const { source, eventType, data } = triggerEvents[place]!
      return keyOf(source, eventType, data.service) === keyOfFact(fact)
    })
  const along = among(a, ones) && among(b, others)
  return along || (correlationType !== 'causal' && among(b, ones) && among(a, others))
}
