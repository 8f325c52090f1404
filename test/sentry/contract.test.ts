// Sentry's own description of its API and its own examples, against what we read, what we ask and what the simulator answers.
// They are Sentry's (FSL-1.1) and not part of the project: API_CONTRACTS names the folder they lie in; without it there is nothing to compare.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  errorRow,
  eventShape,
  issueDetailShape,
  issueShape,
  projectShape,
  releaseShape,
  searchRow,
  tagShape,
} from '#mcp-servers/sentry/schema.ts'
import { stackTracesOf } from '#mcp-servers/sentry/stack-trace.ts'
import type { Handler } from '../../simulator/listen.ts'
import { scenarioNamed } from '../../simulator/scenarios/index.ts'
import { NOW, serve, simulated } from './served.ts'
import type { Served } from './served.ts'

const CONTRACTS = process.env['API_CONTRACTS'] ?? 'absent'
const isThere = existsSync(`${CONTRACTS}/sentry-openapi`)

type Schema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>
type Operation = {
  parameters: { name: string; in: string; schema: Schema }[]
  responses: Record<
    string,
    { content: Record<string, { schema: Schema; examples?: Record<string, { value: unknown }> }> }
  >
}
const description: { paths: Record<string, { get?: Operation }> } = isThere
  ? JSON.parse(gunzipSync(readFileSync(`${CONTRACTS}/sentry-openapi/openapi-derefed.json.gz`)).toString())
  : { paths: {} }
const ORGANIZATION = '/api/0/organizations/{organization_id_or_slug}'

function answerOf(path: string) {
  const answer = description.paths[path]?.get?.responses['200']?.content['application/json']
  if (!answer) throw new Error(`${path} is not described`)
  return answer
}

describe.runIf(isThere)('what we read', () => {
  test.each([
    ['/issues/', issueShape],
    ['/issues/{issue_id}/', issueDetailShape],
    ['/issues/{issue_id}/events/', eventShape],
    ['/issues/{issue_id}/events/{event_id}/', eventShape],
    ['/issues/{issue_id}/tags/{key}/', tagShape],
    ['/projects/', projectShape],
    ['/releases/', releaseShape],
  ])('the example of %s', (path, shape) => {
    const examples = Object.values(answerOf(`${ORGANIZATION}${path}`).examples ?? {}).flatMap(example => example.value)
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(shape.safeParse(example).error).toBeUndefined()
  })

  test.each([
    [/^(?:.+-)?issue$/, issueDetailShape],
    [/^(?!trace-)(?:.+-)?event$/, eventShape],
    [/^issue-tag-values$/, tagShape],
    [/^release$/, releaseShape],
    [/^project$/, projectShape],
  ])('the samples %s', (names, shape) => {
    const samples = readdirSync(`${CONTRACTS}/sentry-mcp-fixtures`).filter(file =>
      names.test(file.replace('.json', '')),
    )
    expect(samples.length).toBeGreaterThan(0)
    for (const file of samples) expect([file, shape.safeParse(sample(file)).error]).toEqual([file, undefined])
  })

  test('the samples of tables', () => {
    const row = z.object({ data: z.array(searchRow) })
    expect(row.safeParse(sample('events-errors.json')).error).toBeUndefined()
    expect(row.safeParse(sample('events-errors-empty.json')).error).toBeUndefined()
    expect(Object.keys(errorRow.shape)).toContain('issue.id')
  })

  test('the exceptions of our scenarios are such as SDKs send', () => {
    const sent = z.fromJSONSchema(
      JSON.parse(readFileSync(`${CONTRACTS}/sentry-event-schema/event.schema.json`, 'utf8')),
    )
    for (const name of ['bad-rollout', 'too-many-connections', 'quiet']) {
      const { records } = scenarioNamed(name).tell(NOW, 42).recording
      const exceptions = new Map(records['sentry/events'].map(({ issue, event }) => [issue.id, event.exception]))
      for (const exception of exceptions.values()) expect(sent.safeParse({ exception }).error).toBeUndefined()
    }
  })

  test('a sampled stack trace', () => {
    expect(stackTracesOf(eventShape.parse(sample('event.json')))).toMatchInlineSnapshot(`
      [
        {
          "frames": [
            "Object.fetch (index.js:19631)",
            "OAuthProviderImpl.fetch (index.js:8029)",
            "? (index.js:7809)",
          ],
          "type": "Error",
          "value": "Tool list_organizations is already registered",
        },
      ]
    `)
  })
})

function sample(file: string): unknown {
  return JSON.parse(readFileSync(`${CONTRACTS}/sentry-mcp-fixtures/${file}`, 'utf8'))
}

type Exchange = { url: URL; body: unknown }

