// Grafana's own description of its API, and its own golden files, against what we read, what we ask and what the simulator answers.
// They are Grafana's (AGPL-3.0) and not part of the project: API_CONTRACTS names the folder they lie in; without it there is nothing to compare.
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { resultsOf } from '#mcp-servers/grafana/results.ts'
import {
  alertShape,
  annotationShape,
  dataSourceShape,
  matrixShape,
  queryShape,
  rulesShape,
  searchHitShape,
  silenceShape,
  streamsShape,
} from '#mcp-servers/grafana/schema.ts'
import { minutes, openWorld } from './served.ts'
import type { Served, World } from './served.ts'

const CONTRACTS = process.env['API_CONTRACTS'] ?? 'absent'
const FOLDER = `${CONTRACTS}/grafana-openapi`
const isThere = existsSync(FOLDER)

type Schema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>
type Operation = { parameters?: { name: string; in: string; schema: Schema }[] }
type Description = {
  paths: Record<string, Partial<Record<'get' | 'post', Operation>>>
  components: { schemas: Record<string, Schema & { properties?: Record<string, unknown> }> }
}
const description: Description = isThere
  ? JSON.parse(
      gunzipSync(readFileSync(`${FOLDER}/openapi3.json.gz`))
        .toString()
        .replaceAll('#/components/schemas/', '#/definitions/'),
      split,
    )
  : { paths: {}, components: { schemas: {} } }
const { schemas } = description.components

/** Of an Alertmanager's states it makes one text: `enum: ["[expired active pending]"]`. */
function split(key: string, value: unknown): unknown {
  const [only] = key === 'enum' && Array.isArray(value) && value.length === 1 ? value : []
  return typeof only === 'string' && /^\[.*\]$/.test(only) ? only.slice(1, -1).split(' ') : value
}

describe.runIf(isThere)('what we read', () => {
  test.each([
    ['Hit', searchHitShape],
    ['DataSourceListItemDTO', dataSourceShape],
    ['ItemDTO', annotationShape],
    ['Alert', alertShape],
    ['AlertingRule', rulesShape.shape.data.shape.groups.element.shape.rules.element],
    ['gettableSilence', silenceShape],
  ])('is in the description of %s', (name, shape) => {
    const described = Object.keys(schemas[name]?.properties ?? {})
    const unknown = Object.keys(shape.shape).filter(field => !described.includes(field))
    expect(unknown.filter(field => `${name}.${field}` !== SINCE_GRAFANA_10)).toEqual([])
  })

  test('samples of Prometheus and lines of Loki', () => {
    const { result } = matrixShape.parse(read('prom-matrix.json')).data
    expect(result.map(({ metric, values }) => [metric['__name__'], values.length])).toEqual([
      ['up', 3],
      ['up', 3],
    ])
    expect(streamsShape.parse(read('loki-streams-a.json')).data.result.length).toBeGreaterThan(1)
  })

  test('frames of a matrix', () => {
    const { frames } = z.object({ frames: z.array(z.unknown()) }).parse(read('prom-matrix-frame.jsonc'))
    const { results } = queryShape.parse({ results: { A: { frames } } })
    const { series } = resultsOf(results['A']?.frames ?? []).results
    expect(series.map(({ labels, points }) => [labels['job'], points[0]])).toEqual([
      ['prometheus', [1_435_781_430_781, 1]],
      ['node', [1_435_781_430_781, 0]],
    ])
  })
})

/** A rule's uid came to the list of rules after the description was written. */
const SINCE_GRAFANA_10 = 'AlertingRule.uid'

/** `.jsonc`: golden files begin with what they hold, as comments. */
function read(file: string): unknown {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8')
  return JSON.parse(text.replace(/^\/\/.*$/gm, ''))
}

describe.runIf(isThere)('dashboards that Grafana ships', () => {
  test.each([
    ['prometheus_2_stats', 13],
    ['RDS', 14],
    ['ec2', 15],
  ])('%s is told by its panels', async (file, panels) => {
    const world = openWorld()
    const dashboard = z.looseObject({ uid: z.string(), title: z.string() }).parse(read(`${file}.json`))
    world.recording.dashboards.push(dashboard)
    const { call } = await world.serve()
    const { items } = await call('get_dashboard_summary', { dashboard_id: dashboard.uid, full: true })
    expect(items).toHaveLength(panels)
    await world.close()
  })
})

type Exchange = { method: string; url: URL; body: unknown }

