// What there is to be found in a Grafana: dashboards, their panels, data sources, alerts with silences, annotations.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { minutes, openWorld } from '../../../test/grafana/served.ts'
import type { World } from '../../../test/grafana/served.ts'

const SECRET = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
let world: World

beforeEach(() => {
  world = openWorld()
})
afterEach(async () => world.close())

test('dashboards come page by page, with panels on request', async () => {
  world.recording.dashboards.push(
    {
      uid: 'shop',
      title: 'Shop',
      tags: ['prod'],
      panels: [
        { id: 1, title: 'Errors' },
        { type: 'row', id: 2 },
      ],
    },
    { uid: 'db', title: 'Database', tags: ['prod'], panels: [{ id: 4, title: `token=${SECRET}` }] },
    { uid: 'lab', title: 'Laboratory', tags: ['test'] },
  )
  const { call, text } = await world.serve()
  expect(await text('get_dashboards', { tags: ['prod'], full: true })).toMatchInlineSnapshot(`
    "db  Database  [prod]
      4: token=[redacted]
    shop  Shop  [prod]
      1: Errors"
  `)
  const first = await call('get_dashboards', { limit: 2 })
  expect(first).toMatchObject({ items: [{ uid: 'db' }, { uid: 'lab' }], truncated: true, nextCursor: '2.2' })
  // The size of a page is the cursor's: another one would skip some.
  const second = await call('get_dashboards', { limit: 1, cursor: first['nextCursor'] })
  expect(second).toMatchObject({ items: [{ uid: 'shop' }], truncated: false })
  expect(await text('get_dashboards', { query: 'nothing' })).toMatchInlineSnapshot(
    `"None. Leave out query, tags or folder."`,
  )
})

test('a dashboard is told by its panels and variables, its queries on request, rows opened', async () => {
  world.recording.dashboards.push({
    uid: 'shop',
    title: 'Shop',
    templating: {
      list: [
        { name: 'service', type: 'query', current: { value: ['cart', 'web'] } },
        { name: 'filters', type: 'adhoc', current: { value: { odd: true } } },
      ],
    },
    panels: [
      {
        type: 'row',
        id: 1,
        panels: [
          {
            id: 7,
            type: 'timeseries',
            title: 'Errors',
            datasource: { uid: 'prometheus', type: 'prometheus' },
            fieldConfig: { defaults: { unit: 'percentunit' } },
            targets: [{ refId: 'A', expr: 'rate(errors_total{service=~"$service"}[5m])' }],
          },
        ],
      },
      { id: 8, type: 'text', title: 'Read me' },
    ],
  })
  const { call, text } = await world.serve()
  expect(await text('get_dashboard_summary', { dashboard_id: 'shop', full: true })).toMatchInlineSnapshot(`
    "Shop  http://grafana/d/shop
    $service = cart, web
    $filters = (no value)
    7  Errors  (timeseries)
      A: rate(errors_total{service=~"$service"}[5m])
    8  Read me  (text)"
  `)
  const brief = await call('get_dashboard_summary', { dashboard_id: 'shop', limit: 1 })
  expect(brief).toMatchObject({ items: [{ id: 7, unit: 'percentunit' }], truncated: true, nextCursor: '1' })
  expect(JSON.stringify(brief)).not.toContain('errors_total')
  await expect(call('get_dashboard_summary', { dashboard_id: 'other' })).rejects.toMatchObject({ code: 'not_found' })
})

test.each(['../api/org', 'a/b', 'a?x=1', 'a b', '', 'x'.repeat(41)])(
  '%s is no uid, and nothing is asked',
  async uid => {
    const { call } = await world.serve()
    await expect(call('get_dashboard_summary', { dashboard_id: uid })).rejects.toThrow('uid of a dashboard')
    expect(world.requests).toEqual([])
  },
)

test('data sources say how each is asked', async () => {
  const others = JSON.stringify([
    { uid: 'p', name: 'Metrics', type: 'prometheus', isDefault: true },
    { uid: 'c', name: 'AWS', type: 'cloudwatch' },
    { uid: 'i', name: 'Old', type: 'influxdb', jsonData: null },
    { broken: true },
  ])
  const { text } = await world.serve({
    instead: path => (path === '/api/datasources' ? { status: 200, body: others } : undefined),
  })
  expect(await text('list_datasources')).toMatchInlineSnapshot(`
    "p  prometheus  Metrics  (default)
    c  cloudwatch  AWS
    i  influxdb  Old  (not asked)"
  `)
  expect(await text('list_datasources', { type: 'loki' })).toMatchInlineSnapshot(`"None of this type. Leave type out."`)
})

