// What each server's readme tells a person to paste is what works: clients' configurations start that very server with what it
// needs, files of ours are taken, and what is to be granted is what is asked for. The cluster's role has a test beside it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SERVERS } from '#incident/tool-call.ts'
import type { Json, ServerName } from '#incident/tool-call.ts'
import { readConfig } from '../src/config.ts'
import { openTools } from './cloudwatch/open-tools.ts'
import { openWorld, story } from './world.ts'
import type { World } from './world.ts'
import { openCloud } from '../simulator/cloud.ts'
import { cloudwatchApi } from '../simulator/cloudwatch/api.ts'
import { listen } from '../simulator/listen.ts'

const ROOT = join(import.meta.dirname, '..')

function readmeOf(server: ServerName): string {
  return readFileSync(join(ROOT, 'src', 'mcp-servers', server, 'readme.md'), 'utf8')
}

function blocks(server: ServerName, language: 'json' | 'yaml'): string[] {
  return Array.from(readmeOf(server).matchAll(/^```(json|yaml)\n([^]*?)^```/gm)).flatMap(([, kind, text = '']) =>
    kind === language ? [text] : [],
  )
}

const local = z.strictObject({
  type: z.literal('stdio').optional(),
  command: z.literal('npx'),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
})
const remote = z.strictObject({
  type: z.literal('http').optional(),
  url: z.string(),
  headers: z.strictObject({ Authorization: z.string().startsWith('Bearer ${') }),
})
const servers = z.record(z.string(), z.union([local, remote]))
/** Claude Desktop and Cursor have the first, VS Code the second. */
const clientFile = z.union([
  z.strictObject({ mcpServers: servers }),
  z.strictObject({
    servers,
    inputs: z.array(z.object({ id: z.string(), type: z.literal('promptString') })).optional(),
  }),
])

describe.each(SERVERS)('%s', server => {
  const files = blocks(server, 'json')
    .map(text => JSON.parse(text) as Record<string, unknown>)
    .filter(file => !('Statement' in file))
    .map(file => clientFile.parse(file))
  const entries = files.flatMap(file => Object.values('servers' in file ? file.servers : file.mcpServers))

  test('clients start it with what it needs', () => {
    const started = entries.filter(entry => 'command' in entry)
    expect(started.length).toBe(2)
    for (const { args, env } of started) {
      expect(args.slice(0, 4)).toEqual(['-y', 'incident-orchestrator', 'mcp', server])
      const { sources } = readConfig({ environment: { HOME: ROOT, SENTRY_ORG: 'acme', ...env } })
      if (server !== 'orchestrator') expect(sources[server]).toBeDefined()
    }
    for (const file of files) {
      const asked = Array.from(JSON.stringify(file).matchAll(/\$\{input:([\w-]+)\}/g), ([, id]) => id)
      expect('inputs' in file ? (file.inputs ?? []).map(({ id }) => id) : []).toEqual(asked)
    }
  })

  test('clients reach it over HTTP where it listens', () => {
    const urls = entries.flatMap(entry => ('url' in entry ? [entry.url] : []))
    const [, port] = new RegExp(`incident-orchestrator mcp ${server} --http (\\d+)`).exec(readmeOf(server)) ?? []
    expect(port).toBeDefined()
    for (const url of urls) expect(url).toBe(`http://127.0.0.1:${port}/mcp/${server}`)
  })

  test('files of ours are taken as they stand there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'readme-'))
    for (const text of blocks(server, 'yaml').filter(each => !each.startsWith('apiVersion'))) {
      const file = join(folder, 'incident-orchestrator.yaml')
      writeFileSync(file, text)
      expect(readConfig({ file, environment: { HOME: folder } })).toBeDefined()
    }
    rmSync(folder, { recursive: true })
  })
})