describe.runIf(isThere)('what goes to and fro', () => {
  const seen: Exchange[] = []
  let world: World
  let grafana: Served

  beforeAll(async () => {
    world = openWorld()
    const { recording, now } = world
    world.measure('queue_depth', { service: 'cart' }, minute => minute)
    recording.records['grafana/logs'].push({ at: now, labels: { app: 'cart' }, line: 'ERROR' })
    recording.records['grafana/annotations'].push({ at: now - 1, text: 'deploy', tags: ['deploy'] })
    const alert = { labels: { alertname: 'Slow' }, annotations: { summary: 'slow' } }
    recording.records['grafana/alerts'].push({ at: now - minutes(1), state: 'alerting', ...alert })
    const targets = [{ refId: 'A', expr: 'queue_depth' }]
    recording.dashboards.push({ uid: 'shop', title: 'Shop', tags: ['a'], panels: [{ id: 1, title: 'Queue', targets }] })
    grafana = await world.serve({
      renderer: true,
      instead(path, body) {
        seen.push({ method: 'get', url: new URL(path, 'http://grafana'), body })
        return undefined
      },
    })
    await grafana.call('get_signals', { from: '5m', to: 'now' })
    await grafana.call('get_dashboards', { tags: ['a'], query: 'Shop', full: true })
    await grafana.call('query_panel', { dashboard_id: 'shop', panel_id: 1 })
    await grafana.call('execute_query', { datasource: 'loki', query: '{app="cart"}' })
    await grafana.call('get_annotations', { tags: ['deploy'], dashboard_id: 'shop' })
    await grafana.call('list_datasources')
    const headers = { authorization: 'Bearer right' }
    const silence = {
      comment: 'known',
      createdBy: 'ann',
      startsAt: new Date(world.now).toISOString(),
      endsAt: new Date(world.now + minutes(5)).toISOString(),
      matchers: [{ name: 'alertname', value: 'Slow', isRegex: false, isEqual: true }],
    }
    const init = { method: 'POST', headers, body: JSON.stringify(silence) }
    await fetch(`${grafana.url}/api/alertmanager/grafana/api/v2/silences`, init)
  })
  afterAll(() => world.close())

  test('we ask only what Grafana describes', () => {
    const problems = seen.flatMap(({ url }) => {
      const operation = describedAt(url)
      if (operation === 'elsewhere') return []
      if (!operation) return [`${url.pathname} is not described`]
      const known = new Set(operation.parameters?.map(({ name }) => name))
      return [...url.searchParams.keys()].filter(name => !known.has(name)).map(name => `${url.pathname} ${name}`)
    })
    expect([...new Set(problems)]).toEqual([])
  })

  test('a query is a MetricRequest', () => {
    const queries = seen.filter(({ url }) => url.pathname === '/api/ds/query')
    expect(queries.length).toBeGreaterThan(1)
    for (const { body } of queries) expect(problemsOf('MetricRequest', JSON.parse(String(body)))).toEqual([])
  })

  test.each([
    ['/api/search', 'HitList'],
    ['/api/dashboards/uid/shop', 'DashboardFullWithMeta'],
    ['/api/datasources', 'DataSourceList'],
    ['/api/annotations', undefined],
    ['/api/prometheus/grafana/api/v1/rules', 'RuleResponse'],
    ['/api/alertmanager/grafana/api/v2/alerts', 'gettableAlerts'],
    ['/api/alertmanager/grafana/api/v2/silences', 'gettableSilences'],
  ])('the simulator answers %s as described', async (path, name) => {
    const headers = { authorization: 'Bearer right' }
    const answer: unknown = await (await fetch(grafana.url + path, { headers })).json()
    expect(Array.isArray(answer) ? answer.length : 1).toBeGreaterThan(0)
    const problems = name
      ? problemsOf(name, answer)
      : z
          .array(z.unknown())
          .parse(answer)
          .flatMap(each => problemsOf('ItemDTO', each))
    expect(problems).toEqual([])
  })
})

/** What Grafana hands through to Prometheus and Loki, its Alertmanager and its renderer are described elsewhere. */
function describedAt({ pathname }: URL): Operation | 'elsewhere' | undefined {
  if (/^\/api\/(?:datasources\/proxy|prometheus|alertmanager|frontend)\/|^\/render\//.test(pathname)) return 'elsewhere'
  for (const [path, { get, post }] of Object.entries(description.paths)) {
    const pattern = new RegExp(`^/api${path.replace(/\{[^}]+\}/g, '[^/]+')}$`)
    if (pattern.test(pathname)) return get ?? post
  }
  return undefined
}

/** `path in the value: what is wrong`. */
function problemsOf(name: string, value: unknown): string[] {
  const schema = z.fromJSONSchema(
    { $ref: `#/definitions/${name}`, definitions: schemas },
    { defaultTarget: 'openapi-3.0' },
  )
  const { error } = schema.safeParse(value)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}
