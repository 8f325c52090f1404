// A recording named on the command line; what is wrong with it is the caller's to mend.
import { Fault } from '#incident/fault.ts'
import { readRecording } from '../../simulator/read-recording.ts'
import type { Recording } from '../../simulator/recording.ts'

export async function openRecording(folder: string): Promise<Recording> {
  try {
    return await readRecording(folder)
  } catch (cause) {
    throw new Fault('validation', cause instanceof Error ? cause.message : `${folder} cannot be read.`, { cause })
  }
}
