// Nothing is changed without a person's sealed approval of exactly that: every tool of every server, by every way in, with
// approvals that are made up, edited, for something else, used before, or too late. The cloud's own journal is the witness.
import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seal } from '#incident/approval.ts'
import type { Approval } from '#incident/approval.ts'
import { canonical } from '#incident/canonical.ts'
import type { Json, ToolCall } from '#incident/tool-call.ts'
import { writes } from '#mcp-servers/define.ts'
import { describe as described } from '#mcp-servers/describe.ts'
import { openKey } from '../src/keys.ts'
import { argumentsFor, wordsIn } from './arbitrary-arguments.ts'
import type { Schema } from './arbitrary-arguments.ts'
import { openEveryWay } from './every-way-in.ts'
import type { WayIn } from './every-way-in.ts'
import { unknownPaths } from './known-paths.ts'
import { endPrograms } from './program.ts'
import { ANA, changesOf, firstRemedy, openWorld, reached, story } from './world.ts'
import type { World } from './world.ts'

const CALLS = 200 // by each way
const SEED = 20_261_123
const SLOW = ['detect_incidents', 'cluster_anomalies'] // they read every source; the fuzz test calls them
const WAYS = [
  'in process',
  'HTTP, token',
  'HTTP, read key',
  'HTTP, write key',
  'HTTP, OAuth, to read',
  'HTTP, OAuth, to write',
  'HTTP, token, 2026-07-28',
  'stdio',
]

let world: World
let ways: ReadonlyMap<string, WayIn>
let close: () => Promise<void>
/** Approved by a person and not carried out yet: this one call would be let in. */
let open: { approval: Approval; sealed: string }
/** Approved by a person, carried out, and over. */
let used: { call: ToolCall; sealed: string }

beforeAll(async () => {
  world = await openWorld(story('bad-rollout'))
  const { house, folder, clock } = world
  await world.until('an incident has a remedy', 60, ([found]) => found?.remedies.some(({ call }) => call) ?? false)
  const [incident] = await world.incidents()
  const remedy = firstRemedy(incident)
  await house.respond.press({ kind: 'approve', remedy: remedy.id }, ANA)
  const after = await reached(house, remedy.id, ['APPLIED'])
  const entries = await house.store.read(remedy.incident)
  const sealed = entries.map(({ happening }) => (happening.type === 'approved' ? happening.sealed : undefined))
  used = { call: remedy.call, sealed: sealed.find(each => each !== undefined) ?? '' }

  const call: ToolCall = {
    server: 'kubernetes',
    tool: 'scale_workload',
    arguments: { namespace: 'shop', kind: 'Deployment', name: 'orders', replicas: 4 },
  }
  const approval: Approval = {
    remedy: `${remedy.incident}-R99`,
    actionId: 'action-99',
    call,
    uid: 'u',
    generation: 1,
    approvedAt: clock.now,
    expiresAt: clock.now + 300_000,
    approvedBy: ['web::local'],
    policy: '',
  }
  open = { approval, sealed: seal(approval, openKey(join(folder, 'data'))) }
  const { remedy: id, actionId, expiresAt } = approval
  const { type, title, riskLevel, prerequisites, reason, evidence, target } = remedy
  const draft = { type, title, riskLevel, prerequisites, reason, evidence, target, call }
  await house.store.append(remedy.incident, after.version, clock.now, ANA, [
    { type: 'proposed', remedy: id, draft },
    { type: 'approved', remedy: id, have: 1, need: 1, actionId, expiresAt, sealed: open.sealed },
  ])

  const data = join(folder, 'stdio') // the same key, and another record
  mkdirSync(data)
  copyFileSync(join(folder, 'data', 'approval.key'), join(data, 'approval.key'))
  const opened = await openEveryWay(world, data)
  ways = opened.ways
  close = opened.close
}, 120_000)
afterAll(async () => {
  await close()
  await endPrograms()
  await world.close()
})

const { privateKey: stranger } = generateKeyPairSync('ed25519')

/** What may come along with a call as its approval. None of them is one for it. */
const APPROVALS: readonly ((call: ToolCall) => Json | undefined)[] = [
  () => undefined,
  () => 'e30.e30',
  () => true,
  () => ({ ...open.approval, remedy: 'INC-1-R1' }),
  call => seal({ ...open.approval, call }, stranger),
  call => edited(open.sealed, { call }),
  call => edited(used.sealed, { call, expiresAt: Number.MAX_SAFE_INTEGER }),
  call => `${edited(open.sealed, { call }).split('.')[0]}.`,
  () => `${open.sealed}.${used.sealed}`,
  () => `${open.sealed.slice(0, -4)}AAAA`,
  () => used.sealed,
  call => (isSame(call, open.approval.call) ? undefined : open.sealed),
]

