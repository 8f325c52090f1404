// A recording that was made by an evaluation, through the product: as a folder like any other, gone afterwards.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Recording } from '../simulator/recording.ts'
import type { Replayed } from './score.ts'
import { writeRecording } from './write-recording.ts'

/** Runs the product on a folder. */
export type ReplayOne = (folder: string, tick: string) => Promise<Replayed>

export async function replayMade(recording: Recording, tick: string, replayOne: ReplayOne): Promise<Replayed> {
  const folder = mkdtempSync(join(tmpdir(), 'made-'))
  try {
    await writeRecording(recording, folder)
    return await replayOne(folder, tick)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
