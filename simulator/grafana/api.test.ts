// Grafana as a client sees it over HTTP.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { openCloud } from '../cloud.ts'
import type { Story } from '../story.ts'
import { grafanaApi } from './api.ts'
import { series, smallStory } from './small-story.ts'

const minute = 60_000
const latency = { alertname: 'High latency', service: 'web', pod: 'web-1' }
const story = smallStory({
  series: [
    series('up', { job: 'web' }, [
      [0, 1],
      [60, 1],
      [120, 0],
      [180, 0],
    ]),
    series('up', { job: 'db' }, [
      [0, 1],
      [60, 1],
      [120, 1],
      [180, 1],
    ]),
    series('hits_total', { job: 'web' }, [
      [0, 0],
      [60, 60],
      [120, 120],
    ]),
  ],
  logs: [
    { at: minute, labels: { app: 'web' }, line: 'all is well' },
    { at: 2 * minute, labels: { app: 'web' }, line: 'upstream timed out' },
    { at: 2 * minute, labels: { app: 'web' }, line: 'upstream timed out' },
  ],
  annotations: [
    { at: minute, text: 'deploy web 1.2.3', tags: ['deploy', 'service:web'] },
    { at: 90_000, end: 3 * minute, text: 'maintenance', tags: ['maintenance'] },
    { at: 5 * minute, text: 'later', tags: ['deploy'] },
  ],
  alerts: [
    { at: 0, state: 'normal', labels: latency, annotations: { summary: 'p95 is fine' } },
    { at: minute, state: 'pending', labels: latency, annotations: { summary: 'p95 over 1 s' } },
    { at: 2 * minute, state: 'alerting', labels: latency, annotations: { summary: 'p95 over 1 s' } },
    { at: 3 * minute, state: 'alerting', labels: latency, annotations: { summary: 'p95 over 2 s' } },
    { at: 5 * minute, state: 'resolved', labels: latency, annotations: { summary: 'p95 is fine' } },
  ],
  dashboards: [
    { uid: 'abc', title: 'Web / Overview', tags: ['web'], panels: [{ id: 1 }] },
    { uid: 'def', title: 'Database', tags: ['db', 'postgres'] },
  ],
})

/** Grafana over the story on a port of its own, and a clock that the test turns forward. */
async function open(now: number, told: Story = story) {
  const clock = { now }
  const api = grafanaApi(
    openCloud(told, () => clock.now),
    { token: 'secret' },
  )
  const server = createServer(async (request, response) => api.handle(request, response, await text(request)))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''

  async function ask(path: string, init: RequestInit = {}) {
    const response = await fetch(url + path, { ...init, headers: { authorization: 'Bearer secret', ...init.headers } })
    const body = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return { status: response.status, body: isJson ? JSON.parse(body) : body }
  }
  return {
    clock,
    url,
    ask,
    get: async (path: string) => (await ask(path)).body,
    query(asked: Record<string, unknown>, from: string | number, to: string | number) {
      const request = { queries: [{ refId: 'A', ...asked }], from, to }
      return ask('/api/ds/query', { method: 'POST', body: JSON.stringify(request) })
    },
  }
}

const prometheus = { uid: 'prometheus', type: 'prometheus' }
const loki = { uid: 'loki', type: 'loki' }

test('only the token opens it; health needs none', async () => {
  const { ask, get, url } = await open(0)
  const wrong = await ask('/api/org', { headers: { authorization: 'Bearer wrong' } })
  expect(wrong).toMatchObject({ status: 401, body: { message: 'Invalid API key' } })
  const none = await fetch(`${url}/api/org`)
  expect(none.status).toBe(401)
  const health = await fetch(`${url}/api/health`)
  expect(await health.json()).toMatchObject({ database: 'ok' })
  expect(await get('/api/org')).toMatchObject({ id: 1, name: 'Main Org.' })
})

test('what is not there is 404, what is not simulated 400 and says so', async () => {
  const { ask, query } = await open(0)
  expect((await ask('/render/d-solo/abc')).status).toBe(404)
  expect(await ask('/api/teams/search')).toEqual({
    status: 400,
    body: { message: 'not simulated: GET /api/teams/search' },
  })
  expect((await ask('/api/datasources/uid/%E0%A4%A')).status).toBe(400)
  expect((await ask('/api/datasources/uid/tempo')).status).toBe(404)
  expect((await query({ datasource: { uid: 'tempo' } }, 'now-1h', 'now')).status).toBe(404)
  expect((await ask('/api/ds/query', { method: 'POST', body: '{' })).status).toBe(400)
})