describe('CloudWatch’s policy', () => {
  const readme = readmeOf('cloudwatch')
  const policy = z.object({ Statement: z.tuple([z.object({ Action: z.array(z.string()) })]) })
  const [granted] = policy.parse(JSON.parse(blocks('cloudwatch', 'json')[0] ?? '')).Statement
  const rows = [...readme.matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \|$/gm)]
  const named = new Map(
    rows.map(([, tool = '', cell = '']) => [tool, actionsIn(cell)] as const).filter(([, all]) => all.length > 0),
  )

  test('has each action that a tool is said to need, and no other', () => {
    expect([...new Set([...named.values()].flat())].sort()).toEqual(granted.Action.toSorted())
  })

  test('each tool asks for what it is said to need', async () => {
    const { recording } = story('bad-rollout')
    const now = recording.start + (recording.end - recording.start) / 2
    const api = cloudwatchApi(openCloud({ recording }, () => now))
    const calls = eachCloudwatchTool(recording.records['cloudwatch/logs'][0]?.group ?? '')
    let asked = new Set<string>()
    const listener = await listen((request, response, body) => {
      const [service = '', operation = ''] = String(request.headers['x-amz-target']).split('.')
      asked.add(`${service.startsWith('Logs') ? 'logs' : 'cloudwatch'}:${operation}`)
      return api.handle(request, response, body)
    })
    const tools = await openTools(listener.url, () => now)
    for (const [tool, inputs] of Object.entries(calls)) {
      asked = new Set()
      for (const input of inputs) await tools.call(tool, input)
      expect([tool, [...asked].filter(action => !named.get(tool)?.includes(action))]).toEqual([tool, []])
      expect([tool, asked.size]).toEqual([tool, expect.toSatisfy(size => size > 0)])
    }
    await tools.close()
    await listener.close()
    expect([...named.keys()].sort()).toEqual(Object.keys(calls).sort())
  })
})

function actionsIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`((?:cloudwatch|logs):\w+)`/g), ([, action = '']) => action)
}

const METRIC = { namespace: 'AWS/ApplicationELB', metric_name: 'RequestCount' }
const eachCloudwatchTool = (group: string): Record<string, Record<string, Json>[]> => ({
  get_signals: [{ from: 'now-5m', to: 'now' }],
  get_metrics: [METRIC, { ...METRIC, expression: 'm1 * 2' }],
  list_metrics: [{}],
  get_alarms: [{}],
  get_alarm_history: [{}],
  get_logs: [{ log_group: group }],
  list_log_groups: [{}],
  query_insights: [{ log_groups: [group], query: 'fields @message | limit 1' }],
})

describe('what is asked of Sentry and Grafana', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(story('bad-rollout'))
    await world.tick()
  })
  afterAll(() => world.close())

  test.each(['sentry', 'grafana'] as const)('%s: each path stands in its readme', async server => {
    const { tools = [] } = world.house.servers.find(({ name }) => name === server) ?? {}
    for (const { name } of tools.filter(each => each.input.safeParse({}).success)) {
      await world.house.toolbox.call({ server, tool: name, arguments: {} }, { deadlineMillis: 10_000 })
    }
    const paths = world.simulator.journal
      .lines()
      .flatMap(({ vendor, path }) => (vendor === server ? [shortOf(path)] : []))
    expect(paths.length).toBeGreaterThan(4)
    const readme = readmeOf(server)
    expect([...new Set(paths)].filter(path => !readme.includes(path))).toEqual([])
  })
})

/** As the readme writes it: `/api/0/organizations/demo/issues/?query=x` -> `issues/`; `/api/dashboards/uid/abc` -> `/api/dashboards/uid/…` */
function shortOf(path: string): string {
  return (path.split('?')[0] ?? '')
    .replace(/^\/api\/0\/organizations\/[^/]+\//, '')
    .replace(/^\/api\/datasources\/proxy\/uid\/[^/]+/, '')
    .replace(/(\/api\/dashboards\/uid\/|\/render\/d-solo\/).+/, '$1…')
}
