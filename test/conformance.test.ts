// MCP's own conformance suite (@modelcontextprotocol/conformance) against a server made for it with our
// define.ts and host.ts, and against the five. What fails is listed with its reason; anything else that fails is a defect.
import { execFile } from 'node:child_process'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { SERVERS } from '#incident/tool-call.ts'
import { mcpRouter } from '#mcp-servers/host.ts'
import { conformanceServer } from './conformance/server.ts'
import { openWorld, story } from './world.ts'
import type { World } from './world.ts'

const SUITE = join(import.meta.dirname, '../node_modules/@modelcontextprotocol/conformance/dist/index.js')
const REVISIONS = ['2025-06-18', '2025-11-25', '2026-07-28'] as const

/** What our servers leave out on purpose, and so what fails on any of them. */
const LEFT_OUT: Record<string, readonly string[]> = {
  'a tool asks its client nothing: an answer is whole or a refusal': [
    'tools-call-sampling',
    'tools-call-elicitation',
    'elicitation-sep1034-defaults',
    'elicitation-sep1330-enums',
    'server-stateless', // its tools that would ask; the rest of the scenario passes
    'input-required-result-basic-elicitation',
    'input-required-result-basic-sampling',
    'input-required-result-basic-list-roots',
    'input-required-result-request-state',
    'input-required-result-multiple-input-requests',
    'input-required-result-multi-round',
    'input-required-result-non-tool-request',
    'input-required-result-result-type',
    'input-required-result-tampered-state',
    'input-required-result-capability-check',
  ],
  'logging to the client is deprecated; ours goes to stderr': ['logging-set-level', 'tools-call-with-logging'],
  'no session of a 2025 client over HTTP, so no stream to tell it of changes': [
    'resources-subscribe',
    'resources-unsubscribe',
  ],
  'schemas are made from zod, which writes none of these keywords': ['json-schema-2020-12'],
  'no argument of ours is mirrored in a header': ['http-custom-header-server-validation'],
}

/** Scenarios that need no tool, resource or prompt of a given name. */
const FOR_ALL = [
  'server-initialize',
  'server-session-lifecycle',
  'ping',
  'tools-list',
  'server-sse-polling',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
  'http-header-validation',
  'sep-2164-resource-not-found',
]

let world: World
let http: HttpServer
let base: string

describe('the conformance suite', () => {
  beforeAll(async () => {
    world = await openWorld(story('bad-rollout'))
    const given = { clock: () => world.clock.now, log: SILENT, observe: UNOBSERVED }
    const app = express()
    app.use('/suite', mcpRouter([conformanceServer()], given))
    app.use(mcpRouter(world.house.servers, given))
    http = app.listen(0, '127.0.0.1')
    await new Promise(resolve => http.once('listening', resolve))
    base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    http.close()
    http.closeAllConnections()
    await world.close()
  })

  it.each(REVISIONS)('of %s passes but for what is left out', async revision => {
    const results = await run(`${base}/suite/mcp/orchestrator`, revision)
    const failed = results.filter(({ passed }) => !passed).map(({ scenario }) => scenario)
    const allowed = Object.values(LEFT_OUT).flat()
    expect(failed.filter(scenario => !allowed.includes(scenario))).toEqual([])
    expect(results.length - failed.length).toBeGreaterThan(15)
  })

  it.each(SERVERS)('passes on %s wherever it needs nothing of a given name', async name => {
    for (const revision of REVISIONS) {
      const results = await run(`${base}/mcp/${name}`, revision)
      const wanted = results.filter(({ scenario }) => FOR_ALL.includes(scenario))
      expect(wanted.filter(({ passed }) => !passed)).toEqual([])
      expect(wanted.length).toBeGreaterThan(3)
    }
  })
})

type Result = { scenario: string; passed: boolean }

/** The suite's summary has a line for each scenario: `✓ ping: 2 passed, 0 failed`. It exits 1 where any failed. */
function run(url: string, revision: string): Promise<Result[]> {
  const given = [SUITE, 'server', '--url', url, '--suite', 'all', '--spec-version', revision, '--timeout', '10000']
  return new Promise(resolve => {
    execFile(process.execPath, given, { maxBuffer: 16 * 1024 * 1024 }, (_error, stdout) => {
      const lines = stdout.matchAll(/^([✓✗]) ([\w-]+): \d+ passed, \d+ failed$/gm)
      resolve([...lines].map(([, mark, scenario = '']) => ({ scenario, passed: mark === '✓' })))
    })
  })
}
