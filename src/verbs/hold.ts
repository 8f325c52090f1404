// One process watches over a data folder: two would open each incident twice, and post it twice.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '#incident/fault.ts'

/**
 * Until it is released, or the process ends in any way: the lock is the operating system's. Throws a Fault `resource`
 * when another process holds the folder, which must be there.
 */
export function hold(folder: string): { release(): void } {
  const lock = new DatabaseSync(join(folder, 'running.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new Fault(
      'resource',
      `Another process runs on the data folder ${folder}. Stop that one, or name another folder.`,
      { cause },
    )
  }
  return { release: () => lock.close() }
}
