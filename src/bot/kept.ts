// What was asked for and may be wanted again. When it is full, what was put in longest ago goes.
export type Kept<T> = {
  get(key: string): T | undefined
  set(key: string, value: T): void
}

/** `most`: how many are kept. */
export function createKept<T>(most: number): Kept<T> {
  const kept = new Map<string, T>()
  return {
    get: key => kept.get(key),
    set(key, value) {
      kept.delete(key) // to stand last
      kept.set(key, value)
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    },
  }
}
