// For tests of processes: a record as it is when a person looks at it, an incident and a remedy nobody has pressed yet, and the
// cloud it was opened on.
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalLine } from '../simulator/journal.ts'
import type { Simulator } from '../simulator/serve.ts'
import type { Story } from '../simulator/story.ts'
import { firstRemedy, openWorld, story, TICK_MILLIS } from './world.ts'

const TICKS_TO_OPEN = 6

/** `data`: a folder to copy for each process; `config`: the path of what tells it how often to look. */
export type OpenedRecord = { told: Story; remedy: string; incident: string; data: string; config: string }

export async function openRecord(folder: string): Promise<OpenedRecord> {
  const begin = Date.now() - TICKS_TO_OPEN * TICK_MILLIS
  const told = story('bad-rollout', begin)
  const world = await openWorld(told, { begin })
  for (let tick = 0; tick < TICKS_TO_OPEN; tick++) await world.tick()
  const [found] = await world.incidents()
  const [data, config] = [join(folder, 'opened'), join(folder, 'config.yaml')]
  await world.house.close()
  cpSync(join(world.folder, 'data'), data, { recursive: true })
  await world.simulator.close()
  rmSync(world.folder, { recursive: true })
  writeFileSync(config, 'watch: { every: 10s }\nhttp: { port: 0 }\nlog: warn\n')
  return { told, remedy: firstRemedy(found).id, incident: found?.id ?? '', data, config }
}

/** Once a change has been sent to the cluster, answered or not. */
export function untilSent({ journal }: Simulator): Promise<JournalLine> {
  return journal.until(({ method, path }) => method === 'PATCH' && !path.includes('dryRun'))
}
