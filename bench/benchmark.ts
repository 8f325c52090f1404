// What every benchmark here is: it measures, says what it promised, and writes its own part of results.md.

export type Measured = {
  figures: unknown
  /** Markdown below the benchmark's heading. */
  page: string
  /** Whether every promise was kept. */
  isKept: boolean
}

/** `say` is told of progress. `peers`: also beside the programs of others, installed for it (`installed.ts`). */
export type Benchmark = (say: (line: string) => void, options: { peers: boolean }) => Promise<Measured>
