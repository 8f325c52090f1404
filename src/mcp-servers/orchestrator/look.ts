// One look over all sources, as a tool waits for it: the range as a caller gives it, progress, and an end when nobody waits.
import { Fault } from '#incident/fault.ts'
import type { Look } from '#incident/watch.ts'
import type { z } from 'zod'
import type { ToolContext } from '../define.ts'
import { windowOf } from '../window.ts'
import type { OrchestratorPorts } from './ports.ts'
import type { timeRange } from './schema.ts'

/** A look is shared by all who ask for the same window: whoever gives up leaves it to the others. */
export async function lookAt(
  range: z.output<typeof timeRange>,
  look: OrchestratorPorts['look'],
  { now, signal, progress }: ToolContext,
): Promise<Look> {
  const window = windowOf(typeof range === 'string' ? { from: range, to: 'now' } : range, now())
  progress(0, 1, 'reading every source')
  const seen = await Promise.race([look(window), abandoned(signal)])
  progress(1, 1, 'read and analysed')
  return seen
}

function abandoned(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const leave = () => reject(new Fault('network', 'The look was given up.', { whose: 'caller' }))
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
}
