// What a user meets who starts it wrong: credentials that are refused, a folder that cannot be written, a port that is taken.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startSimulator } from '../simulator/serve.ts'
import type { Simulator } from '../simulator/serve.ts'
import { endPrograms, runProgram, startProgram } from './program.ts'
import { story } from './world.ts'

const EXIT = { failureFound: 1, usage: 2 } as const
const CANARY = 'canary-0123456789abcdef-token'

let simulator: Simulator
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bad-start-'))
  const told = story('quiet', Date.now())
  simulator = await startSimulator({ story: told, clock: Date.now, kubeconfigFolder: folder })
})
afterEach(endPrograms)
afterAll(async () => {
  await simulator.close()
  rmSync(folder, { recursive: true })
})

function home(): string {
  return mkdtempSync(join(folder, 'home-'))
}

describe('credentials that are refused', () => {
  const wrong = () => {
    const kubeconfig = join(home(), 'kubeconfig')
    const { kubernetesUrl } = simulator.endpoints
    const user = { name: 'u', user: { token: CANARY } }
    const context = { name: 'c', context: { cluster: 'k', user: 'u' } }
    const cluster = { name: 'k', cluster: { server: kubernetesUrl } }
    const config = { apiVersion: 'v1', kind: 'Config', clusters: [cluster], users: [user], contexts: [context] }
    writeFileSync(kubeconfig, JSON.stringify({ ...config, 'current-context': 'c' }))
    return {
      ...simulator.env,
      KUBECONFIG: kubeconfig,
      SENTRY_AUTH_TOKEN: CANARY,
      GRAFANA_SERVICE_ACCOUNT_TOKEN: CANARY,
      LOG_LEVEL: 'debug',
    }
  }

  test('doctor says which, and what to do; nothing shows the secret', async () => {
    const cwd = home()
    const { code, stdout, stderr } = await runProgram(['doctor', '--json'], { environment: wrong(), cwd })
    expect(code).toBe(EXIT.failureFound)
    const { checks } = JSON.parse(stdout) as { checks: { what: string; state: string; mend?: string }[] }
    const states = Object.fromEntries(checks.map(({ what, state }) => [what, state]))
    expect(states).toMatchObject({
      kubernetes: 'wrong',
      sentry: 'wrong',
      grafana: 'wrong',
      cloudwatch: 'ok',
      store: 'ok',
    })
    for (const { what, state, mend } of checks) if (state === 'wrong') expect(mend, what).toMatch(/set [A-Z_]+/)
    expect(stdout + stderr).not.toContain(CANARY)
  })

  test('a look with every log line shown does not show it either', async () => {
    const { stdout, stderr } = await runProgram(['detect', '--json'], { environment: wrong(), cwd: home() })
    expect(JSON.parse(stdout)).toMatchObject({ incidents: [] })
    for (const source of ['kubernetes', 'sentry', 'grafana']) expect(stdout + stderr).toContain(source)
    expect(stdout + stderr).not.toContain(CANARY)
  })
})

describe('a data folder that cannot be written', () => {
  test('start says so, and nothing runs', async () => {
    const cwd = home()
    writeFileSync(join(cwd, 'taken'), 'a file')
    const { code, stderr } = await runProgram(['start', '--data', 'taken'], { environment: simulator.env, cwd })
    expect(stderr).toContain('The data folder taken cannot be used: a file stands in its place')
    expect(stderr).not.toContain('Listening')
    expect(code).toBe(EXIT.usage)
    expect(readdirSync(cwd)).toEqual(['taken'])
  })

  test('demo says so, and nothing runs', async () => {
    const cwd = home()
    writeFileSync(join(cwd, 'data'), 'a file')
    const { code, stdout, stderr } = await runProgram(['demo', '--no-open', '--json'], { environment: {}, cwd })
    expect(stderr).toContain(`The data folder ${join('data', 'demo')} cannot be used: a file stands in its place`)
    expect(stdout).toBe('')
    expect(code).toBe(EXIT.usage)
  })
})

describe('a port that is taken', () => {
  async function takenPort() {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(listening => server.once('listening', listening))
    return { port: (server.address() as AddressInfo).port, free: () => server.close() }
  }

  test('demo takes the next free one', async () => {
    const { port, free } = await takenPort()
    const demo = startProgram(['demo', '--no-open', '--json'], { environment: { PORT: String(port) }, cwd: home() })
    const [line] = await demo.says(/^\{.*\}$/m)
    const { url } = JSON.parse(line) as { url: string }
    expect(Number(new URL(url).port)).toBeGreaterThan(port)
    expect((await fetch(new URL('/healthz', url))).status).toBe(200)
    free()
  })

  test('asked for by name, it is an error that names it', async () => {
    const { port, free } = await takenPort()
    const words = ['demo', '--no-open', '--json', '--port', String(port)]
    const { code, stdout, stderr } = await runProgram(words, { environment: {}, cwd: home() })
    expect(stderr).toContain(`Port ${port} is in use. Choose another with --port`)
    expect(stdout).toBe('')
    expect(code).toBe(EXIT.usage)
    free()
  })
})

test('a configuration that cannot be used names the place, and nothing starts', async () => {
  const cwd = home()
  writeFileSync(join(cwd, 'config.yaml'), 'watch:\n  every: 7s\n')
  const { code, stderr } = await runProgram(['start', '--config', 'config.yaml'], { environment: simulator.env, cwd })
  expect(stderr).toMatch(/watch\.every/)
  expect(stderr).not.toContain('Listening')
  expect(code).toBe(EXIT.usage)
})
