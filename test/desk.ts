// What stands behind every chat, over a store and a cluster of one Deployment: press, execute, deliver, conversation. For
// tests of chats; the cluster remembers how often it was changed.
import { generateKeyPairSync } from 'node:crypto'
import { createConversation } from '#bot/conversation.ts'
import type { Conversation } from '#bot/conversation.ts'
import type { Toolbox } from '#incident/approval.ts'
import type { Chat } from '#incident/chat.ts'
import { createDeliver } from '#incident/deliver.ts'
import type { Deliver } from '#incident/deliver.ts'
import { createExecute } from '#incident/execute.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Policy } from '#incident/policy.ts'
import type { Identity } from '#incident/remedy.ts'
import type { ToolCall } from '#incident/tool-call.ts'
import { createRespond } from '#incident/respond.ts'
import type { Respond } from '#incident/respond.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import { createRulesAdvisor } from '../src/agent/rules.ts'

export type Desk = {
  respond: Respond
  conversation: Conversation
  deliver: Deliver
  /** Calls that changed the cluster, in order. */
  changes: ToolCall[]
  close(): Promise<void>
}

/** `responders`: who may approve. Time passes by itself where something waits for it: `advance` is told. */
export function openDesk(given: {
  store: IncidentStore
  chats: readonly Chat[]
  responders: readonly Identity[]
  clock: () => Millis
  advance: (millis: Millis) => void
}): Desk {
  const { store, chats, clock } = given
  const changes: ToolCall[] = []
  const toolbox: Toolbox = {
    async call({ server, tool, arguments: wanted }) {
      const generation = 3 + changes.length
      const inverse: ToolCall = { server, tool, arguments: { ...wanted, dry_run: false } }
      if (wanted['dry_run'] === true) {
        const diff = ['image: checkout:v2.31 -> checkout:v2.30']
        const seen = { at: clock(), uid: 'u1', generation, diff, pods: 2, refusals: [], inverse }
        return { structured: seen, text: '' }
      }
      changes.push({ server, tool, arguments: wanted })
      return { structured: { result: 'applied', generation: generation + 1, detail: 'done', inverse }, text: '' }
    },
    tools: async () => [],
    close: async () => undefined,
  }
  const policy = (): Policy => ({
    version: 1,
    stopped: false,
    roles: { responder: [...given.responders] },
    rules: [{ namespaces: ['*'], tools: ['*'], effect: 'allow', roles: ['responder'], approvals: 1, ttlSeconds: 300 }],
  })
  const around = { store, toolbox, clock, policy, log: SILENT, observe: UNOBSERVED }
  const pause = async (millis: Millis, signal: AbortSignal) => {
    await new Promise<void>(resolve => void setImmediate(resolve))
    if (!signal.aborted) given.advance(millis)
  }
  const execute = createExecute({ ...around, stopped: () => false, pause })
  const deliver = createDeliver({ ...around, chats, pause })
  const respond = createRespond({
    ...around,
    execute,
    advisor: createRulesAdvisor(),
    privateKey: generateKeyPairSync('ed25519').privateKey,
    newActionId: () => `action-${changes.length}`,
    health: () => [],
    maintenance: () => [],
  })
  const never = () => new Promise<void>(() => undefined)
  const conversation = createConversation({
    respond,
    store,
    health: () => [],
    everyMillis: 60_000,
    maintenance: () => [],
    clock,
    since: clock(),
    pause: never,
    log: SILENT,
  })
  return {
    respond,
    conversation,
    deliver,
    changes,
    async close() {
      await execute.stop()
      await deliver.stop()
    },
  }
}
