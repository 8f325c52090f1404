import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { defaultPolicy } from '../policy-file.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { publicKeyOf, unseal } from './approval.ts'
import type { Toolbox } from './approval.ts'
import { createExecute } from './execute.ts'
import type { Execute } from './execute.ts'
import { Fault } from './fault.ts'
import { follow, HELP_MILLIS, open } from './follow.ts'
import { SILENT, UNOBSERVED } from './observe.ts'
import type { Policy } from './policy.ts'
import { createPress } from './press.ts'
import type { Outcome, Person, Preview, RemedyDraft } from './remedy.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const ana: Person = { chat: 'web', user: 'local', name: 'Ana' }
const ben: Person = { chat: 'web', user: 'ben', name: 'Ben' }
const call = {
  server: 'kubernetes',
  tool: 'rollback_workload',
  arguments: { namespace: 'shop', name: 'checkout' },
} as const
const rollback: RemedyDraft = {
  type: 'rollback',
  target: { service: 'checkout' },
  call,
  title: 'Roll back checkout',
  reason: 'v2.31 crashes',
  riskLevel: 'low',
  prerequisites: [],
  evidence: [],
}

let folder: string
let store: IncidentStore
let cluster: { preview: Preview; outcome: () => Outcome; writes: string[] }
let policy: Policy

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'press-'))
  store = openSqliteStore(folder)
  policy = defaultPolicy
  cluster = {
    preview: { at: 1, uid: 'u1', generation: 3, diff: ['image: v2.31 -> v2.30'], pods: 2, refusals: [] },
    outcome: () => ({
      result: 'applied',
      generation: 4,
      detail: 'rolled back',
      inverse: { ...call, tool: 'rollback_workload' },
    }),
    writes: [],
  }
  await store.append('INC-1', 0, 1, 'system', open('INC-1', diagnosis('k', { remedies: [rollback] }), []))
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('of four presses at once one counts, three are told who was first', async () => {
  const { press, execute } = hands()
  const replies = await Promise.all([0, 1, 2, 3].map(() => press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)))
  expect(replies.map(({ result }) => result).sort()).toEqual(['already done', 'already done', 'already done', 'done'])
  expect(replies.find(({ result }) => result === 'already done')?.text).toContain('approved by Ana')
  await execute.stop()
  expect(cluster.writes).toHaveLength(1)
  expect(await remedy()).toMatchObject({ state: 'APPLIED', approvals: [{ by: ana }] })
})

test('the seal is for exactly the call and the object that were previewed', async () => {
  const { press, execute } = hands()
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await execute.stop()
  const approval = unseal(cluster.writes[0]!, call, publicKeyOf(privateKey))
  expect(approval).toMatchObject({ uid: 'u1', generation: 3, remedy: 'INC-1-R1', approvedBy: ['web::local'] })
  const other = { ...call, arguments: { ...call.arguments, name: 'payments' } }
  expect(() => unseal(cluster.writes[0]!, other, publicKeyOf(privateKey))).toThrow(/another call/)
})

test('a press by somebody else does nothing, and they are told why', async () => {
  const { press } = hands()
  const reply = await press({ kind: 'approve', remedy: 'INC-1-R1' }, ben)
  expect(reply).toMatchObject({ result: 'not yours', text: expect.stringContaining('for responder') })
  expect(await remedy()).toMatchObject({ state: 'PROPOSED' })
})

test('an object that changed since its preview asks for a new look', async () => {
  const { press } = hands()
  await press({ kind: 'preview', remedy: 'INC-1-R1' }, ana)
  cluster.preview = { ...cluster.preview, generation: 4 }
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)).toMatchObject({
    result: 'drifted',
  })
  expect(cluster.writes).toEqual([])
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)).toMatchObject({
    result: 'done',
  })
})

test('what the preview refuses is not approved', async () => {
  const { press } = hands()
  cluster.preview = { ...cluster.preview, refusals: ['managed by Argo CD'] }
  const reply = await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  expect(reply).toMatchObject({ result: 'refused', text: expect.stringContaining('Argo CD') })
})

test('where two people are needed, one alone does nothing, and the same one twice is one', async () => {
  twoAreNeeded()
  const { press, execute } = hands()
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)).toMatchObject({
    result: 'done',
    remedy: { state: 'PENDING' },
  })
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)).toMatchObject({
    result: 'already done',
  })
  await execute.stop()
  expect(cluster.writes).toEqual([])
  const second = hands()
  expect(await second.press({ kind: 'approve', remedy: 'INC-1-R1' }, ben)).toMatchObject({
    remedy: { state: 'APPROVED' },
  })
  await second.execute.stop()
  expect(cluster.writes).toHaveLength(1)
})

