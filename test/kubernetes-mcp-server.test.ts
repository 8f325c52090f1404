// Another people's MCP server (npm's kubernetes-mcp-server, over client-go) and ours at one simulated cluster: what it
// finds there is what ours says, and it meets nothing that a real API server would not answer.
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '#incident/tool-call.ts'
import { findParty, REQUIRED } from './parties.ts'
import { changesOf, openWorld, story } from './world.ts'
import type { World } from './world.ts'

const program = await findParty('kubernetes-mcp-server')
const DEADLINE = { deadlineMillis: 20_000 }
const IN_SHOP = { namespace: 'shop' }

/** What the rows of one are, in the words of the other; sorted, as each has an order of its own. */
type Rows = (string | number | undefined)[][]

test.runIf(REQUIRED)('kubernetes-mcp-server is there', () => {
  expect(program, 'kubernetes-mcp-server is missing: run .ci/parties').toBeDefined()
})

describe.skipIf(program === undefined)('kubernetes-mcp-server, which .ci/parties fetches', () => {
  let world: World
  let client: Client

  beforeAll(async () => {
    world = await openWorld(story('bad-rollout'))
    world.clock.now += 6 * 60_000 // the new version crashes again and again
    client = new Client({ name: 'test', version: '1' })
    const words = [
      '--kubeconfig',
      world.simulator.endpoints.kubeconfig,
      '--read-only',
      '--cluster-provider',
      'kubeconfig',
    ]
    const env = { HOME: world.folder }
    await client.connect(new StdioClientTransport({ command: program ?? '', args: words, env, stderr: 'ignore' }))
  })
  afterAll(async () => {
    await client?.close()
    await world?.close()
  })

  async function ours(tool: string, given: Record<string, Json>): Promise<Record<string, Row[]>> {
    const call = { server: 'kubernetes', tool, arguments: given } as const
    return (await world.house.toolbox.call(call, DEADLINE)).structured as Record<string, Row[]>
  }

  async function theirs(tool: string, given: Record<string, Json>): Promise<{ text: string; items: Row[] }> {
    const { content, structuredContent, isError } = await client.callTool({ name: tool, arguments: given })
    const text = content.map(part => (part.type === 'text' ? part.text : '')).join('\n')
    if (isError) throw new Error(text)
    return { text, items: (structuredContent as { items?: Row[] } | undefined)?.items ?? [] }
  }

  test('pods: ready, restarts, node', async () => {
    const { items } = await theirs('resources_list', { apiVersion: 'v1', kind: 'Pod', ...IN_SHOP })
    const { pods = [] } = await ours('get_pods', { ...IN_SHOP, limit: 200 })
    const found = items.map(each => [each['Name'], each['Ready'], parseInt(String(each['Restarts'])), each['Node']])
    expect(sorted(pods.map(each => [each['name'], each['ready'], each['restarts'], each['node']]))).toEqual(
      sorted(found),
    )
    expect(found.length).toBeGreaterThan(20)
    const crashing = items.filter(each => each['Status'] === 'CrashLoopBackOff').map(each => each['Name'])
    const explained = pods.filter(each => String(each['whyNotReady']).includes('CrashLoopBackOff'))
    expect(explained.map(each => each['name'])).toEqual(crashing)
    expect(crashing).not.toEqual([])
  })

  test('deployments in the columns that kubectl has', async () => {
    const { items } = await theirs('resources_list', { apiVersion: 'apps/v1', kind: 'Deployment', ...IN_SHOP })
    const { resources = [] } = await ours('get_resource', { kind: 'Deployment', ...IN_SHOP })
    const columns = ['Namespace', 'Name', 'Ready', 'Up-to-date', 'Available', 'Age']
    expect(rowsOf(resources, columns)).toEqual(rowsOf(items, columns))
    expect(items.length).toBeGreaterThan(4)
  })

  test('one object, field by field', async () => {
    const { text } = await theirs('resources_get', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'checkout',
      ...IN_SHOP,
    })
    const { resources = [] } = await ours('get_resource', { kind: 'Deployment', name: 'checkout', ...IN_SHOP })
    expect(resources[0]).toEqual(parse(text))
  })

  test('events: what was said of which object, and when', async () => {
    const { text } = await theirs('events_list', IN_SHOP)
    const { events = [] } = await ours('get_events', { ...IN_SHOP, since: '24h', limit: 200 })
    const said = (parse(text.slice(text.indexOf('\n') + 1)) as TheirEvent[]).map(each => [
      `${each.InvolvedObject.Kind}/${each.InvolvedObject.Name}`,
      each.Type,
      each.Reason,
      each.Message.trim(),
      new Date(each.Timestamp.replace(' +0000 UTC', 'Z').replace(' ', 'T')).toISOString(),
    ])
    const found = events.map(each => [
      each['object'],
      each['type'],
      each['reason'],
      each['message'],
      new Date(String(each['last'])).toISOString(),
    ])
    expect(sorted(found)).toEqual(sorted(said))
    expect(said.length).toBeGreaterThan(5)
  })

  test('logs, and those of the container that crashed', async () => {
    const { pods = [] } = await ours('get_pods', { ...IN_SHOP, labels: 'app=checkout' })
    const [crashing, healthy] = [pods.at(0)?.['name'], pods.at(-1)?.['name']].map(String)
    for (const [pod, previous] of [
      [healthy ?? '', false],
      [crashing ?? '', true],
    ] as const) {
      const { text } = await theirs('pods_log', { name: pod, ...IN_SHOP, previous, tail: 20 })
      const { lines = [] } = await ours('get_logs', { pod_name: pod, ...IN_SHOP, previous, lines: 20 })
      expect(lines.length).toBeGreaterThan(0)
      expect(lines.map(each => each['text'])).toEqual(text.trimEnd().split('\n'))
    }
  })

  test('what is in use, in millicores and Mi', async () => {
    const { text } = await theirs('pods_top', { ...IN_SHOP, all_namespaces: false })
    const { usage = [] } = await ours('get_metrics', { ...IN_SHOP, limit: 200 })
    const found = Array.from(text.matchAll(/^shop +(\S+) +\S+ +(\d+)m +(\d+)Mi/gm), ([, name, cpu, memory]) => [
      name,
      Number(cpu),
      Number(memory),
    ])
    const inMi = usage.map(each => [
      each['name'],
      each['cpuMillicores'],
      Math.floor(Number(each['memoryBytes']) / 2 ** 20),
    ])
    expect(sorted(inMi as Rows)).toEqual(sorted(found))
    expect(found.length).toBeGreaterThan(10)
  })

  test('a pod that is not there is not found, and nothing was changed', async () => {
    await expect(theirs('pods_log', { name: 'none', ...IN_SHOP })).rejects.toThrow('pods "none" not found')
    await expect(ours('get_logs', { pod_name: 'none', ...IN_SHOP })).rejects.toMatchObject({ code: 'not_found' })
    expect(changesOf(world.simulator)).toEqual([])
    const unmet = world.simulator.journal.lines().filter(({ status }) => status === 400 || status >= 500)
    expect(unmet).toEqual([])
  })
})

type Row = Record<string, string | number | undefined>
type TheirEvent = {
  InvolvedObject: { Kind: string; Name: string }
  Type: string
  Reason: string
  Message: string
  Timestamp: string
}

function rowsOf(rows: Row[], columns: string[]): Rows {
  return sorted(rows.map(row => columns.map(column => row[column])))
}

function sorted(rows: Rows): Rows {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