test('data sources are those the recording can answer for', async () => {
  const { get } = await open(0)
  const sources = await get('/api/datasources')
  expect(sources).toMatchObject([
    { uid: 'prometheus', type: 'prometheus', isDefault: true, jsonData: { timeInterval: '60s' } },
    { uid: 'loki', type: 'loki', isDefault: false },
  ])
  const nothing = await open(0, smallStory({}))
  expect(await nothing.get('/api/datasources')).toEqual([])
})

test('dashboards are found by title and tag, page by page, and read by uid', async () => {
  const { ask, get } = await open(0)
  const uids = async (search: string) => (await get(`/api/search?${search}`)).map((hit: { uid: string }) => hit.uid)
  expect(await uids('type=dash-db')).toEqual(['def', 'abc'])
  expect(await uids('query=overview')).toEqual(['abc'])
  expect(await uids('tag=db&tag=postgres')).toEqual(['def'])
  expect(await uids('limit=1&page=2')).toEqual(['abc'])
  expect(await uids('type=dash-folder')).toEqual([])
  expect(await get('/api/dashboards/uid/abc')).toMatchObject({
    meta: { slug: 'web-overview', url: '/d/abc/web-overview' },
    dashboard: { uid: 'abc', title: 'Web / Overview', panels: [{ id: 1 }] },
  })
  expect((await ask('/api/dashboards/uid/xyz')).status).toBe(404)
})

test('a range query comes as a frame for each series, on the aligned step', async () => {
  const { query } = await open(2 * minute)
  const asked = {
    datasource: prometheus,
    expr: 'up',
    range: true,
    intervalMs: minute,
    maxDataPoints: 100,
    legendFormat: '{{job}} up',
  }
  const { status, body } = await query(asked, '0', String(2 * minute + 500))
  expect(status).toBe(200)
  expect(body.results.A.status).toBe(200)
  expect(body.results.A.frames).toHaveLength(2)
  expect(body.results.A.frames[0]).toEqual({
    schema: {
      refId: 'A',
      meta: {
        type: 'timeseries-multi',
        typeVersion: [0, 1],
        custom: { resultType: 'matrix' },
        executedQueryString: 'Expr: up\nStep: 1m',
      },
      fields: [
        { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' }, config: { interval: minute } },
        {
          name: 'up',
          type: 'number',
          typeInfo: { frame: 'float64' },
          labels: { __name__: 'up', job: 'web' },
          config: { displayNameFromDS: 'web up' },
        },
      ],
    },
    data: {
      values: [
        [0, minute, 2 * minute],
        [1, 1, 0],
      ],
    },
  })
})

test('instant queries: numbers, raw samples, values JSON cannot hold, nothing at all; variables are written out', async () => {
  const { query } = await open(3 * minute)
  const frames = async (expr: string) =>
    (await query({ datasource: prometheus, expr, instant: true }, 'now-10m', 'now')).body.results.A.frames
  expect(await frames('sum(up)')).toMatchObject([
    { schema: { meta: { type: 'numeric-multi' } }, data: { values: [[3 * minute], [1]] } },
  ])
  expect(await frames('up{job="web"}[2m]')).toMatchObject([
    {
      data: {
        values: [
          [2 * minute, 3 * minute],
          [0, 0],
        ],
      },
    },
  ])
  expect(await frames('sum(up) / 0')).toMatchObject([
    { data: { values: [[3 * minute], [null]], entities: [null, { Inf: [0] }] } },
  ])
  expect(await frames('nothing')).toMatchObject([{ schema: { fields: [] }, data: { values: [] } }])
  // 240 s is four scrapes of 60 s: samples at 0 (left out) to 120 of 180
  expect(await frames('increase(hits_total[$__rate_interval])')).toMatchObject([
    { schema: { meta: { executedQueryString: 'Expr: increase(hits_total[4m])\nStep: 5s' } } },
  ])
})

test('one query in error leaves the other its answer, under status 400', async () => {
  const { ask } = await open(3 * minute)
  const queries = [
    { refId: 'A', datasource: prometheus, expr: 'quantile(0.5, up)' },
    { refId: 'B', datasource: prometheus, expr: 'up', instant: true },
  ]
  const request = { method: 'POST', body: JSON.stringify({ queries, from: 'now-5m', to: 'now' }) }
  const { status, body } = await ask('/api/ds/query', request)
  expect(status).toBe(400)
  expect(body.results.A).toEqual({
    status: 400,
    frames: [],
    error: 'bad_data: not simulated: aggregation quantile',
    errorSource: 'downstream',
  })
  expect(body.results.B).toMatchObject({ status: 200, frames: [{}, {}] })
})

test('Prometheus behind the proxy and behind resources', async () => {
  const { ask, get } = await open(2 * minute)
  const proxy = '/api/datasources/proxy/uid/prometheus/api/v1'
  expect(await get(`${proxy}/query?query=up[1m]`)).toEqual({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        { metric: { __name__: 'up', job: 'web' }, values: [[120, '0']] },
        { metric: { __name__: 'up', job: 'db' }, values: [[120, '1']] },
      ],
    },
  })
  const form = { method: 'POST', body: new URLSearchParams({ query: 'sum(up)', start: '0', end: '120', step: '1m' }) }
  expect((await ask(`${proxy}/query_range`, form)).body.data.result).toEqual([
    {
      metric: {},
      values: [
        [0, '2'],
        [60, '2'],
        [120, '1'],
      ],
    },
  ])
  expect((await get(`${proxy}/labels`)).data).toEqual(['__name__', 'job'])
  expect(
    (await get('/api/datasources/uid/prometheus/resources/api/v1/label/job/values?match[]=hits_total')).data,
  ).toEqual(['web'])
  expect((await get(`${proxy}/series?match[]={job="web"}`)).data).toEqual([
    { __name__: 'up', job: 'web' },
    { __name__: 'hits_total', job: 'web' },
  ])
  expect((await get(`${proxy}/series?match[]=up&start=200`)).data).toEqual([])
  expect((await get(`${proxy}/metadata`)).data).toMatchObject({
    hits_total: [{ type: 'counter' }],
    up: [{ type: 'unknown' }],
  })
  expect((await get(`${proxy}/rules`)).data).toEqual({ groups: [] })
  expect(await ask(`${proxy}/query?query=up%20offset`)).toMatchObject({ status: 400, body: { errorType: 'bad_data' } })
  expect(await ask(`${proxy}/query_exemplars?query=up`)).toMatchObject({
    status: 400,
    body: { error: 'not simulated: Prometheus API query_exemplars' },
  })
})

