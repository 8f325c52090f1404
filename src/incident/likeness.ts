// How alike two incidents are, by cause, fault, services hurt and kinds of findings. Pure.
import type { Finding } from './finding.ts'
import type { Incident, RootCause } from './incident.ts'

/** What of an incident is compared. */
export type Comparable = Pick<Incident, 'services'> & {
  rootCauses: readonly Pick<RootCause, 'entity' | 'fault'>[]
  findings: readonly Pick<Finding, 'kind' | 'entity'>[]
}

export type Likeness = { likeness: number; shared: string[] }

// What caused it says more than whom it hurt, as trouble spreads the same way from many causes. Set by judgement, not measured.
const WEIGHTS = { cause: 0.35, fault: 0.25, services: 0.2, findings: 0.2 }

/**
 * `likeness` is 0..1; `shared` says in words what both have, most telling first.
 * Same cause and fault, half of the services, no finding in common -> 0.35 + 0.25 + 0.1 = 0.7
 */
export function likenessOf(a: Comparable, b: Comparable): Likeness {
  const [causeA, causeB] = [a.rootCauses[0], b.rootCauses[0]]
  const sameCause = causeA !== undefined && causeA.entity.service === causeB?.entity.service
  const sameFault = causeA?.fault !== undefined && causeA.fault === causeB?.fault
  const services = overlap(a.services, b.services)
  const findings = overlap(kindsOf(a), kindsOf(b))
  return {
    likeness:
      (sameCause ? WEIGHTS.cause : 0) +
      (sameFault ? WEIGHTS.fault : 0) +
      WEIGHTS.services * services.share +
      WEIGHTS.findings * findings.share,
    shared: [
      ...(sameCause ? [`cause ${causeA.entity.service}`] : []),
      ...(sameFault ? [`fault ${causeA.fault}`] : []),
      ...(services.both.length > 0 ? [`services ${services.both.join(', ')}`] : []),
      ...(findings.both.length > 0 ? [`findings ${findings.both.join(', ')}`] : []),
    ],
  }
}

/** What an incident's signals say, one text after the other, each once; of the first so many: a model reads 256 tokens. */
export function wordsOf({ signals }: Pick<Incident, 'signals'>): string {
  const said = signals.flatMap(signal => (signal.kind === 'series' || signal.kind === 'change' ? [] : signal.text))
  return [...new Set(said)].slice(0, MOST_TEXTS).join('\n')
}
const MOST_TEXTS = 20

/** `slo checkout`: what is unusual about whom. */
function kindsOf({ findings }: Comparable): string[] {
  return findings.map(({ kind, entity }) => `${kind} ${entity.service}`)
}

/** Jaccard index: what both have of what either has; 0 where neither has any. overlap(['a', 'b'], ['b', 'c']) -> 1/3, ['b'] */
function overlap(a: string[], b: string[]): { share: number; both: string[] } {
  const other = new Set(b)
  const both = [...new Set(a)].filter(one => other.has(one))
  const either = new Set([...a, ...b]).size
  return { share: either === 0 ? 0 : both.length / either, both }
}
