// A case as a recording's folder, without its truth: what replay and simulate take.
//   node --conditions=orchestrator-source evals/synthetic-incidents/write.ts FOLDER [SET]   writes every case into FOLDER/NAME
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Recording } from '../../simulator/recording.ts'
import { syntheticCases } from './cases.ts'
import type { CaseSet } from './incident.ts'

export async function writeRecording({ name, start, end, records, series }: Recording, folder: string): Promise<void> {
  await write(
    'recording.json',
    `${JSON.stringify({ version: 1, name, start: iso(start), end: iso(end) }, undefined, 2)}\n`,
  )
  for (const [kind, rows] of Object.entries(records)) if (rows.length > 0) await write(`${kind}.jsonl`, lines(rows))
  const points = series.map(({ metric, labels, at, values }) => ({
    metric,
    labels,
    points: [...at].map((time, i) => [time, round(values[i]!)]),
  }))
  if (points.length > 0) await write('grafana/series.jsonl', lines(points))

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

function lines(rows: readonly object[]): string {
  return rows.map(row => `${JSON.stringify(row)}\n`).join('')
}

function round(value: number): number {
  return Number(value.toPrecision(6))
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

if (import.meta.main) {
  const [folder, set] = process.argv.slice(2)
  if (folder === undefined) throw new Error('expected a folder to write the cases into')
  for (const { name, recording } of syntheticCases(set === undefined ? undefined : [set as CaseSet]))
    await writeRecording(recording, join(folder, name))
}
