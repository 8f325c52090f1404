// Writes the cases as folders of recordings, without their truth: what replay and simulate take.
//   node --conditions=orchestrator-source evals/synthetic-incidents/write.ts FOLDER     every case into FOLDER/NAME
import { join } from 'node:path'
import { writeRecording } from '../write-recording.ts'
import { syntheticCases } from './cases.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('expected a folder to write the cases into')
for (const { name, recording } of syntheticCases()) await writeRecording(recording, join(folder, name))
