// The writes over a simulated API server: a dry run changes nothing, an approval changes once, and whatever the network
// does in between, we know how it ended or say that we do not.
import { afterEach, expect, test } from 'vitest'
import type { Permit } from '#incident/approval.ts'
import type { Fault } from '#incident/fault.ts'
import type { Outcome, Preview } from '#incident/remedy.ts'
import { ACTION_ID } from '../classify.ts'
import { deployment, NOW, object, pod, replicaSet, workload } from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster, Trip } from '../../../../test/kubernetes/simulated-cluster.ts'
import { guardedWrite } from './guarded-write.ts'
import { restartWorkload } from './restart-workload.ts'
import { rollbackWorkload } from './rollback-workload.ts'
import { scaleWorkload } from './scale-workload.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const CART = '/apis/apps/v1/namespaces/shop/deployments/cart'
const cart = { namespace: 'shop', kind: 'Deployment', name: 'cart' }
const toFirst = { ...cart, replicaSet: 'cart-7f9dd8b6c1', replicaSetUid: 'uid-cart-7f9dd8b6c1' }

const TOOLS = { restart_workload: restartWorkload, scale_workload: scaleWorkload, rollback_workload: rollbackWorkload }
type Name = keyof typeof TOOLS

function toolNamed(name: Name) {
  const writing = { client: cluster.client, resilience: cluster.deps.resilience, pause: async () => {} }
  if (name === 'restart_workload') return guardedWrite(restartWorkload, writing)
  return name === 'scale_workload' ? guardedWrite(scaleWorkload, writing) : guardedWrite(rollbackWorkload, writing)
}

async function dryRun(name: Name, input: Record<string, unknown>): Promise<Preview> {
  const tool = toolNamed(name)
  return tool.output.parse(await tool.dryRun(tool.input.parse(input), cluster.context())) as Preview
}

/** As the gate lets it pass: sealed to the object as the preview saw it. */
async function approved(
  name: Name,
  input: Record<string, unknown>,
  actionId = 'act-1',
  seen?: Preview,
): Promise<Permit> {
  const { uid, generation } = seen ?? (await dryRun(name, input))
  const intents: string[] = []
  return Object.assign(
    {
      remedy: 'INC-1-R1',
      actionId,
      call: { server: 'kubernetes' as const, tool: name, arguments: input as Permit['call']['arguments'] },
      uid,
      generation,
      approvedAt: NOW,
      expiresAt: NOW + 300_000,
      approvedBy: ['web::ana'],
      policy: 'hash',
      mayLand: false,
      intend: async (patch: string) => void intents.push(patch),
    },
    { intents },
  )
}

async function write(name: Name, input: Record<string, unknown>, permit: Permit): Promise<Outcome> {
  const tool = toolNamed(name)
  return tool.output.parse(await tool.write(tool.input.parse(input), cluster.context(), permit)) as Outcome
}

const patches = () => cluster.requests.filter(({ method, path }) => method === 'PATCH' && !path.includes('dryRun'))

async function generationNow(): Promise<unknown> {
  return (await cluster.read(CART)).metadata['generation']
}

/** Strikes the first `times` real patches. */
function onPatch(strike: Trip, times = 1): Trip {
  let left = times
  return (request, response, body, pass) => {
    if (request.method !== 'PATCH' || request.url?.includes('dryRun') || left-- <= 0) return false
    return strike(request, response, body, pass)
  }
}

test('a dry run says what would change and changes nothing', async () => {
  const budget = object('policy/v1', 'PodDisruptionBudget', 'cart', {
    spec: { selector: { matchLabels: { app: 'cart' } } },
    status: { disruptionsAllowed: 1 },
  })
  cluster = await simulatedCluster([...workload('cart'), budget])
  const before = await cluster.read(CART)
  const preview = await dryRun('rollback_workload', toFirst)
  expect(preview).toMatchObject({
    uid: before.metadata['uid'],
    generation: 1,
    diff: ['replica set: cart-7f9dd8b6c2 -> cart-7f9dd8b6c1', expect.stringMatching(/^image: .*cart:v2 -> .*cart:v1$/)],
    pods: 2,
    pdb: 'cart allows 1 disruptions now',
    refusals: [],
    inverse: { tool: 'rollback_workload', arguments: { replicaSet: 'cart-7f9dd8b6c2' } },
  })
  expect(await dryRun('scale_workload', { ...cart, replicas: 5 })).toMatchObject({
    diff: ['replicas: 2 -> 5'],
    pods: 3,
    refusals: [],
    inverse: { tool: 'scale_workload', arguments: { replicas: 2 } },
  })
  expect(await dryRun('restart_workload', cart)).toMatchObject({ pods: 2, refusals: [] })
  expect(await cluster.read(CART)).toEqual(before)
  expect(patches()).toEqual([])
  await expect(dryRun('restart_workload', { ...cart, name: 'gone' })).rejects.toMatchObject({ code: 'not_found' })
})

