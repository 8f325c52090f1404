// Which correlations to tell: first those that hold the signals together, then the surest of the others.
import type { Correlation } from '#incident/incident.ts'

/** At most `most`, surest first. A maximum spanning forest (Kruskal 1956) comes first, so that repeats of one link do not crowd out another. */
export function told(correlations: readonly Correlation[], most: number): Correlation[] {
  const sorted = correlations.toSorted(surestFirst)
  const leader = new Map<string, string>()
  const top = (id: string): string => {
    let here = id
    for (let above = leader.get(here); above !== undefined; above = leader.get(here)) here = above
    return here
  }
  const joining: Correlation[] = []
  const repeating: Correlation[] = []
  for (const correlation of sorted) {
    const [a, b] = [top(correlation.a), top(correlation.b)]
    if (a !== b) leader.set(a, b)
    const into = a === b ? repeating : joining
    into.push(correlation)
  }
  return [...joining, ...repeating].slice(0, most).toSorted(surestFirst)
}

export function surestFirst(one: Correlation, other: Correlation): number {
  return other.confidence - one.confidence || (one.a + one.b < other.a + other.b ? -1 : 1)
}