test('log lines come as one frame with nanosecond stamps and ids that differ', async () => {
  const { query } = await open(3 * minute)
  const { body } = await query({ datasource: loki, expr: '{app="web"} |= "timed"', queryType: 'range' }, 0, 3 * minute)
  const [frame] = body.results.A.frames
  expect(frame.schema.meta.custom).toEqual({ frameType: 'LabeledTimeValues' })
  expect(frame.schema.fields.map((field: { name: string }) => field.name)).toEqual([
    'labels',
    'Time',
    'Line',
    'tsNs',
    'id',
  ])
  const [labels, times, lines, stamps, ids] = frame.data.values
  expect(labels).toEqual([{ app: 'web' }, { app: 'web' }])
  expect(times).toEqual([2 * minute, 2 * minute])
  expect(lines).toEqual(['upstream timed out', 'upstream timed out'])
  expect(stamps).toEqual(['120000000000', '120000000000'])
  expect(new Set(ids).size).toBe(2)

  const counted = await query(
    { datasource: loki, expr: 'sum(count_over_time({app="web"}[5m]))', queryType: 'instant' },
    0,
    3 * minute,
  )
  expect(counted.body.results.A.frames).toMatchObject([
    { schema: { fields: [{}, { name: 'Value' }] }, data: { values: [[3 * minute], [3]] } },
  ])
})

test('Loki behind the proxy: labels, streams, and errors as plain text', async () => {
  const { ask, get } = await open(3 * minute)
  const proxy = '/api/datasources/proxy/uid/loki/loki/api/v1'
  expect((await get(`${proxy}/labels`)).data).toEqual(['app'])
  expect((await get('/api/datasources/uid/loki/resources/label/app/values')).data).toEqual(['web'])
  const found = await get(
    `${proxy}/query_range?query={app="web"}&start=60000000000&end=180000000000&limit=2&direction=forward`,
  )
  expect(found.data.result).toEqual([
    {
      stream: { app: 'web' },
      values: [
        ['60000000000', 'all is well'],
        ['120000000000', 'upstream timed out'],
      ],
    },
  ])
  expect(await ask(`${proxy}/query_range?query={app="web"}|json`)).toEqual({
    status: 400,
    body: 'not simulated: LogQL parser or label stage',
  })
})

