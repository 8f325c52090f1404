// Wires the house: store, servers, toolbox, analyst, watch, respond, chats. Everything that runs is made here and ended here.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createRulesAdvisor } from '#agent/rules.ts'
import { createAnalyst } from '#analysis/analyst.ts'
import type { Advisor, Analyst } from '#incident/analyst.ts'
import { publicKeyOf } from '#incident/approval.ts'
import type { Toolbox } from '#incident/approval.ts'
import type { Chat } from '#incident/chat.ts'
import { createDeliver } from '#incident/deliver.ts'
import type { Deliver } from '#incident/deliver.ts'
import { createExecute } from '#incident/execute.ts'
import type { Execute } from '#incident/execute.ts'
import { createLedger } from '#incident/ledger.ts'
import { occurrenceAt } from '#incident/maintenance.ts'
import type { Occurrence } from '#incident/maintenance.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { Policy } from '#incident/policy.ts'
import { createRespond } from '#incident/respond.ts'
import type { Respond } from '#incident/respond.ts'
import { SOURCES } from '#incident/signal.ts'
import type { Millis, Source } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import { createWatch } from '#incident/watch.ts'
import type { Watch } from '#incident/watch.ts'
import type { Server } from '#mcp-servers/define.ts'
import type { Gate } from '#mcp-servers/gate.ts'
import { openServers } from '#mcp-servers/index.ts'
import type { OrchestratorPorts } from '#mcp-servers/orchestrator/ports.ts'
import { createToolbox } from '#mcp-servers/toolbox.ts'
import type { Config } from './config.ts'
import { openKey } from './keys.ts'
import { openSqliteStore } from './store/sqlite.ts'

export type House = {
  sources: readonly Source[]
  servers: readonly Server[]
  gate: Gate
  store: IncidentStore
  toolbox: Toolbox
  analyst: Analyst
  advisor: Advisor
  watch: Watch
  deliver: Deliver
  execute: Execute
  respond: Respond
  policy: () => Policy
  /** That is on now. */
  maintenance: () => Occurrence[]
  close(): Promise<void>
}

export type Surroundings = {
  clock: () => Millis
  /** Ends early, without an error, when told. */
  pause: (millis: number, signal: AbortSignal) => Promise<void>
  log: Log
  observe: Observe
}

const ANALYSIS_MILLIS = 25_000 // SECURITY: an analysis has 25 s,
const SOURCE_MILLIS = 8_000 // and a source 8 s of them

/** The store is opened, and created if need be, in the data folder of the configuration; the chats over it are told. */
export async function openHouse(
  config: Config,
  openChats: (store: IncidentStore) => readonly Chat[],
  given: Surroundings,
): Promise<House> {
  const { clock, pause, log, observe } = given
  const store = openSqliteStore(config.data)
  const privateKey = openKey(config.data)
  const gate: Gate = { publicKey: publicKeyOf(privateKey), ledger: createLedger(store, clock) }
  const sources = SOURCES.filter(source => config.sources[source] !== undefined)
  const analyst = await createAnalyst({ clock, log, observe, ...config.analysis, redis: config.redis })
  const advisor = createRulesAdvisor()

  // The orchestrator server looks through the same eyes as the cron loop, and those eyes need the toolbox it is in.
  let watch: Watch | undefined
  const opened = (): Watch => {
    if (!watch) throw new Error('the house is still being opened')
    return watch
  }
  const ports: OrchestratorPorts = {
    look: window => opened().look(window),
    health: () => opened().health(),
    analyst,
    store,
    toolbox: { call: (call, options) => toolbox.call(call, options) },
  }
  const servers = openServers(config.sources, ports, given)
  const toolbox = await createToolbox({ servers, gate, clock, log, observe })
  const settings = {
    sources,
    deadlineMillis: ANALYSIS_MILLIS,
    sourceDeadlineMillis: SOURCE_MILLIS,
    overlapMillis: 2 * config.watch.every,
    maintenance: config.maintenance,
  }
  watch = createWatch({ toolbox, analyst, store, settings, clock, log, observe })
  const eyes = watch

  const policy = (): Policy => ({
    ...config.policy,
    stopped: config.policy.stopped || existsSync(join(config.data, 'STOP')),
  })
  const maintenance = (): Occurrence[] => config.maintenance.flatMap(window => occurrenceAt(window, clock()) ?? [])
  const execute = createExecute({ store, toolbox, clock, stopped: () => policy().stopped, pause, log, observe })
  const deliver = createDeliver({ store, chats: openChats(store), policy, clock, pause, log, observe })
  const respond = createRespond({
    store,
    toolbox,
    advisor,
    execute,
    policy,
    privateKey,
    newActionId: randomUUID,
    health: () => eyes.health(),
    maintenance,
    clock,
    log,
    observe,
  })

  return {
    sources,
    servers,
    gate,
    store,
    toolbox,
    analyst,
    advisor,
    watch,
    deliver,
    execute,
    respond,
    policy,
    maintenance,
    close: () =>
      endAll([
        () => execute.stop(),
        () => deliver.stop(),
        () => eyes.close(),
        () => analyst.close(),
        () => toolbox.close(),
        ...servers.map(server => () => server.close?.()),
        () => store.close(),
      ]),
  }
}

/** In order, each whatever became of those before it: a thread left behind keeps the process. Throws the first error. */
async function endAll(ends: readonly (() => void | Promise<void>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const end of ends) {
    try {
      await end()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

/** As time passes outside of tests. */
export const SURROUNDINGS: Pick<Surroundings, 'clock' | 'pause'> = {
  clock: Date.now,
  async pause(millis, signal) {
    await setTimeout(millis, undefined, { signal }).catch(() => undefined)
  },
}
