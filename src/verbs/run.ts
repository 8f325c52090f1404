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
  const house = await openHouse(config, chats, given)
  let held: ReturnType<typeof hold> | undefined
  try {
    held = hold(config.data)
    const { demo, nextFree } = options
    const routers = platforms.flatMap(({ router }) => router ?? [])
    const served = await serve({ ...given, config, house, metrics, page, routers, demo, nextFree })
    try {
      options.onServed(served.url)
      await house.execute.resume()
      await house.deliver.begin()
      await converse(platforms, { house, config, since: given.clock() }, given)
      await house.watch.begin(given.clock() - options.historyMillis)
      const watching = keepWatching(house, schedule, given)
      options.onWatching(served.url)
      await untilStopped()
      options.say('Stopping.')
      await watching.stop()
    } finally {
      await served.close()
      await Promise.all(platforms.map(platform => platform.close()))
    }
  } finally {
    await house.close()
    held?.release()
  }
}
