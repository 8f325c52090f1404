// simulate: a recording or a scenario as a running cloud that any client can be pointed at.
import { existsSync } from 'node:fs'
import { Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import { scenarios } from '../../simulator/scenarios/index.ts'
import { startSimulator } from '../../simulator/serve.ts'
import { shift } from '../../simulator/shift.ts'
import type { Story } from '../../simulator/story.ts'
import { openRecording } from './recording.ts'
import { untilStopped } from './until-stopped.ts'

const SEED = 42

export async function simulate(
  what: string,
  options: { port?: number; from?: Millis; json?: boolean },
): Promise<boolean> {
  const story = await storyOf(what, options.from)
  const simulator = await startSimulator({
    story,
    clock: Date.now,
    ...(options.port !== undefined && { port: options.port }),
  })
  const { endpoints, env } = simulator
  if (options.json) process.stdout.write(`${JSON.stringify({ ...endpoints, env })}\n`)
  else for (const [name, value] of Object.entries(env)) process.stdout.write(`export ${name}=${value}\n`)
  process.stderr.write(`Serving ${what}. The journal of requests: ${endpoints.journalUrl}. Ctrl-C stops it.\n`)
  await untilStopped()
  await simulator.close()
  return true
}

async function storyOf(what: string, from: Millis | undefined): Promise<Story> {
  const scenario = scenarios.find(({ name }) => name === what)
  if (scenario) return scenario.tell(Date.now(), SEED)
  if (!existsSync(what)) {
    const names = scenarios.map(({ name }) => name).join(', ')
    throw new Fault('validation', `${what} is neither a folder nor a scenario (${names}).`)
  }
  const recording = await openRecording(what)
  return { recording: shift(recording, Date.now() - (from ?? recording.start)) }
}
