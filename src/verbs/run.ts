// The product running: opened, served, learning what is usual, looking on its schedule, and closed in order at the end.
import { createWebChat } from '#bot/web.ts'
import type { IncidentStore } from '#incident/store.ts'
import { converse, openPlatforms } from '../chats.ts'
import type { PlatformChat } from '../chats.ts'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { openHouse, SURROUNDINGS } from '../main.ts'
import { createMetrics } from '../metrics.ts'
import { buildPage } from '../page.ts'
import { serve } from '../serve.ts'
import { hold } from './hold.ts'
import { ROOT } from './root.ts'
import { cronOf, keepWatching } from './schedule.ts'
import { untilStopped } from './until-stopped.ts'

export type RunOptions = {
  demo: boolean
  /** A port in use: the next free one instead of an error. */
  nextFree: boolean
  historyMillis: number
  say(line: string): void
  /** It can be reached; it does not watch yet. */
  onServed(url: string): void
  /** It watches. */
  onWatching(url: string): void
}

/** Resolves when it was told to stop and everything is closed. */
export async function run(config: Config, options: RunOptions): Promise<void> {
  const schedule = cronOf(config.watch.every)
  const log = createLog(config.log)
  const metrics = createMetrics()
  const given = { ...SURROUNDINGS, log, observe: metrics }
  const page = await buildPage(ROOT, options.say)
  let platforms: PlatformChat[] = []
  const chats = (store: IncidentStore) => {
    platforms = openPlatforms(config, store, given)
    return [createWebChat(given), ...platforms]
  }
  const stopped = untilStopped() // from here on: the first process of a container has nothing else to end it by
  const house = await openHouse(config, chats, given)
  let held: ReturnType<typeof hold> | undefined
  try {
    held = hold(config.data)
    const { demo, nextFree } = options
    const routers = platforms.flatMap(({ router }) => router ?? [])
    const served = await serve({ ...given, config, house, metrics, page, routers, demo, nextFree })
    try {
      options.onServed(served.url)
      const hasBegun = await begin(
        [
          () => house.execute.resume(),
          () => house.deliver.begin(),
          () => converse(platforms, { house, config, since: given.clock() }, given),
          () => house.watch.begin(given.clock() - options.historyMillis),
        ],
        stopped,
      )
      if (hasBegun) {
        const watching = keepWatching(house, schedule, given)
        options.onWatching(served.url)
        await stopped
        options.say('Stopping.')
        await watching.stop()
      } else {
        options.say('Stopping before it watches.')
        house.watch.stop()
      }
    } finally {
      await served.close()
      await Promise.all(platforms.map(platform => platform.close()))
    }
  } finally {
    await house.close()
    held?.release()
  }
}

/** One after the other. False: told to stop; the step under way is left to what ends it, and no other begins. */
async function begin(steps: readonly (() => Promise<void>)[], stopped: Promise<void>): Promise<boolean> {
  const isStopped = stopped.then(() => true)
  for (const step of steps) {
    if (await Promise.race([isStopped, step().then(() => false)])) return false
  }
  return true
}