test('an approved rollback happens once, and the pods follow; the same approval again finds it done', async () => {
  cluster = await simulatedCluster(workload('cart'))
  const permit = await approved('rollback_workload', toFirst)
  const outcome = await write('rollback_workload', toFirst, permit)
  expect(outcome).toMatchObject({
    result: 'applied',
    generation: 2,
    detail: 'cart was rolled back to v1.',
    inverse: { arguments: { replicaSet: 'cart-7f9dd8b6c2' } },
  })
  const [sent] = patches()
  expect(new URL(sent?.path ?? '', 'http://x').searchParams.toString()).toBe(
    'fieldManager=incident-orchestrator&fieldValidation=Strict',
  )
  expect(permit).toMatchObject({ intents: [sent?.body] })

  const after = await cluster.read(CART)
  expect(after.metadata['annotations']).toMatchObject({ [ACTION_ID]: 'act-1' })
  expect(JSON.stringify(after['spec'])).not.toContain('pod-template-hash')
  expect(await write('rollback_workload', toFirst, permit)).toMatchObject({ result: 'applied', generation: 2 })
  expect(patches()).toHaveLength(1)

  cluster.clock.now += 120_000
  const former = await cluster.read('/apis/apps/v1/namespaces/shop/replicasets/cart-7f9dd8b6c1')
  expect(former['spec']).toMatchObject({ replicas: 2 })
})

test('a restart and a scaling happen once each; ten at once under one approval are one change', async () => {
  cluster = await simulatedCluster(workload('cart'))
  const restart = await approved('restart_workload', cart)
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => write('restart_workload', cart, restart)))
  expect(outcomes.map(({ result }) => result)).toEqual(Array.from({ length: 10 }, () => 'applied'))
  expect(await generationNow()).toBe(2)
  const { intents } = restart as Permit & { intents: string[] }
  expect(new Set(intents).size).toBe(1)
  expect(intents[0]).toContain(new Date(NOW).toISOString())
  expect((await cluster.read(CART))['spec']).toMatchObject({
    template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(NOW).toISOString() } } },
  })

  cluster.clock.now += 300_000
  const scaled = { ...cart, replicas: 3 }
  const permit = await approved('scale_workload', scaled, 'act-2')
  expect(await write('scale_workload', scaled, permit)).toMatchObject({
    result: 'applied',
    inverse: { tool: 'scale_workload', arguments: { replicas: 2 } },
  })
  expect((await cluster.read(CART))['spec']).toMatchObject({ replicas: 3 })
})

test('what changed since the approval is drift, what is gone is gone; neither is touched', async () => {
  cluster = await simulatedCluster(workload('cart'))
  const permit = await approved('restart_workload', cart)
  await write(
    'scale_workload',
    { ...cart, replicas: 4 },
    await approved('scale_workload', { ...cart, replicas: 4 }, 'other'),
  )
  expect(await write('restart_workload', cart, permit)).toMatchObject({ result: 'drifted' })
  expect(await write('restart_workload', cart, { ...permit, uid: 'of-another' })).toMatchObject({ result: 'gone' })
  expect(await write('restart_workload', { ...cart, name: 'never' }, permit)).toMatchObject({ result: 'gone' })
  expect(patches()).toHaveLength(1)
})

test('changed between our read and our patch: the guard refuses, and reading again tells drift', async () => {
  cluster = await simulatedCluster(workload('cart'))
  const permit = await approved('restart_workload', cart)
  const body = JSON.stringify([{ op: 'replace', path: '/spec/replicas', value: 3 }])
  let raced = false
  cluster.trip((request, _response, _body, pass) => {
    if (request.method !== 'PATCH' || raced) return false
    raced = true
    void cluster.client.patch(CART, body, { dryRun: false }, AbortSignal.timeout(5000)).then(pass)
    return true
  })
  expect(await write('restart_workload', cart, permit)).toMatchObject({ result: 'drifted' })
  expect(JSON.stringify(await cluster.read(CART))).not.toContain('restartedAt')
})

