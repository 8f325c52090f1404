// Looks again and again on a schedule, one look at a time.
import cron from 'node-cron'
import { asFault, Fault } from '#incident/fault.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { House } from '../main.ts'

/** Ticks now and then on the schedule (cron, with seconds), one at a time; a tick that fails is logged and counted, and the next one comes. */
export function keepWatching(
  house: House,
  schedule: string,
  given: { log: Log; observe: Observe },
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve()
  let busy = false
  const tick = () => {
    if (busy) return
    busy = true
    running = tickOnce(house, given).finally(() => (busy = false))
  }
  const task = cron.schedule(schedule, tick, { name: 'watch', noOverlap: true })
  tick()
  return {
    async stop() {
      await task.stop()
      house.watch.stop()
      await running
    },
  }
}

async function tickOnce(house: House, { log, observe }: { log: Log; observe: Observe }): Promise<void> {
  try {
    await house.watch.tick()
  } catch (error) {
    observe.count('ticks_total', { outcome: 'failed' })
    log.error({ cause: asFault(error).cause }, `this look failed: ${asFault(error).message}`)
  }
}

/** Cron knows steps that divide a minute or an hour; throws a Fault `validation` for others. */
export function cronOf(everyMillis: number): string {
  const seconds = everyMillis / 1_000
  if (Number.isInteger(seconds) && seconds < 60 && 60 % seconds === 0) return `*/${seconds} * * * * *`
  const minutes = seconds / 60
  if (Number.isInteger(minutes) && minutes < 60 && 60 % minutes === 0) return `0 */${minutes} * * * *`
  if (minutes === 60) return '0 0 * * * *'
  throw new Fault(
    'validation',
    `watch.every: expected a divisor of a minute or an hour (10s, 30s, 1m, 5m, 1h), got ${seconds} s`,
  )
}