test('one person with an identity in each of two chats is one person', async () => {
  const inSlack = { chat: 'slack', team: 'T', user: 'U1', name: 'Ana' } as const
  const inTeams = { chat: 'teams', team: 'tenant', user: 'a1', name: 'Ana in Teams' } as const
  const members = [inSlack, inTeams].map(({ name: _name, ...identity }) => ({ ...identity, person: 'ana' }))
  policy = { ...defaultPolicy, roles: { responder: members }, rules: [{ ...defaultPolicy.rules[3]!, approvals: 2 }] }
  const { press, execute } = hands()
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, inSlack)).toMatchObject({ remedy: { state: 'PENDING' } })
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, inTeams)).toMatchObject({ result: 'already done' })
  await execute.stop()
  expect(cluster.writes).toEqual([])
})

test('of two yeses none is carried over to an object that changed in between: both people look again', async () => {
  twoAreNeeded()
  const { press, execute } = hands()
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  cluster.preview = { ...cluster.preview, generation: 4 }
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, ben)).toMatchObject({ result: 'drifted' })
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, ben)).toMatchObject({ remedy: { state: 'PENDING' } })
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)).toMatchObject({ remedy: { state: 'APPROVED' } })
  await execute.stop()
  expect(cluster.writes).toHaveLength(1)
})

test('changed between the yes and the call: the same person looks again and presses again', async () => {
  const { press, execute } = hands()
  cluster.outcome = () => ({ result: 'drifted', detail: 'the object was changed' })
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await execute.run('INC-1', 'INC-1-R1')
  expect(await remedy()).toMatchObject({ state: 'DRIFTED' })
  expect(await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)).toMatchObject({ remedy: { state: 'APPROVED' } })
  await execute.stop()
})

test('the process dies before it knows how it ended: the next one goes on with the same seal', async () => {
  cluster.outcome = () => {
    throw new Fault('network', 'the connection was lost')
  }
  const first = hands()
  await first.press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await first.execute.stop()
  expect(await remedy()).toMatchObject({ state: 'APPROVED' })
  cluster.outcome = () => ({ result: 'applied', generation: 4, detail: 'it had landed' })
  const next = hands()
  await next.execute.resume()
  await next.execute.run('INC-1', 'INC-1-R1')
  expect(await remedy()).toMatchObject({ state: 'APPLIED' })
  expect(new Set(cluster.writes).size).toBe(1)
})

test('closed while we asked the cluster what would change: nothing is carried out', async () => {
  const { press, execute } = hands()
  const preview = cluster.preview
  Object.defineProperty(cluster, 'preview', {
    async get() {
      await amend(store, 'INC-1', 2_000, ben, () => [{ type: 'resolved', reason: 'resolved by a person' }])
      return preview
    },
  })
  const reply = await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  expect(reply).toMatchObject({ result: 'refused', text: expect.stringContaining('resolved') })
  await execute.stop()
  expect(cluster.writes).toEqual([])
})

test('a second yes that comes too late is told so, and the remedy has expired', async () => {
  twoAreNeeded()
  const { press, execute } = hands()
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  const later = hands(undefined, undefined, 1_000_000)
  expect(await later.press({ kind: 'approve', remedy: 'INC-1-R1' }, ben)).toMatchObject({
    result: 'expired',
    remedy: { state: 'EXPIRED' },
  })
  await execute.stop()
})

test('a no that comes after the yes is not told as done', async () => {
  const real = store
  let reads = 0
  store = {
    ...real,
    async read(id) {
      const happening = { type: 'approved', remedy: 'INC-1-R1', have: 1, need: 1, expiresAt: 9_000 } as const
      if (++reads === 2) await amend(real, id, 2_000, ana, () => [happening])
      return real.read(id)
    },
  }
  expect(await hands().press({ kind: 'deny', remedy: 'INC-1-R1' }, ana)).toMatchObject({
    result: 'already done',
    remedy: { state: 'APPROVED' },
  })
})

test('a remedy under way when its incident was closed is gone on with after a restart', async () => {
  cluster.outcome = () => {
    throw new Fault('network', 'the connection was lost')
  }
  const first = hands()
  await first.press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await amend(store, 'INC-1', 2_000, ben, () => [{ type: 'resolved', reason: 'resolved by a person' }])
  await first.execute.stop()
  cluster.outcome = () => ({ result: 'applied', generation: 4, detail: 'it had landed' })
  const next = hands()
  await next.execute.resume()
  await next.execute.stop()
  expect(await remedy()).toMatchObject({ state: 'APPLIED' })
})

