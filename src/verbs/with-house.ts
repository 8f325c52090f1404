// The house for verbs that ask it one thing and end: opened from the configuration, nobody told, closed whatever happens.
import { UNOBSERVED } from '#incident/observe.ts'
import { readConfig } from '../config.ts'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { openHouse, SURROUNDINGS } from '../main.ts'
import type { House } from '../main.ts'

export type Where = { config?: string; data?: string }

export function configOf({ config, data }: Where): Config {
  return readConfig({
    ...(config !== undefined && { file: config }),
    environment: process.env,
    overrides: { ...(data !== undefined && { data }) },
  })
}

export async function withHouse<T>(where: Where, work: (house: House) => Promise<T>): Promise<T> {
  const config = configOf(where)
  const log = createLog(config.log === 'info' ? 'warn' : config.log)
  const house = await openHouse(config, () => [], { ...SURROUNDINGS, log, observe: UNOBSERVED })
  try {
    return await work(house)
  } finally {
    await house.close()
  }
}