const lost: [string, Trip][] = [
  [
    'landed, and the connection broke before the answer',
    (request, response, _body, pass) => {
      response.end = () => (request.socket.destroy(), response)
      pass()
      return true
    },
  ],
  [
    'landed, and the answer was a 504 in plain text',
    (_request, response, _body, pass) => {
      const end = response.end.bind(response)
      response.writeHead = () => response
      response.end = () => {
        response.statusCode = 504
        return end('{"message":"request did not complete within the allotted timeout"}')
      }
      pass()
      return true
    },
  ],
  ['never arrived', request => (request.socket.destroy(), true)],
  [
    'met a 429',
    (_request, response) => (response.writeHead(429, { 'retry-after': '1' }).end('Too many requests'), true),
  ],
  ['met a 503', (_request, response) => (response.writeHead(503).end('service unavailable'), true)],
  [
    'met a webhook that was down',
    (_request, response) => (
      response.writeHead(500).end('{"message":"Internal error: failed calling webhook \\"x\\""}'), true
    ),
  ],
]

test.each(lost)('a patch that %s is applied exactly once in the end', async (_how, strike) => {
  cluster = await simulatedCluster(workload('cart'))
  const permit = await approved('restart_workload', cart)
  cluster.trip(onPatch(strike))
  expect(await write('restart_workload', cart, permit)).toMatchObject({ result: 'applied', generation: 2 })
  expect(await generationNow()).toBe(2)
  expect(new Set(patches().map(({ body }) => body)).size).toBe(1)
})

test('while it stays unknown we say so, and the same approval settles it later', async () => {
  cluster = await simulatedCluster(workload('cart'))
  const permit = await approved('restart_workload', cart)
  cluster.trip(onPatch((_request, response) => (response.writeHead(504).end('timeout'), true), 99))
  await expect(write('restart_workload', cart, permit)).rejects.toMatchObject({ code: 'network', retryable: true })
  cluster.trip(undefined)
  expect(await write('restart_workload', cart, permit)).toMatchObject({ result: 'applied', generation: 2 })
})

test('a refusal after a try that was never answered is no answer either', async () => {
  cluster = await simulatedCluster(workload('cart'))
  const permit = await approved('restart_workload', cart)
  let tries = 0
  const strike: Trip = (_request, response) => (response.writeHead(tries++ === 0 ? 504 : 403).end('{}'), true)
  cluster.trip(onPatch(strike, 2))
  const fault = (await write('restart_workload', cart, permit).catch((error: unknown) => error)) as Fault
  expect(fault).toMatchObject({ code: 'network', retryable: true })
})

test('sent by a process that died, landing while the next one looks: applied, never refused as already so', async () => {
  cluster = await simulatedCluster(workload('cart'))
  const permit = await approved('rollback_workload', toFirst)
  let sent = ''
  cluster.trip(onPatch((request, _response, body) => ((sent = body), request.socket.destroy(), true), 99))
  await expect(write('rollback_workload', toFirst, permit)).rejects.toMatchObject({ retryable: true })

  let landed = false
  cluster.trip((request, _response, _body, pass) => {
    if (landed || !request.url?.includes('/replicasets')) return false
    landed = true
    void cluster.client.patch(CART, sent, { dryRun: false }, AbortSignal.timeout(5000)).then(pass)
    return true
  })
  expect(await write('rollback_workload', toFirst, { ...permit, mayLand: true })).toMatchObject({ result: 'applied' })
  expect(await generationNow()).toBe(2)
})

test('a map that appears after our read is not clobbered: the patch is built again for what is there', async () => {
  const bare = deployment('cart', { metadata: { annotations: undefined } })
  cluster = await simulatedCluster([bare, ...workload('cart').slice(1)])
  const permit = await approved('restart_workload', cart)
  cluster.trip(
    onPatch((_request, response) => {
      response.writeHead(422).end('{"kind":"Status","reason":"Invalid","details":{},"code":422}')
      return true
    }),
  )
  expect(await write('restart_workload', cart, permit)).toMatchObject({ result: 'applied' })
  expect(patches()).toHaveLength(2)
})

