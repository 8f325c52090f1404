// Sampling without replacement.

/** So many of them at random, each at most once. */
export function drawn<T>(list: readonly T[], count: number, random: () => number): T[] {
  return list
    .map(item => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ item }) => item)
}
