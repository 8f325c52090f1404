import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { seal } from '#incident/approval.ts'
import type { Approval } from '#incident/approval.ts'
import { NOTHING_SEEN } from '#incident/incident.ts'
import type { Diagnosis } from '#incident/incident.ts'
import { createLedger } from '#incident/ledger.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Happening } from '#incident/record.ts'
import type { RemedyDraft } from '#incident/remedy.ts'
import type { ToolCall } from '#incident/tool-call.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { openSqliteStore } from '#store/sqlite.ts'
import { defineServer, defineWriteTool } from './define.ts'
import { createToolbox } from './toolbox.ts'

const T0 = Date.parse('2026-11-03T14:00:00Z')
const MINUTE = 60_000
const ana = { chat: 'web', user: 'ana', name: 'Ana' } as const
const ours = generateKeyPairSync('ed25519')
const foreign = generateKeyPairSync('ed25519')
const call: ToolCall = {
  server: 'kubernetes',
  tool: 'scale_workload',
  arguments: { namespace: 'shop', name: 'cart', replicas: 2 },
}
const approval: Approval = {
  remedy: 'INC-1-R1',
  actionId: 'action-1',
  call,
  uid: 'u1',
  generation: 7,
  approvedAt: T0,
  expiresAt: T0 + 5 * MINUTE,
  approvedBy: ['web::ana'],
  policy: 'p',
}

let folder: string
let store: IncidentStore
let now: number
let changes: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-'))
  store = openSqliteStore(folder)
  now = T0 + MINUTE
  changes = []
  await append({ type: 'opened', key: 'k', reason: 'first seen', diagnosis: DIAGNOSIS })
  await append({ type: 'proposed', remedy: approval.remedy, draft: DRAFT })
  await append({
    type: 'approved',
    remedy: approval.remedy,
    have: 1,
    need: 1,
    actionId: approval.actionId,
    expiresAt: approval.expiresAt,
    sealed: 'kept',
  })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

async function append(happening: Happening): Promise<void> {
  const { version } = await readIncident(store, 'INC-1').catch(() => ({ version: 0 }))
  await store.append('INC-1', version, T0, ana, [happening])
}

/** A cluster of one number, behind the real protocol and gate. */
async function kubernetes({ gated = true } = {}) {
  const scale = defineWriteTool({
    name: 'scale_workload',
    title: 'Scale',
    description: 'Sets the number of replicas.',
    hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
    input: z.object({ namespace: z.string(), name: z.string(), replicas: z.int() }),
    output: z.object({ result: z.string(), actionId: z.string().optional() }),
    text: ({ result }) => result,
    dryRun: async ({ replicas }) => ({ result: `would be ${replicas}` }),
    async write({ replicas }, _context, permit) {
      await permit.intend(`replicas: ${replicas}`)
      changes.push(`${permit.actionId}: ${replicas} at generation ${permit.generation}`)
      return { result: 'applied', actionId: permit.actionId }
    },
  })
  const server = defineServer({ name: 'kubernetes', title: 'Kubernetes', instructions: '', tools: [scale] })
  const gate = { publicKey: ours.publicKey, ledger: createLedger(store, () => now) }
  return createToolbox({
    servers: [server],
    clock: () => now,
    log: SILENT,
    observe: UNOBSERVED,
    ...(gated && { gate }),
  })
}

async function press(token?: string, given = call.arguments) {
  const toolbox = await kubernetes()
  const options = { deadlineMillis: 5000, ...(token !== undefined && { approval: token }) }
  return toolbox.call({ ...call, arguments: given }, options).finally(() => toolbox.close())
}

async function record(): Promise<string[]> {
  return (await store.read('INC-1')).map(({ happening }) => happening.type).slice(3)
}