test('a record that cannot be written for a while: how it ended is written down once it can be', async () => {
  const real = store
  let full = 1
  store = {
    ...real,
    async append(...given) {
      if (given[4].some(({ type }) => type === 'applied') && full-- > 0) throw new Fault('resource', 'the disk is full')
      return real.append(...given)
    },
  }
  const { press, execute } = hands(undefined, async () => undefined)
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await execute.run('INC-1', 'INC-1-R1')
  expect(await remedy()).toMatchObject({ state: 'APPLIED' })
  expect(new Set(cluster.writes).size).toBe(1)
})

test('the stop holds what is on its way', async () => {
  const { press, execute } = hands(() => true)
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await execute.stop()
  expect(cluster.writes).toEqual([])
  expect(await remedy()).toMatchObject({ state: 'APPROVED' })
})

test('undo is a remedy of its own, approved by the press that asks for it', async () => {
  const { press, execute } = hands()
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await execute.run('INC-1', 'INC-1-R1')
  expect(await press({ kind: 'undo', remedy: 'INC-1-R1' }, ana)).toMatchObject({
    result: 'done',
    remedy: { id: 'INC-1-R2', undoes: 'INC-1-R1' },
  })
})

test('an undo is verified by its object, and what it took back is watched no longer', async () => {
  const { press, execute } = hands()
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await execute.run('INC-1', 'INC-1-R1')
  await press({ kind: 'undo', remedy: 'INC-1-R1' }, ana)
  await execute.run('INC-1', 'INC-1-R2')
  const undone = await readIncident(store, 'INC-1')
  expect(undone).toMatchObject({
    phase: 'open',
    remedies: [
      { state: 'FAILED', stateReason: 'taken back before it was known to help' },
      { state: 'VERIFIED', stateReason: 'its object is as it was before INC-1-R1' },
    ],
  })
  const late = 1_000 + 2 * HELP_MILLIS
  const still = diagnosis('k', { remedies: [rollback] })
  expect(follow(undone, still, late)).toEqual([])
  const over = follow(undone, { ...still, phase: 'recovered' }, late)
  expect(over.at(-1)).toEqual({ type: 'resolved', reason: 'recovered' })
})

test('an undo that ran out unused can be asked for again', async () => {
  const { press, execute } = hands()
  await press({ kind: 'approve', remedy: 'INC-1-R1' }, ana)
  await execute.run('INC-1', 'INC-1-R1')
  cluster.outcome = () => {
    throw new Fault('expired', 'the approval has expired')
  }
  await press({ kind: 'undo', remedy: 'INC-1-R1' }, ana)
  await execute.run('INC-1', 'INC-1-R2')
  expect(await press({ kind: 'undo', remedy: 'INC-1-R1' }, ana)).toMatchObject({
    result: 'done',
    remedy: { id: 'INC-1-R3', undoes: 'INC-1-R1' },
  })
  await execute.stop()
})

test('an unknown remedy gets an answer too', async () => {
  expect(await hands().press({ kind: 'approve', remedy: 'INC-7-R1' }, ana)).toMatchObject({
    result: 'not found',
  })
})

function twoAreNeeded(): void {
  policy = {
    ...defaultPolicy,
    roles: { responder: [...(defaultPolicy.roles['responder'] ?? []), { chat: 'web', user: 'ben' }] },
    rules: [{ ...defaultPolicy.rules[3]!, approvals: 2 }],
  }
}

/** What a process has: a press that leads to an execution, both over the same record. */
function hands(
  stopped = () => false,
  pause: Pause = untilAborted,
  now = 1_000,
): { press: ReturnType<typeof createPress>; execute: Execute } {
  const toolbox: Toolbox = {
    async call({ arguments: given }, { approval }) {
      if (given['dry_run'] === true) return { structured: await cluster.preview, text: '' }
      cluster.writes.push(approval ?? 'unsealed')
      return { structured: cluster.outcome(), text: '' }
    },
    tools: async () => [],
    close: async () => undefined,
  }
  let moment = now
  const clock = () => moment++
  const given = { store, toolbox, clock, log: SILENT, observe: UNOBSERVED }
  const execute = createExecute({ ...given, stopped, pause })
  const press = createPress({
    ...given,
    execute,
    policy: () => policy,
    privateKey,
    newActionId: () => `action-${clock()}`,
  })
  return { press, execute }
}

type Pause = Parameters<typeof createExecute>[0]['pause']

async function untilAborted(_millis: number, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
}

async function remedy() {
  return (await readIncident(store, 'INC-1')).remedies[0]
}