async function refusals(objects: Raw[], name: Name, input: Record<string, unknown>): Promise<string> {
  await cluster?.close()
  cluster = await simulatedCluster(objects)
  const preview = await dryRun(name, input)
  const permit = await approved(name, input, 'act-1', preview)
  const outcome = await write(name, input, permit)
  if (preview.refusals.length > 0) {
    expect(outcome.result).toBe('rejected')
    expect(patches()).toEqual([])
  }
  return preview.refusals.join(' ')
}

const but = (more: Parameters<typeof deployment>[1]) => workload('cart', more)

test('refused: paused, GitOps, being rolled out, autoscaled, as it is already, unknown ReplicaSet, no permission', async () => {
  const paused = but({ spec: { paused: true } })
  expect(await refusals(paused, 'restart_workload', cart)).toContain('paused')
  expect(await refusals(paused, 'rollback_workload', toFirst)).toContain('paused')

  const argo = but({
    metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/cart' } },
  })
  expect(await refusals(argo, 'restart_workload', cart)).toContain('Argo CD manages cart')
  const flux = but({ metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } } })
  expect(await refusals(flux, 'scale_workload', { ...cart, replicas: 3 })).toContain('Flux manages cart')

  const autoscaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'cart-sizer', {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, maxReplicas: 9 },
  })
  const sized = [...workload('cart'), autoscaler]
  expect(await refusals(sized, 'scale_workload', { ...cart, replicas: 3 })).toContain('cart-sizer decides')
  expect(await refusals(sized, 'restart_workload', cart)).toBe('')
  expect(await refusals(workload('cart'), 'scale_workload', { ...cart, replicas: 2 })).toBe('cart already has 2.')
  const unknown = { ...toFirst, replicaSetUid: 'of-another' }
  expect(await refusals(workload('cart'), 'rollback_workload', unknown)).toContain('no ReplicaSet')
  const current = { ...cart, replicaSet: 'cart-7f9dd8b6c2', replicaSetUid: 'uid-cart-7f9dd8b6c2' }
  expect(await refusals(workload('cart'), 'rollback_workload', current)).toBe('cart already runs cart-7f9dd8b6c2.')

  await cluster.close()
  cluster = await simulatedCluster(workload('cart'))
  cluster.trip((request, response) => {
    if (!request.url?.includes('selfsubjectaccessreviews')) return false
    response.writeHead(201).end('{"status":{"allowed":false}}')
    return true
  })
  expect((await dryRun('restart_workload', cart)).refusals.join()).toContain('may not patch')
})

test('during a rollout only going back to what it replaced is allowed', async () => {
  const progressing = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' }
  const underWay = [
    deployment('cart', {
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '3' } },
      status: { replicas: 3, updatedReplicas: 1, conditions: [progressing] },
    }),
    ...[1, 2, 3].map(revision => replicaSet('cart', revision)),
    pod('cart', 'aaaaa'),
  ]
  const to = (revision: number) => ({
    ...cart,
    replicaSet: `cart-7f9dd8b6c${revision}`,
    replicaSetUid: `uid-cart-7f9dd8b6c${revision}`,
  })
  expect(await refusals(underWay, 'restart_workload', cart)).toContain('under way')
  expect(await refusals(underWay, 'scale_workload', { ...cart, replicas: 5 })).toContain('under way')
  expect(await refusals(underWay, 'rollback_workload', to(1))).toContain('only cart-7f9dd8b6c2 would take it back')
  expect(await refusals(underWay, 'rollback_workload', to(2))).toBe('')
})

test('a StatefulSet, whose generation no annotation moves, is guarded by our annotation as it was', async () => {
  const set = { ...deployment('db', { status: { currentRevision: 'a', updateRevision: 'a' } }), kind: 'StatefulSet' }
  cluster = await simulatedCluster([set])
  const db = { namespace: 'shop', kind: 'StatefulSet', name: 'db' }
  const permit = await approved('restart_workload', db)
  expect(await write('restart_workload', db, permit)).toMatchObject({ result: 'applied', generation: 2 })
  expect(patches()[0]?.body).toContain(
    '{"op":"test","path":"/metadata/annotations/incident-orchestrator.io~1action-id","value":null}',
  )
  expect(await write('restart_workload', db, permit)).toMatchObject({ result: 'applied' })
  expect(patches()).toHaveLength(1)
})
