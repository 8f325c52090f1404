import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { JournalLine } from './journal.ts'
import { scenarioNamed } from './scenarios/index.ts'
import { startSimulator, type Simulator } from './serve.ts'

const start = Date.parse('2026-03-01T12:00:00Z')
let now = start
let simulator: Simulator
let control: string

beforeAll(async () => {
  const kubeconfigFolder = await mkdtemp(join(tmpdir(), 'simulator-test-'))
  simulator = await startSimulator({
    story: scenarioNamed('bad-rollout').tell(start, 1),
    clock: () => now,
    kubeconfigFolder,
  })
  control = new URL(simulator.endpoints.journalUrl).origin
})
beforeEach(async () => {
  await fetch(`${control}/faults`, { method: 'DELETE' })
})
afterAll(() => simulator.close())

function ask(url: string, options: RequestInit = {}) {
  const headers = { authorization: `Bearer ${simulator.env['SENTRY_AUTH_TOKEN']}`, ...options.headers }
  return fetch(url, { ...options, headers })
}
const projects = () => ask(`${simulator.endpoints.sentryUrl}/api/0/projects/`)
const addFault = (fault: unknown) => fetch(`${control}/faults`, { method: 'POST', body: JSON.stringify(fault) })

async function journal(): Promise<JournalLine[]> {
  const lines = (await (await fetch(simulator.endpoints.journalUrl)).text()).split('\n').filter(line => line !== '')
  return lines.map(line => JSON.parse(line) as JournalLine)
}

test('a client with the settings it prints gets in everywhere, a stranger nowhere', async () => {
  const { kubernetesUrl, sentryUrl, grafanaUrl, kubeconfig } = simulator.endpoints
  expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600)
  expect(JSON.parse(await readFile(kubeconfig, 'utf8'))).toMatchObject({
    clusters: [{ cluster: { server: kubernetesUrl } }],
  })
  const doors = [
    `${kubernetesUrl}/api/v1/namespaces/shop/pods`,
    `${sentryUrl}/api/0/projects/`,
    `${grafanaUrl}/api/search`,
  ]
  for (const door of doors) {
    expect((await ask(door)).status, door).toBe(200)
    expect((await ask(door, { headers: { authorization: 'Bearer wrong' } })).status, door).toBe(401)
  }
})

test('the journal has every request in order, bodies of writes, and what came of them', async () => {
  const before = (await journal()).length
  await projects()
  await ask(`${simulator.endpoints.kubernetesUrl}/apis/apps/v1/namespaces/shop/deployments/checkout?dryRun=All`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json-patch+json' },
    body: JSON.stringify([{ op: 'replace', path: '/spec/replicas', value: 5 }]),
  })
  await ask(`${simulator.endpoints.sentryUrl}/api/0/organizations/demo/issues/?query=a%20OR%20b`)
  const lines = (await journal()).slice(before)
  expect(lines.map(line => line.n)).toEqual([before + 1, before + 2, before + 3])
  expect(lines.map(({ vendor, method, path, status }) => [vendor, method, path, status])).toEqual([
    ['sentry', 'GET', '/api/0/projects/', 200],
    ['kubernetes', 'PATCH', '/apis/apps/v1/namespaces/shop/deployments/checkout?dryRun=All', 200],
    ['sentry', 'GET', '/api/0/organizations/demo/issues/?query=a%20OR%20b', 400],
  ])
  expect(lines.map(line => line.body)).toEqual([
    undefined,
    [{ op: 'replace', path: '/spec/replicas', value: 5 }],
    undefined,
  ])
})

test('faults stand in front of one vendor, as often as they are told to, and are journaled', async () => {
  expect(
    (await addFault({ kind: 'status', status: 429, retryAfterSeconds: 2, vendor: 'sentry', times: 1 })).status,
  ).toBe(201)
  const refused = await projects()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2'])
  expect((await projects()).status).toBe(200)

  await addFault({ kind: 'drop', vendor: 'sentry', path: '/projects/' })
  await expect(projects()).rejects.toThrow()
  expect((await ask(`${simulator.endpoints.grafanaUrl}/api/search`)).status).toBe(200)
  expect((await journal()).findLast(line => line.vendor === 'sentry')?.status).toBe(0)

  await fetch(`${control}/faults`, { method: 'DELETE' })
  await addFault({ kind: 'expire-watch' })
  const watch = await ask(`${simulator.endpoints.kubernetesUrl}/api/v1/pods?watch=true&resourceVersion=1`)
  expect(watch.status).toBe(200)
  expect(JSON.parse(await watch.text())).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
  const wrong = await addFault({ kind: 'status', status: 200 })
  expect(wrong.status).toBe(400)
})

test('a rollback through the API ends the trouble in every source', async () => {
  now = start + 3 * 60_000
  const deployments = `${simulator.endpoints.kubernetesUrl}/apis/apps/v1/namespaces/shop/deployments/checkout`
  const errors = async () => {
    const query = encodeURIComponent('service_error_ratio_percent{service="checkout"}')
    const path = `/api/datasources/proxy/uid/prometheus/api/v1/query?query=${query}&time=${now / 1000}`
    const answer = (await (await ask(`${simulator.endpoints.grafanaUrl}${path}`)).json()) as {
      data: { result: { value: [number, string] }[] }
    }
    return Number(answer.data.result[0]?.value[1])
  }
  expect(await errors()).toBeGreaterThan(25)

  const image = [
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry.example/shop/checkout:v2.30' },
  ]
  const headers = { 'content-type': 'application/json-patch+json' }
  const patched = await ask(deployments, { method: 'PATCH', headers, body: JSON.stringify(image) })
  expect(patched.status).toBe(200)
  for (let i = 0; i < 6; i++) {
    now += 10_000
    await ask(deployments)
  }
  const { status } = (await (await ask(deployments)).json()) as { status: object }
  expect(status).toMatchObject({ updatedReplicas: 4, readyReplicas: 4, replicas: 4 })
  expect(await errors()).toBeLessThan(1)
  const issues = (await (
    await ask(`${simulator.endpoints.sentryUrl}/api/0/organizations/demo/issues/?query=currency`)
  ).json()) as { lastSeen: string }[]
  expect(Date.parse(issues[0]?.lastSeen ?? '')).toBeLessThan(now - 20_000)
})

test('a port in use is an error', async () => {
  const taken = Number(new URL(simulator.endpoints.sentryUrl).port)
  const story = scenarioNamed('quiet').tell(start, 1)
  await expect(startSimulator({ story, clock: () => now, port: taken })).rejects.toThrow('EADDRINUSE')
})