describe('the gate', () => {
  it('opens for exactly the call that was approved, and writes down what is about to be sent', async () => {
    const { structured } = await press(seal(approval, ours.privateKey))
    expect(structured).toEqual({ result: 'applied', actionId: 'action-1' })
    expect(changes).toEqual(['action-1: 2 at generation 7'])
    expect(await record()).toEqual(['claimed', 'intended'])
  })

  it.each([
    ['nothing', undefined],
    ['a made-up token', 'e30.e30'],
    ['a seal of another key', seal(approval, foreign.privateKey)],
    ['an approval nobody recorded', seal({ ...approval, actionId: 'action-2' }, ours.privateKey)],
    [
      'an approval of another tool',
      seal({ ...approval, call: { ...call, tool: 'restart_workload' } }, ours.privateKey),
    ],
    ['an approval of another server', seal({ ...approval, call: { ...call, server: 'grafana' } }, ours.privateKey)],
  ])('stays shut for %s', async (_what, token) => {
    await expect(press(token)).rejects.toMatchObject({ code: 'forbidden' })
    expect([changes, await record()]).toEqual([[], []])
  })

  it('stays shut for other arguments, and for one more', async () => {
    const token = seal(approval, ours.privateKey)
    await expect(press(token, { ...call.arguments, replicas: 3 })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(press(token, { ...call.arguments, cascade: true })).rejects.toMatchObject({ code: 'validation' })
    expect(changes).toEqual([])
  })

  it('does not care how the arguments are ordered or spelled', async () => {
    const given = { replicas: 2, name: 'cart', namespace: 'shop', dry_run: false }
    await expect(press(seal(approval, ours.privateKey), given)).resolves.toBeDefined()
  })

  it('refuses an approval that has expired, and says so in the record', async () => {
    now = approval.expiresAt + 1
    await expect(press(seal(approval, ours.privateKey))).rejects.toMatchObject({ code: 'expired' })
    await expect(press(seal(approval, ours.privateKey))).rejects.toMatchObject({ code: 'expired' })
    expect([changes, await record()]).toEqual([[], ['expired']])
  })

  it('lets the same action pass again until its outcome is recorded, also after it expired, and never after', async () => {
    const token = seal(approval, ours.privateKey)
    await press(token)
    now = approval.expiresAt + MINUTE
    await press(token)
    expect(await record()).toEqual(['claimed', 'intended', 'intended']) // sent again so long after: said again
    await append({
      type: 'applied',
      remedy: approval.remedy,
      outcome: { result: 'applied', generation: 8, detail: 'replicas 5 -> 2' },
    })
    await expect(press(token)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('it was applied'),
    })
    expect(changes).toHaveLength(2)
  })

  it('writes one claim when two come at once', async () => {
    const token = seal(approval, ours.privateKey)
    await Promise.all([press(token), press(token), press(token)])
    expect(await record()).toEqual(['claimed', 'intended'])
  })

  it('lets a dry run pass unsealed', async () => {
    const { structured } = await press(undefined, { ...call.arguments, dry_run: true })
    expect(structured).toEqual({ result: 'would be 2' })
    expect([changes, await record()]).toEqual([[], []])
  })

  it('is not there without key and record: no writes are listed, none can be called', async () => {
    const [open, shut] = [await kubernetes(), await kubernetes({ gated: false })]
    expect(await open.tools()).toMatchObject([{ tool: 'scale_workload', readOnly: false }])
    expect(await shut.tools()).toEqual([])
    const options = { deadlineMillis: 5000, approval: seal(approval, ours.privateKey) }
    await expect(shut.call(call, options)).rejects.toMatchObject({ code: 'validation' })
    expect(changes).toEqual([])
  })
})

const DIAGNOSIS: Diagnosis = {
  ...NOTHING_SEEN,
  key: 'k',
  onset: T0,
  severity: 'high',
  confidence: 0.9,
  title: 'Too many connections',
  services: ['cart'],
}

const DRAFT: RemedyDraft = {
  type: 'scale',
  target: { namespace: 'shop', kind: 'Deployment', name: 'cart', service: 'cart' },
  call,
  title: 'Scale cart back to 2',
  reason: 'Its connections exhaust the database.',
  riskLevel: 'low',
  prerequisites: [],
  evidence: [],
}
