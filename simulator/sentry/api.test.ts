import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud } from '../cloud.ts'
import { listen, type Listener } from '../listen.ts'
import { emptyRecords } from '../recording.ts'
import { sentryApi } from './api.ts'

const noon = Date.parse('2026-01-01T12:00:00Z')
const minute = 60_000
let now = noon + 30 * minute
let listener: Listener

beforeAll(async () => {
  const records = emptyRecords()
  const old = {
    id: '11',
    title: 'Error: slow search',
    culprit: 'search',
    level: 'warning',
    firstSeen: '2025-11-01T00:00:00Z',
  }
  const fresh = {
    id: '12',
    title: "TypeError: Cannot read properties of undefined (reading 'x')",
    culprit: 'total(cart.js)',
    level: 'error',
  }
  for (let i = 0; i < 40; i++) {
    const at = noon + i * minute
    records['sentry/events'].push({
      at,
      project: 'search',
      issue: old,
      event: { message: 'slow', tags: { user: `u${i % 5}` } },
    })
    if (i >= 20) {
      const exception = { values: [{ type: 'TypeError', value: 'Cannot read' }] }
      const event = {
        message: `reading x ${i}`,
        exception,
        release: 'v2',
        environment: 'production',
        transaction: 'POST /pay',
        user: { id: 'u1', plan: 'free' },
        request: { url: 'https://shop/pay', headers: { Host: 'shop' }, cookies: 'sid=1; b=2', data: 'n=1' },
        breadcrumbs: { values: [{ category: 'fetch', message: 'GET /cart' }] },
        contexts: { runtime: { name: 'node' } },
        extra: { attempt: 2 },
      }
      records['sentry/events'].push({ at, project: 'checkout', issue: fresh, event })
    }
    const load = { p50: 100, p95: i < 20 ? 200 : 800, count: i < 20 ? 30 : 10, failureRate: i < 20 ? 0 : 0.5 }
    records['sentry/performance'].push({ at, project: 'checkout', transaction: 'POST /pay', ...load })
  }
  records['sentry/releases'].push(
    { at: noon - minute, project: 'checkout', version: 'v1' },
    { at: noon + 19 * minute, project: 'checkout', version: 'v2' },
  )
  const recording = {
    name: 'small',
    start: noon - minute,
    end: noon + 60 * minute,
    records,
    series: [],
    dashboards: [],
  }
  const api = sentryApi(
    openCloud({ recording }, () => now),
    { token: 'secret' },
  )
  listener = await listen((request, response, body) => api.handle(request, response, body))
})
afterAll(() => listener.close())

type Row = Record<string, unknown>

async function get<Body = Row[]>(path: string, token = 'secret') {
  const answer = await fetch(`${listener.url}/api/0/${path}`, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, link: answer.headers.get('link') ?? '', body: (await answer.json()) as Body }
}

test('issues are counted from what has been seen by now, newest first', async () => {
  const { body } = await get('organizations/demo/issues/?sort=new')
  const [fresh, old] = body
  expect(body).toHaveLength(2)
  expect(fresh).toMatchObject({ id: '12', shortId: 'CHECKOUT-1', count: '11', level: 'error', status: 'unresolved' })
  expect(fresh).toMatchObject({
    firstSeen: new Date(noon + 20 * minute).toISOString(),
    lastSeen: new Date(now).toISOString(),
    project: { slug: 'checkout' },
    metadata: { type: 'TypeError', value: "Cannot read properties of undefined (reading 'x')" },
  })
  expect(old).toMatchObject({
    id: '11',
    count: '31',
    userCount: 5,
    firstSeen: '2025-11-01T00:00:00.000Z',
    substatus: 'ongoing',
  })
  expect(old?.['stats']).toMatchObject({ '24h': { 22: [expect.any(Number), 0], 23: [noon / 1000, 31] } })

  now = noon - minute / 2
  expect((await get('organizations/demo/issues/')).body).toEqual([])
  now = noon + 30 * minute
})

test('a window counts within it; lifetime tells the whole', async () => {
  const { body } = await get(
    `projects/demo/search/issues/?start=${new Date(noon).toISOString()}&end=${new Date(noon + 4 * minute).toISOString()}`,
  )
  expect(body).toMatchObject([
    {
      count: '5',
      firstSeen: '2026-01-01T12:00:00.000Z',
      lifetime: { count: '31', firstSeen: '2025-11-01T00:00:00.000Z' },
    },
  ])
})

test.each([
  ['is:unresolved firstSeen:-15m', ['12']],
  ['!level:error', ['11']],
  ['release:v2 "reading x"', ['12']],
  ['reading timesSeen:>100', []],
  ['transaction:"POST *"', ['12']],
  ['lastSeen:<2026-01-01T12:29:00', []],
  ['is:resolved', []],
])('search: %s', async (query, ids) => {
  const { body } = await get(`organizations/demo/issues/?query=${encodeURIComponent(query)}`)
  expect(body.map(issue => issue['id'])).toEqual(ids)
})

