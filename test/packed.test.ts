// The package as npm would publish it, from a copy of the checkout, installed into an empty folder from the registry: each
// server started there as a client's configuration starts it, and asked over stdio. Runs where the other parties must be there.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SERVERS } from '#incident/tool-call.ts'
import type { Json, ServerName } from '#incident/tool-call.ts'
import { startSimulator } from '../simulator/serve.ts'
import type { Simulator } from '../simulator/serve.ts'
import { REQUIRED } from './parties.ts'
import { story } from './world.ts'

const ROOT = join(import.meta.dirname, '..')
const NOT_COPIED = ['node_modules', 'dist', 'data', '.git']
const LARGEST_MEGABYTES = 32 // 23 of them are one model of language; it grows only on purpose
const MINUTES = 60_000

type Packed = { filename: string; size: number; files: { path: string }[] }

/** A read of each that needs no knowledge of what is there. */
const READS: Record<ServerName, [tool: string, given: Record<string, Json>, said: RegExp]> = {
  kubernetes: ['get_pods', { namespace: 'shop' }, /checkout/],
  sentry: ['list_projects', {}, /checkout/],
  cloudwatch: ['list_log_groups', {}, /shop/],
  grafana: ['list_datasources', {}, /prometheus/],
  orchestrator: ['list_incidents', {}, /No incident fits/],
}

describe.runIf(REQUIRED)('the package', () => {
  let folder: string
  let packed: Packed
  let simulator: Simulator

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'packed-'))
    const copy = join(folder, 'copy')
    cpSync(ROOT, copy, { recursive: true, filter: file => !NOT_COPIED.includes(basename(file)) })
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    const [found] = JSON.parse(await npm(['pack', '--json', '--pack-destination', folder], copy)) as Packed[]
    if (!found) throw new Error('npm pack says nothing of what it packed')
    packed = found
    mkdirSync(join(folder, 'app'))
    writeFileSync(join(folder, 'app', 'package.json'), '{"name":"empty","private":true}')
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
    await npm([...install, join(folder, packed.filename)], join(folder, 'app'))
    simulator = await startSimulator({ story: story('quiet'), clock: Date.now, kubeconfigFolder: folder })
  }, 5 * MINUTES)
  afterAll(async () => {
    await simulator?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('holds the page and the weights, no test and no source, and is no larger than it was', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['web/dist/index.html', 'models/static-256.bin', 'dist/src/cli.js']))
    expect(paths.some(path => /^models\/.+\.onnx$/.test(path))).toBe(true)
    expect(paths.filter(path => /\.test\.|\.tsx?$|^(?:test|bench|data)\//.test(path))).toEqual([])
    expect(packed.size / 1024 / 1024).toBeLessThan(LARGEST_MEGABYTES)
  })

  test.each(SERVERS)('%s starts from it, lists its tools, and answers a call', async server => {
    const [name, given, said] = READS[server]
    const transport = new StdioClientTransport({
      command: join(folder, 'app', 'node_modules', '.bin', 'incident-orchestrator'),
      args: ['mcp', server],
      cwd: join(folder, 'app'),
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...simulator.env, DATA_DIR: join(folder, server) },
    })
    const client = new Client({ name: 'anybody', version: '1' })
    await client.connect(transport)
    const { tools } = await client.listTools()
    expect(tools.map(tool => tool.name)).toContain(name)
    const answer = await client.callTool({ name, arguments: given })
    await client.close()
    expect(answer.isError ?? false, JSON.stringify(answer.content)).toBe(false)
    expect(JSON.stringify(answer.content)).toMatch(said)
  })
})

/** What it says on stdout. A script that npm runs on the way writes to stderr only. */
async function npm(words: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', words, { cwd, maxBuffer: 64 << 20 })
  return stdout.slice(Math.max(0, stdout.indexOf('[\n')))
}
