// Is the fault of the first cause of the right category, and never of one an expert would rule out?
import { RANK, about } from './replayed.ts'
import type { Followed } from './replayed.ts'
import { CATEGORIES, categoryOf } from './categories.ts'
import type { Category } from './categories.ts'
import type { Label } from './labels.ts'
import { interval, mean } from './measures.ts'
import type { Interval } from './measures.ts'

export type CategoryFact = { expected: string; said: Category; fault: string | undefined; forbidden: boolean }

/** Undefined where the label names no category. Nothing of severity high or critical left open says: healthy. */
export function categoryFact({ text, start, end }: Label, incidents: readonly Followed[]): CategoryFact | undefined {
  if (!text) return undefined
  const loud = incidents.filter(({ resolved, last }) => resolved === Infinity && RANK[last.severity] >= RANK.high)
  const [first] = about({ start, end, catch: [start, end], category: '' }, loud, true)
  const fault = first?.incident.rootCauses[0]?.fault
  const said = first ? categoryOf(fault) : 'healthy'
  return { expected: text.category, said, fault, forbidden: text.forbidden.includes(said) }
}

/**
 * `right`, `forbidden`: shares of all; `undecided`: of those that said something was wrong, whose fault is a symptom that
 * leaves the category open.
 */
export function categories(
  facts: readonly CategoryFact[],
  seed: number,
): Record<string, number | Interval | undefined> {
  const share = (rows: readonly CategoryFact[], is: (fact: CategoryFact) => boolean) =>
    interval(
      rows.map(fact => Number(is(fact))),
      mean,
      seed,
    )
  const known = facts.filter(({ expected }) => CATEGORIES.some(category => category === expected))
  const sick = known.filter(({ expected }) => expected !== 'healthy')
  return {
    n: known.length,
    right: share(known, ({ expected, said }) => expected === said),
    rightOfSick: share(sick, ({ expected, said }) => expected === said),
    forbidden: share(known, ({ forbidden }) => forbidden),
    undecided: share(
      known.filter(({ said }) => said !== 'healthy'),
      ({ said }) => said === 'unknown',
    ),
  }
}
