// The accounts and regions that are read. Each has clients, a breaker and patience of its own, so that one that is down or
// throttled costs nothing of the others. One alone needs no name; of several, each is asked for by its name.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Reading, Signal } from '#incident/signal.ts'
import { createResilience } from '../resilience.ts'
import type { Resilience, RoomDeps } from '../resilience.ts'
import { openCloudwatch } from './client.ts'
import type { Cloudwatch } from './client.ts'
import type { CloudwatchSettings } from './schema.ts'

export type Account = { name?: string; settings: CloudwatchSettings; cloudwatch: Cloudwatch; resilience: Resilience }

type Argument = { account: z.ZodOptional<z.ZodType<string, string>> }
export type Accounts = {
  all: readonly Account[]
  /** The argument by which a tool is told which one, where there are several. */
  argument: Argument
  /** Without a name the first. */
  named(name: string | undefined): Account
  close(): void
}

export function openAccounts(settings: CloudwatchSettings, deps: RoomDeps): Accounts {
  const { accounts = [], ...rest } = settings
  const all: Account[] = accounts.map(({ name, ...own }) => {
    const whole = { ...rest, ...(own.profile && { credentials: undefined }), ...own }
    const resilience = createResilience({ ...deps, name: `cloudwatch ${name}` })
    return { name, settings: whole, cloudwatch: openCloudwatch(whole), resilience }
  })
  if (all.length === 0) {
    all.push({ settings: rest, cloudwatch: openCloudwatch(rest), resilience: deps.resilience })
  }
  const [first] = all
  const names = accounts.map(({ name }) => name)

  return {
    all,
    // An argument that nobody needs is not shown.
    argument:
      names.length > 1 ? { account: z.enum(names).optional().describe(`absent: ${names[0]}`) } : ({} as Argument),
    named(name) {
      const account = all.find(each => each.name === name) ?? (name === undefined ? first : undefined)
      if (!account) throw new Fault('not_found', 'There is no such account; `accounts` in the settings names them.')
      return account
    },
    close() {
      for (const { cloudwatch } of all) cloudwatch.close()
    },
  }
}

/** What was read of one of several, by its name: nothing is taken for the same thing in another one. */
export function ofAccount(name: string, reading: Reading): Reading {
  const idOf = (id: string) => id.replace(/^cloudwatch:/, `cloudwatch:${name}:`)
  const signals = reading.signals.map((signal): Signal => {
    const own = { ...signal, id: idOf(signal.id), labels: { ...signal.labels, account: name } }
    if (own.kind !== 'alarm') return own
    return { ...own, text: `${name}: ${own.text}`, ...(own.watches && { watches: idOf(own.watches) }) }
  })
  const missing = reading.missing.map(each => ({ ...each, what: `${each.what} of ${name}` }))
  return { ...reading, signals, missing }
}