/** Every tool once, with every argument: what was asked, and what the simulator answered. */
async function exchanges(): Promise<Exchange[]> {
  const seen: Exchange[] = []
  const answer = simulated(story())
  const recorded: Handler = (request, response, body) => {
    const end = response.end.bind(response)
    response.end = (text: unknown) => {
      seen.push({ url: new URL(request.url ?? '', 'http://127.0.0.1'), body: JSON.parse(String(text)) })
      return end(text)
    }
    return answer(request, response, body)
  }
  const served: Served = await serve(recorded, { projects: ['checkout'] })
  const common = { project: 'checkout', limit: 1 }
  await served.call('get_signals', { from: 'now-3m', to: 'now' })
  await served.call('get_issues', { ...common, status: 'unresolved', sort: 'users' })
  await served.call('get_issue', { issue_id: 'CHECKOUT-1' })
  await served.call('get_events', { ...common, environment: 'production' })
  await served.call('get_events', { issue_id: '7', environment: 'production', limit: 1 })
  await served.call('search_errors', { ...common, query: 'boom OR level:error', environment: 'production' })
  await served.call('get_performance_data', { ...common, transaction: 'POST *', environment: 'production' })
  await served.call('get_releases', { ...common, query: 'v' })
  await served.call('list_projects', { query: 'check', limit: 1 })
  await served.close()
  return seen
}

function story() {
  const of = { project: 'checkout', transaction: 'POST /pay' }
  const frame = { function: 'pay', filename: 'src/pay.ts', lineno: 12, colno: 3, in_app: true, context_line: 'total()' }
  const exception = { values: [{ type: 'TypeError', value: 'boom', stacktrace: { frames: [frame] } }] }
  const surroundings = {
    user: { id: 'u1', email: 'ana@example.com', ip_address: '203.0.113.7', plan: 'free' },
    request: {
      method: 'POST',
      url: 'https://shop/pay',
      query_string: 'a=1',
      headers: { Host: 'shop' },
      cookies: 'sid=1; b=2',
      data: { n: 1 },
    },
    breadcrumbs: {
      values: [
        { timestamp: '2026-11-03T14:02:00Z', category: 'fetch', message: 'GET /cart', data: { status_code: 200 } },
      ],
    },
    contexts: { runtime: { name: 'node', version: '24' } },
    extra: { attempt: 2 },
  }
  const tags = { user: 'u1' }
  const event = { message: 'boom', exception, tags, release: 'v1', environment: 'production', ...surroundings }
  const issue = { id: '7', title: 'TypeError: boom', culprit: 'pay', level: 'error' }
  return {
    'sentry/events': [1, 2].map(minute => ({ at: NOW - minute * 30_000, project: 'checkout', issue, event })),
    'sentry/releases': [{ at: NOW - 60_000, project: 'checkout', version: 'v1' }],
    'sentry/performance': [{ at: NOW - 90_000, ...of, p50: 1, p95: 2, count: 3, failureRate: 0 }],
  }
}

describe.runIf(isThere)('between our client and the simulator', () => {
  let seen: Exchange[]
  beforeAll(async () => void (seen = await exchanges()))
  afterAll(() => expect(new Set(seen.map(({ url }) => described(url)[0])).size).toBe(8))

  test('nothing is asked that Sentry does not describe', () => {
    const problems = seen.flatMap(({ url }) => {
      const [path, { parameters }] = described(url)
      return [...url.searchParams].flatMap(([name, value]) => {
        const known = parameters.find(each => each.in === 'query' && each.name === name)
        if (!known) return [`${path} ${name}`]
        return problemsOf(itemOf(known.schema), typed(value)).map(each => `${path} ${name}${each}`)
      })
    })
    expect([...new Set(problems)]).toEqual([])
  })

  test('nothing is answered that Sentry does not describe', () => {
    const problems = seen.flatMap(({ url, body }) => {
      const [path] = described(url)
      return problemsOf(answerOf(path).schema, body)
        .filter(each => !ONLY_WITH_EXPAND.test(each))
        .map(each => `${path} ${each}`)
    })
    expect([...new Set(problems)]).toEqual([])
  })
})

/** `path in the value: what is wrong`. */
function problemsOf(schema: Schema, value: unknown): string[] {
  const parsed = z.fromJSONSchema(schema, { defaultTarget: 'openapi-3.0' }).safeParse(value)
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** The path as Sentry describes it. */
function described(url: URL): [string, Operation] {
  for (const [path, { get }] of Object.entries(description.paths)) {
    const pattern = new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`)
    if (get && pattern.test(url.pathname)) return [path, get]
  }
  throw new Error(`${url.pathname} is not described`)
}

/** Lists are given one value at a time. */
function itemOf(schema: Schema): Schema {
  const { items } = schema
  return typeof items === 'object' && !Array.isArray(items) ? items : schema
}

/** The description demands these of every listed issue; Sentry's own samples have them only where `expand` asks for them. */
const ONLY_WITH_EXPAND =
  /^\d+\.(inbox|owners|integrationIssues|sentryAppIssues|latestEventHasAttachments|sessionCount|derivedData): /

/** Everything in a URL is text. */
function typed(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true'
  if (/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value)) return `${value}Z` // the description's own examples have no zone
  return /^\d+$/.test(value) ? Number(value) : value
}