test('annotations by time, tags and kind; a region is open until its end has come', async () => {
  const { clock, get } = await open(2 * minute)
  const texts = async (search: string) =>
    (await get(`/api/annotations?${search}`)).map((each: { text: string }) => each.text)
  expect(await texts('type=annotation')).toEqual(['maintenance', 'deploy web 1.2.3'])
  expect((await get('/api/annotations?tags=maintenance'))[0]).toMatchObject({ time: 90_000, timeEnd: 90_000 })
  clock.now = 4 * minute
  expect((await get('/api/annotations?tags=maintenance'))[0]).toMatchObject({ time: 90_000, timeEnd: 3 * minute })
  expect(await texts(`type=annotation&from=${2 * minute}&to=${4 * minute}`)).toEqual(['maintenance'])
  expect(await texts('tags=deploy&tags=service:web')).toEqual(['deploy web 1.2.3'])
  expect(await texts('tags=deploy&tags=maintenance')).toEqual([])
  expect(await texts('tags=deploy&tags=maintenance&matchAny=true')).toEqual(['maintenance', 'deploy web 1.2.3'])
  expect(await texts('type=annotation&limit=1')).toEqual(['maintenance'])
  expect((await get('/api/annotations?type=alert'))[0]).toMatchObject({
    time: 2 * minute,
    alertName: 'High latency',
    prevState: 'Pending',
    newState: 'Alerting',
  })
})

test('an alert has the state of its last record by now, since that state began', async () => {
  const { clock, get } = await open(minute)
  const rules = async () =>
    (await get('/api/prometheus/grafana/api/v1/rules')).data.groups.flatMap(
      (group: { rules: unknown[] }) => group.rules,
    )
  const firing = () => get('/api/alertmanager/grafana/api/v2/alerts')
  expect(await rules()).toMatchObject([{ name: 'High latency', state: 'pending', alerts: [{ state: 'Pending' }] }])
  expect(await firing()).toEqual([])

  clock.now = 4 * minute
  expect(await rules()).toMatchObject([
    {
      state: 'firing',
      labels: { service: 'web', pod: 'web-1' },
      annotations: { summary: 'p95 over 2 s' },
      alerts: [{ state: 'Alerting', activeAt: '1970-01-01T00:02:00.000Z', labels: latency }],
    },
  ])
  expect(await firing()).toMatchObject([
    {
      labels: latency,
      startsAt: '1970-01-01T00:02:00.000Z',
      status: { state: 'active' },
      annotations: { summary: 'p95 over 2 s' },
    },
  ])
  expect(await get('/api/alertmanager/grafana/api/v2/alerts?filter=service="db"')).toEqual([])
  expect(await get('/api/alertmanager/grafana/api/v2/silences')).toEqual([])
  expect(await get('/api/v1/provisioning/alert-rules')).toMatchObject([
    { title: 'High latency', ruleGroup: 'alerts', orgID: 1 },
  ])

  clock.now = 6 * minute
  expect(await rules()).toMatchObject([
    { state: 'inactive', alerts: [{ state: 'Normal', activeAt: '1970-01-01T00:05:00.000Z' }] },
  ])
  expect(await firing()).toEqual([])
})

test('a silence lies over the alerts that match it until it ends or is taken away', async () => {
  const { ask, clock, get } = await open(2 * minute)
  const alerts = '/api/alertmanager/grafana/api/v2/alerts'
  const path = '/api/alertmanager/grafana/api/v2/silences'
  const post = (body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) })
  const silence = {
    comment: 'known',
    createdBy: 'ann',
    startsAt: new Date(0).toISOString(),
    endsAt: new Date(4 * minute).toISOString(),
    matchers: [{ name: 'service', value: 'we.', isRegex: true, isEqual: true }],
  }
  expect(await post({ ...silence, matchers: [] })).toMatchObject({ status: 400 })
  const { status, body } = await post(silence)
  expect([status, await get(path)]).toMatchObject([202, [{ id: body.silenceID, status: { state: 'active' } }]])
  expect(await get(alerts)).toMatchObject([{ status: { state: 'suppressed', silencedBy: [body.silenceID] } }])
  expect(await get(`${alerts}?silenced=false`)).toEqual([])
  await ask(`/api/alertmanager/grafana/api/v2/silence/${body.silenceID}`, { method: 'DELETE' })
  expect(await get(path)).toMatchObject([{ status: { state: 'expired' } }])
  expect(await get(alerts)).toMatchObject([{ status: { state: 'active', silencedBy: [] } }])

  await post(silence)
  clock.now = 4 * minute
  expect(await get(alerts)).toMatchObject([{ status: { state: 'active' } }])
})

test('a panel is a picture, with a renderer of the size asked for, without one of its own', async () => {
  const { get, url } = await open(0)
  expect(await get('/api/frontend/settings')).toMatchObject({ rendererAvailable: false })
  const headers = { authorization: 'Bearer secret' }
  const response = await fetch(`${url}/render/d-solo/abc/_?panelId=1&width=640`, { headers })
  const bytes = Buffer.from(await response.arrayBuffer())
  expect([response.headers.get('content-type'), bytes.readUInt32BE(16)]).toEqual(['image/png', 300])
  expect((await fetch(`${url}/render/d-solo/xyz/_`, { headers })).status).toBe(404)
})
