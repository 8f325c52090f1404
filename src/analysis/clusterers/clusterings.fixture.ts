// Reference answers of the algorithms that group rows, and the points they are about; how they were made is in the files.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Metric } from '../distance.ts'

type Answers = {
  membership: {
    set: string
    metric: Metric
    minClusterSize: number
    minSamples: number
    labels: number[]
    probabilities: number[]
    outlierScores: number[]
    /** Of every fifth row, one after the other. */
    vectors: number[]
    /** Of every third row, times 1.01, plus 0.05. */
    newLabels: number[]
    newProbabilities: number[]
  }[]
  dbscan: { set: string; metric: Metric; epsilon: number; minSamples: number; labels: number[] }[]
  kmeans: { set: string; clusters: number; inertia: number }[]
}

export const answers: Answers = unpacked('clusterings.json.gz')

const { points }: { points: Record<string, number[][]> } = unpacked('hdbscan.json.gz')

export function pointsOf(set: string): { rows: number[]; n: number; d: number } {
  const rows = points[set]!
  return { rows: rows.flat(), n: rows.length, d: rows[0]!.length }
}

/** Labels as another run might have named them: each of ours by the name its first row has there. */
export function renamed(found: ArrayLike<number>, expected: readonly number[]): (number | undefined)[] {
  const names = new Map<number, number>([[-1, -1]])
  return Array.from(found, (label, i) => {
    if (!names.has(label)) names.set(label, expected[i]!)
    return names.get(label)
  })
}

function unpacked<T>(file: string): T {
  return JSON.parse(gunzipSync(readFileSync(new URL(`../fixtures/${file}`, import.meta.url))).toString())
}