test('events of an issue, in pages that link to each other', async () => {
  const first = await get('organizations/demo/issues/12/events/?per_page=6')
  expect(first.body).toHaveLength(6)
  const [, next] = /<([^>]+)>; rel="next"; results="true"/.exec(first.link) ?? []
  const second = await get(String(next).split('/api/0/')[1] ?? '')
  expect(second.body).toHaveLength(5)
  expect(second.link).toMatch(/rel="next"; results="false"/)
  const latest = await get<Row>('issues/CHECKOUT-1/events/latest/')
  expect(latest.body).toMatchObject({
    eventID: first.body[0]?.['eventID'],
    message: 'reading x 30',
    release: { version: 'v2' },
  })
  expect(latest.body['entries']).toContainEqual({
    type: 'exception',
    data: expect.objectContaining({ values: [expect.objectContaining({ type: 'TypeError', value: 'Cannot read' })] }),
  })
  const tag = await get<Row>('organizations/demo/issues/12/tags/release/')
  expect(tag.body).toMatchObject({
    totalValues: 11,
    topValues: [{ value: 'v2', count: 11 }],
  })
})

test('the latest event of an issue tells what surrounded it, as the SDK sent it', async () => {
  const { body } = await get<Row>('organizations/demo/issues/12/events/latest/')
  expect(body).toMatchObject({
    user: { id: 'u1', email: null, data: { plan: 'free' } },
    context: { attempt: 2 },
    contexts: { runtime: { name: 'node', type: 'runtime' } },
    entries: [
      { type: 'exception' },
      { type: 'message' },
      { type: 'breadcrumbs', data: { values: [{ category: 'fetch', message: 'GET /cart', level: 'info' }] } },
      {
        type: 'request',
        data: {
          url: 'https://shop/pay',
          data: 'n=1',
          headers: [['Host', 'shop']],
          cookies: [
            ['sid', '1'],
            ['b', '2'],
          ],
        },
      },
    ],
  })
})

test('releases, projects and tables', async () => {
  const releases = await get('organizations/demo/releases/?project=checkout')
  expect(releases.body.map(release => [release['version'], release['newGroups']])).toEqual([
    ['v2', 1],
    ['v1', 0],
  ])
  expect((await get('projects/')).body.map(project => project['slug'])).toEqual(['checkout', 'search'])

  const field = ['transaction', 'p50()', 'p95()', 'count()', 'failure_rate()']
    .map(name => `field=${encodeURIComponent(name)}`)
    .join('&')
  const start = new Date(noon + 19 * minute).toISOString()
  const table = await get<{ data: Row[] }>(
    `organizations/demo/events/?${field}&start=${start}&end=${new Date(noon + 20 * minute).toISOString()}&sort=-p95`,
  )
  expect(table.body.data).toEqual([
    {
      transaction: 'POST /pay',
      'p50()': 100,
      'p95()': (200 * 30 + 800 * 10) / 40,
      'count()': 40,
      'failure_rate()': 5 / 40,
    },
  ])
  const errors = await get<{ data: Row[] }>(
    'organizations/demo/events/?dataset=errors&field=title&field=count()&field=release&sort=-count()&statsPeriod=5m',
  )
  expect(errors.body.data.map(row => [row['count()'], row['release']])).toEqual([
    [6, null],
    [6, 'v2'],
  ])
})

test.each([
  ['slow OR release:v2', [11, 12]],
  ['(level:warning OR release:v2) AND user:u1', [11]],
  ['level:[error,fatal]', [12]],
  ['!has:release', [11]],
])('error events are searched with AND, OR, lists: %s', async (query, issues) => {
  const fields = 'dataset=errors&field=issue.id&field=count()&sort=issue.id'
  const { body } = await get<{ data: Row[] }>(`organizations/demo/events/?${fields}&query=${encodeURIComponent(query)}`)
  expect(body.data.map(row => row['issue.id'])).toEqual(issues)
})

test('strangers, unknown things and what is not played are told apart', async () => {
  expect(await get('projects/', 'wrong')).toMatchObject({ status: 401, body: { detail: 'Invalid token' } })
  expect((await get('organizations/other/issues/')).status).toBe(404)
  expect((await get('organizations/demo/issues/99/')).status).toBe(404)
  expect((await get('organizations/demo/issues/?project=gone')).status).toBe(403)
  expect(await get('organizations/demo/issues/?query=a%20OR%20b')).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('are not supported in this search') },
  })
  const broken = 'organizations/demo/events/?dataset=errors&field=title&query=(level:error'
  expect(await get(broken)).toMatchObject({ status: 400, body: { detail: expect.stringContaining('Parse error') } })
  expect((await get('organizations/demo/replays/')).status).toBe(400)
})
