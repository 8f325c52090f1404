// Writes a recording as a folder that can be replayed: what reading it gives is the same recording.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recording } from '../simulator/recording.ts'

/** `folder` is made if it is not there; files of it that the recording has nothing for are left as they are. */
export async function writeRecording(recording: Recording, folder: string): Promise<void> {
  const { name, start, end, records, series, dashboards } = recording
  await mkdir(folder, { recursive: true })
  const head = { version: 1, name, start: stamp(start), end: stamp(end) }
  await writeFile(join(folder, 'recording.json'), `${JSON.stringify(head)}\n`)
  for (const [kind, rows] of Object.entries(records)) await writeLines(`${kind}.jsonl`, rows)
  await writeLines(
    'grafana/series.jsonl',
    series.map(({ metric, labels, at, values }) => ({
      metric,
      labels,
      points: Array.from(at, (moment, i) => [moment, values[i]]),
    })),
  )
  for (const dashboard of dashboards) await writeLines(`grafana/dashboards/${dashboard.uid}.json`, [dashboard])

  async function writeLines(file: string, rows: readonly object[]): Promise<void> {
    if (rows.length === 0) return
    const path = join(folder, file)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
  }
}

function stamp(at: number): string {
  return new Date(at).toISOString()
}