test('alerts come firing first, with what silences them; a part that fails leaves the others standing', async () => {
  const { 'grafana/alerts': alerts } = world.recording.records
  const labels = { alertname: 'Slow', service: 'cart' }
  const at = world.now - minutes(10)
  alerts.push({ at, state: 'alerting', labels, annotations: { summary: `slow, token=${SECRET}` } })
  alerts.push({ at: at + 1, state: 'pending', labels: { alertname: 'Full', service: 'db' }, annotations: {} })
  alerts.push({ at, state: 'normal', labels: { alertname: 'Fine' }, annotations: {} })
  let down = false
  const { call, text, url } = await world.serve({
    instead: path => (down && path.includes('alertmanager') ? { status: 500, body: '' } : undefined),
  })
  const silence = {
    comment: 'known since Monday',
    createdBy: 'ann@example.com',
    startsAt: new Date(at).toISOString(),
    endsAt: new Date(world.now + minutes(5)).toISOString(),
    matchers: [{ name: 'service', value: 'ca.*', isRegex: true, isEqual: true }],
  }
  const headers = { authorization: 'Bearer right' }
  const body = JSON.stringify(silence)
  await fetch(`${url}/api/alertmanager/grafana/api/v2/silences`, { method: 'POST', headers, body })
  const told = await text('get_alerts')
  expect(told.replace(/[0-9a-f-]{36}/, 'ID')).toMatchInlineSnapshot(`
    "firing  since 2026-11-03T12:20:00.000Z  (silenced)  Slow{service=cart, grafana_folder=Alerts}  slow, token=[redacted]
    pending  since 2026-11-03T12:20:00.001Z  Full{service=db, grafana_folder=Alerts}
    silence ID (active) until 2026-11-03T12:35:00.000Z: service=~ca.*  known since Monday ([redacted]@example.com)"
  `)
  expect(await call('get_alerts', { state: 'all' })).toMatchObject({
    items: [
      { state: 'firing', silencedBy: [expect.any(String)] },
      { state: 'pending' },
      { rule: 'Fine', state: 'inactive' },
    ],
  })
  expect(await call('get_alerts', { labels: { service: 'db' } })).toMatchObject({ items: [{ rule: 'Full' }] })
  expect(await call('get_alerts', { labels: { service: 'web' } })).toMatchObject({
    items: [],
    hint: expect.stringContaining('Nothing fires'),
  })

  down = true
  expect(await call('get_alerts')).toMatchObject({
    items: [{ rule: 'Slow' }, { rule: 'Full' }],
    silences: [],
    missing: [expect.stringContaining('silenced alerts'), expect.stringContaining('silences')],
  })
  const none = await call('get_alerts', { labels: { service: 'web' } })
  expect(none).toMatchObject({ hint: 'None in what could be read.' })
})

test('annotations are read on from where a page ended, whatever is noted meanwhile', async () => {
  const { 'grafana/annotations': notes } = world.recording.records
  for (let i = 1; i <= 5; i++) notes.push({ at: world.now - minutes(6 - i), text: `deploy ${i}`, tags: ['deploy'] })
  notes.push({ at: world.now + 500, text: 'later', tags: ['deploy'] })
  const { call, text } = await world.serve()
  const first = await call('get_annotations', { since: '1h', limit: 2 })
  expect(first).toMatchObject({ items: [{ text: 'deploy 5' }, { text: 'deploy 4' }], truncated: true })
  world.now += 1000
  expect(await text('get_annotations', { cursor: first['nextCursor'], limit: 2 })).toMatchInlineSnapshot(`
    "2026-11-03T12:27:00.000Z deploy 3 [deploy]
    2026-11-03T12:26:00.000Z deploy 2 [deploy]
    Narrow by since or tags.
    cursor: 1793705400000.1793709000000.4"
  `)
  expect(await text('get_annotations', { tags: ['none'] })).toMatchInlineSnapshot(
    `"None. Look further back with since, or leave out tags."`,
  )
})

test('a page ends where 64 KB are full, and the next one begins there', async () => {
  const targets = [{ refId: 'A', expr: `up{x="${'y'.repeat(7000)}"}` }]
  const panels = Array.from({ length: 20 }, (_, i) => ({ id: i + 1, title: `Panel ${i}`, targets }))
  world.recording.dashboards.push({ uid: 'big', title: 'Big', panels })
  const { call } = await world.serve()
  const seen: number[] = []
  let cursor: unknown
  do {
    const page = await call('get_dashboard_summary', { dashboard_id: 'big', full: true, cursor })
    expect(JSON.stringify(page).length).toBeLessThan(70_000)
    seen.push(...(page['items'] as { id: number }[]).map(({ id }) => id))
    cursor = page['nextCursor']
  } while (cursor)
  expect(seen).toEqual(panels.map(({ id }) => id))
})
