// Two simulated clusters behind one server: each is asked by its name, what they say is kept apart, and a change lands in the
// one that was named and nowhere else.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Permit } from '#incident/approval.ts'
import type { Signal } from '#incident/signal.ts'
import { ago, crashing, deployment, NOW, replicaSet, workload } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import { writes } from '../define.ts'
import type { Server } from '../define.ts'
import { describe } from '../describe.ts'
import { readingSchema } from '../signal-schema.ts'
import { kubernetesSettings } from './settings.ts'
import { kubernetesServer } from './server.ts'

const created = ago(3)
const ill = [
  deployment('cart', { status: { availableReplicas: 1, readyReplicas: 1, updatedReplicas: 1 } }),
  replicaSet('cart', 1),
  replicaSet('cart', 2, { created }),
  crashing('cart', 'bbbbb', { created }),
  ...workload('web'),
]
let prod: SimulatedCluster
let staging: SimulatedCluster
let server: Server
beforeEach(async () => {
  prod = await simulatedCluster(ill)
  staging = await simulatedCluster([...ill, ...workload('search')])
  const place = ({ kubeconfig }: SimulatedCluster) => ({ kubeconfig, context: 'demo' })
  const contexts = { prod: place(prod), staging: place(staging) }
  server = kubernetesServer(kubernetesSettings.parse({ contexts }), prod.deps)
})
afterEach(async () => {
  server.close?.()
  await prod.close()
  await staging.close()
})

function toolNamed(name: string) {
  const tool = server.tools.find(each => each.name === name)
  if (!tool) throw new Error(`no tool ${name}`)
  return tool
}

async function call(name: string, input: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const tool = toolNamed(name)
  const parsed = tool.input.strict().parse(input)
  return tool.output.parse(
    await (writes(tool) ? tool.dryRun(parsed, prod.context()) : tool.run(parsed, prod.context())),
  )
}

async function look() {
  const { signals, missing } = readingSchema.parse(await call('get_signals', { from: NOW - 300_000, to: NOW }))
  const states = signals.filter((each): each is Signal & { kind: 'state' } => each.kind === 'state')
  return { states, missing }
}

const web = { namespace: 'shop', kind: 'Deployment', name: 'web' }
const WEB = '/apis/apps/v1/namespaces/shop/deployments/web'

test('a read is of the cluster that is named, else of the first; of no other', async () => {
  expect(await call('get_pods')).toMatchObject({ total: 3 })
  expect(staging.requests).toEqual([])
  expect(await call('get_pods', { cluster: 'staging' })).toMatchObject({ total: 5 })
  await expect(call('get_pods', { cluster: 'demo' })).rejects.toThrow()
})

test('signals of all of them: the same trouble in two is two, each with the remedy for its own', async () => {
  const { states } = await look()
  const crashes = states.filter(({ fault }) => fault === 'CrashLoopBackOff')
  expect(crashes.map(({ id, entity, remedy }) => [id, entity.cluster, remedy?.call.arguments['cluster']])).toEqual([
    ['kubernetes:prod:state:CrashLoopBackOff:Deployment/shop/cart', 'prod', 'prod'],
    ['kubernetes:staging:state:CrashLoopBackOff:Deployment/shop/cart', 'staging', 'staging'],
  ])
})

test('one that is down is named, and the others are read', async () => {
  staging.trip(request => Boolean(request.socket.destroy()))
  const { states, missing } = await look()
  expect(new Set(states.map(({ entity }) => entity.cluster))).toEqual(new Set(['prod']))
  expect(missing).toEqual([{ source: 'kubernetes', what: 'everything of staging', why: expect.any(String) }])
})

test('a change names its cluster, lands there alone, and so does what takes it back', async () => {
  const scaling = { ...web, replicas: 4 }
  await expect(call('scale_workload', scaling)).rejects.toThrow(/cluster/)
  const input = { ...scaling, cluster: 'staging' }
  const preview = await call('scale_workload', input)
  expect(preview['inverse']).toMatchObject({ arguments: { ...web, replicas: 2, cluster: 'staging' } })
  const tool = toolNamed('scale_workload')
  if (!writes(tool)) throw new Error('it should write')
  const permit: Permit = {
    remedy: 'INC-1-R1',
    actionId: 'act-1',
    call: { server: 'kubernetes', tool: tool.name, arguments: input },
    uid: String(preview['uid']),
    generation: Number(preview['generation']),
    approvedAt: NOW,
    expiresAt: NOW + 300_000,
    approvedBy: ['web::ana'],
    policy: 'hash',
    mayLand: false,
    intend: async () => {},
  }
  expect(await tool.write(tool.input.parse(input), staging.context(), permit)).toMatchObject({
    result: 'applied',
    inverse: { arguments: { cluster: 'staging' } },
  })
  expect((await staging.read(WEB))['spec']).toMatchObject({ replicas: 4 })
  expect((await prod.read(WEB))['spec']).toMatchObject({ replicas: 2 })
  expect(prod.requests.filter(({ method }) => method === 'PATCH')).toEqual([])
})

test('the names cost a model little, and one cluster alone costs nothing', () => {
  const alone = kubernetesServer({ kubeconfig: prod.kubeconfig }, prod.deps)
  const tokens = ({ tools }: Server) => Math.ceil(JSON.stringify(tools.map(describe)).length / 4)
  expect(alone.tools.filter(tool => 'cluster' in tool.input.shape)).toEqual([])
  expect(tokens(server) - tokens(alone)).toBeLessThan(300)
  expect(tokens(server)).toBeLessThanOrEqual(5000)
  alone.close?.()
})
