// The figures of a data set taken apart: by kind of fault, and by system where its recordings are of several.
import type { WindowFact } from './detection.ts'
import type { Label } from './labels.ts'
import { interval, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import { isAmong } from './root-cause.ts'
import type { RootCauseFact } from './root-cause.ts'

export type CategoryRow = {
  category: string
  n: number
  /** Share of its faults at which an incident was opened. */
  recall: Interval | undefined
  first: Interval | undefined
  firstThree: Interval | undefined
}

/** By name of the category; what it has no figure for is undefined. */
export function byCategory(
  causes: readonly RootCauseFact[],
  windows: readonly WindowFact[],
  seed: number,
): CategoryRow[] {
  const names = new Set([...causes, ...windows].map(({ category }) => category).filter(name => name !== ''))
  return [...names].sort().map(category => {
    const found = windows.filter(window => window.category === category)
    const named = causes.filter(cause => cause.category === category)
    const among = (k: number) => named.map(fact => Number(isAmong(fact, k)))
    return {
      category,
      n: Math.max(found.length, named.length),
      recall: interval(
        found.map(({ opened }) => Number(opened)),
        mean,
        seed,
      ),
      first: interval(among(1), mean, seed),
      firstThree: interval(among(3), mean, seed),
    }
  })
}

/** The namespace all its faults lie in, which tells one system from another; '' where there is no such one. */
export function systemOf({ windows }: Label): string {
  const namespaces = new Set(windows.map(({ target }) => target?.namespace ?? ''))
  const [only = ''] = namespaces
  return namespaces.size === 1 ? only : ''
}
