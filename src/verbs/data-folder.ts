// The data folder of a verb that only reads the record: it must be there already.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#incident/fault.ts'

export function dataFolder(option: string | undefined): string {
  const folder = option ?? process.env['DATA_DIR'] ?? 'data'
  if (existsSync(join(folder, 'incidents.db'))) return folder
  throw new Fault(
    'validation',
    `There is no record in ${folder}. Name the data folder with --data (the demo's is data/demo).`,
  )
}