/** What is approved, under the signature it had before. */
function edited(sealed: string, change: Partial<Approval>): string {
  const [payload = '', signature = ''] = sealed.split('.')
  const approval = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Approval
  return `${Buffer.from(canonical({ ...approval, ...change })).toString('base64url')}.${signature}`
}

function isSame(call: ToolCall, other: ToolCall): boolean {
  const { dry_run: _dryRun, ...given } = call.arguments
  return canonical({ ...call, arguments: given }) === canonical(other)
}

it('the one press of a person was the only change so far', () => {
  expect(changesOf(world.simulator)).toHaveLength(1)
  expect([...ways.keys()]).toEqual(WAYS)
})

describe.each(WAYS)('%s', name => {
  const send: WayIn = (call, approval) => (ways.get(name) ?? (() => Promise.reject(new Error(name))))(call, approval)

  it('no tool changes anything, whatever it is sent', async () => {
    const outcomes: Record<string, number> = {}
    const property = fc.asyncProperty(calls(), fc.constantFrom(...APPROVALS), async ([call, isWrite], approval) => {
      const outcome = await send(call, approval(call))
      const key = isWrite && call.arguments['dry_run'] !== true ? `write: ${outcome}` : outcome
      expect(key).not.toBe('write: answered')
      outcomes[key] = (outcomes[key] ?? 0) + 1
    })
    await fc.assert(property, { numRuns: CALLS, seed: SEED })
    expect(outcomes['answered']).toBeGreaterThan(0) // so that it is no closed door that is tried
    const stopped = /read/.test(name) ? 'write: unlisted' : 'write: forbidden'
    expect(outcomes[stopped]).toBeGreaterThan(20)
  })

  it('what was approved is not carried out once more', async () => {
    const outcome = await send(used.call, used.sealed)
    const expected = { 'in process': 'conflict', stdio: 'not_found' }[name]
    expect(outcome).toBe(expected ?? (/read/.test(name) ? 'unlisted' : 'conflict'))
  })
})

it('an approval that has expired opens nothing any more, by whichever way', async () => {
  world.clock.now = open.approval.expiresAt + 1
  const outcomes: Record<string, string> = {}
  for (const [name, send] of ways) outcomes[name] = await send(open.approval.call, open.sealed)
  expect(outcomes).toEqual({
    ...Object.fromEntries(WAYS.map(name => [name, 'expired'])),
    'HTTP, read key': 'unlisted',
    'HTTP, OAuth, to read': 'unlisted',
    stdio: 'not_found', // its record knows no such incident
  })
})

it('the journals of all four vendors know of no other change, and of no request that none of our clients makes', () => {
  expect(changesOf(world.simulator)).toHaveLength(1)
  expect(unknownPaths(world.simulator.journal.lines())).toEqual([])
})

/** Of any tool of any server; one in two of one that writes, mostly so that only the gate can stop it. */
function calls(): fc.Arbitrary<[call: ToolCall, isWrite: boolean]> {
  const words = wordsIn([
    JSON.parse(JSON.stringify([open.approval, used.call, world.house.servers.map(({ name }) => name)])) as Json,
  ])
  const tools = world.house.servers
    .flatMap(({ name: server, tools: all }) => all.map(tool => ({ server, tool })))
    .filter(({ tool }) => !SLOW.includes(tool.name))
  const anything = tools.map(({ server, tool }) =>
    argumentsFor(JSON.parse(JSON.stringify(described(tool).inputSchema)) as Schema, words).map(
      (given): [ToolCall, boolean] => [{ server, tool: tool.name, arguments: given }, writes(tool)],
    ),
  )
  const workload = fc.record({
    namespace: fc.constantFrom('shop', 'kube-system'),
    kind: fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet'),
    name: fc.constantFrom('orders', 'checkout', 'cart'),
  })
  const spelled = fc.constantFrom<Record<string, Json>[]>(
    {},
    { dry_run: false },
    { dry_run: 'false' },
    { dry_run: true },
  )
  const fitting = fc
    .tuple(workload, fc.constantFrom('restart', 'scale', 'rollback'), fc.integer({ min: 1, max: 6 }), spelled)
    .map(([given, verb, replicas, dryRun]): [ToolCall, boolean] => {
      const own = { ...given, ...(verb === 'scale' && { replicas }), ...dryRun }
      return [{ server: 'kubernetes', tool: `${verb}_workload`, arguments: own }, true]
    })
  return fc.oneof({ arbitrary: fitting, weight: 1 }, { arbitrary: fc.oneof(...anything), weight: 1 })
}
