// Two simulated Grafanas behind one server: each is asked by its name, its links lead to it, what they saw is kept apart, and
// one that is down costs nothing of the other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { minutes, NOON, openWorld } from '../../../test/grafana/served.ts'
import type { Served, World } from '../../../test/grafana/served.ts'
import { roomDeps } from '../../../test/room-deps.ts'
import { describe } from '../describe.ts'
import type { ReadingPage } from '../signal-schema.ts'
import { grafanaSettings } from './schema.ts'
import { grafanaServer } from './server.ts'

let own: World
let eu: World
let other: Served
let answer: { status: number; body: string } | undefined // of eu, in place of its own

beforeEach(async () => {
  own = openWorld()
  eu = openWorld()
  for (const { recording, measure } of [own, eu]) {
    recording.records['grafana/alerts'].push({
      at: NOON + minutes(10),
      state: 'alerting',
      labels: { alertname: 'Slow', service: 'cart' },
      annotations: { summary: 'cart is slow' },
    })
    recording.dashboards.push({ uid: 'shop', title: 'Shop', panels: [{ id: 3, title: 'Queues' }] })
    measure('queue_depth', { service: 'cart' }, minute => minute)
  }
  answer = undefined
  other = await eu.serve({ instead: () => answer, renderer: true })
})
afterEach(async () => {
  await own.close()
  await eu.close()
})

function both(token = 'right'): Promise<Served> {
  return own.serve({ settings: { others: { eu: { url: other.url, token, mostSeries: 1000 } } } })
}

const lastMinute = () => ({ from: own.now - minutes(1), to: own.now })

test('a read is of the Grafana that is named, else of the default one; of no other; links lead to the one that was read', async () => {
  const { call, url } = await both()
  expect(await call('get_dashboards')).toMatchObject({ items: [{ url: `${url}/d/shop` }] })
  expect(eu.requests).toEqual([])
  own.requests = []
  expect(await call('get_dashboards', { grafana: 'eu' })).toMatchObject({ items: [{ url: `${other.url}/d/shop` }] })
  expect(await call('execute_query', { grafana: 'eu', datasource: 'prometheus', query: 'queue_depth' })).toMatchObject({
    url: expect.stringMatching(`^${other.url}/explore\\?`),
  })
  expect(own.requests).toEqual([])
  expect(await call('list_datasources', { grafana: 'default' })).toEqual(await call('list_datasources'))
})

test('a token may be in a file; one that cannot be read is said at the start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grafana-token-'))
  const tokenFile = join(folder, 'token')
  writeFileSync(tokenFile, 'right\n')
  const { call } = await own.serve({ settings: { others: { eu: { url: other.url, tokenFile, mostSeries: 1000 } } } })
  expect(await call('get_dashboards', { grafana: 'eu' })).toMatchObject({ items: [{ url: `${other.url}/d/shop` }] })
  rmSync(folder, { recursive: true })
  const lost = grafanaSettings.parse({ url: other.url, token: 'right', others: { eu: { url: other.url, tokenFile } } })
  expect(() =>
    grafanaServer(
      lost,
      roomDeps('grafana', () => NOON),
    ),
  ).toThrow(`sources.grafana.others.eu.tokenFile names ${tokenFile}`)
  expect(() => grafanaSettings.parse({ url: other.url, token: 'right', others: { eu: { url: other.url } } })).toThrow(
    'expected token or tokenFile',
  )
})

test('a name nobody gave is refused with the nearest, or with those there are', async () => {
  const { call } = await both()
  await expect(call('get_alerts', { grafana: 'defualt' })).rejects.toThrow('the nearest is default')
  await expect(call('get_alerts', { grafana: 'asia' })).rejects.toThrow('there are default, eu')
})

test('a picture is of the one that has a renderer', async () => {
  const { attached, call } = await both()
  const panel = { dashboard_id: 'shop', panel_id: 3 }
  expect(await attached('render_panel', { ...panel, grafana: 'eu' })).toMatchObject([{ mimeType: 'image/png' }])
  await expect(call('render_panel', panel)).rejects.toMatchObject({ code: 'not_found' })
})

test('signals of both, each by its name; those of the default one have the ids they have alone', async () => {
  const { signals: alone } = (await (await own.serve()).call('get_signals', lastMinute())) as ReadingPage
  const { call, url } = await both()
  const { signals, missing } = (await call('get_signals', lastMinute())) as ReadingPage
  expect(missing).toEqual([])
  const of = (name: string) => signals.filter(({ labels }) => labels['grafana'] === name)
  expect(of('default').map(({ id }) => id)).toEqual(alone.map(({ id }) => id))
  expect(of('eu').map(({ id }) => id)).toEqual(alone.map(({ id }) => id.replace('grafana:', 'grafana/eu:')))
  expect(signals).toHaveLength(2 * alone.length)
  const alarms = signals.filter(({ kind }) => kind === 'alarm')
  expect(alarms).toMatchObject([
    { text: 'Slow: cart is slow', url: expect.stringContaining(`${url}/alerting/`) },
    { text: 'eu: Slow: cart is slow', url: expect.stringContaining(`${other.url}/alerting/`) },
  ])
})

test('one that is down is named, and rests on its own; the other is read', async () => {
  answer = { status: 502, body: '' }
  const { call } = await both()
  for (let i = 0; i < 3; i++) {
    const { signals, missing } = (await call('get_signals', lastMinute())) as ReadingPage
    expect(signals.map(({ labels }) => labels['grafana'])).toEqual(['default', 'default'])
    expect(missing).toEqual([{ source: 'grafana', what: 'everything of eu', why: expect.stringContaining('eu') }])
  }
  await expect(call('get_annotations', { grafana: 'eu' })).rejects.toThrow('grafana eu failed 5 times in a row')
  expect(await call('get_annotations')).toMatchObject({ items: [] })
})

test('a part that cannot be read says of which; a refused token, the setting it is in', async () => {
  answer = { status: 200, body: '<html>Log in</html>' }
  expect(await (await both()).call('get_signals', lastMinute())).toMatchObject({
    missing: [{ what: 'everything of eu', why: expect.stringContaining('sources.grafana.others.eu.url') }],
  })
  answer = undefined
  const { call } = await both('wrong')
  expect(await call('get_signals', lastMinute())).toMatchObject({
    missing: [{ what: 'everything of eu', why: expect.stringContaining('sources.grafana.others.eu.token') }],
  })
  own.measure('http_requests_total', {}, () => 1)
  const { call: bound } = await own.serve({
    settings: { mostSeries: 1, others: { eu: { url: other.url, token: 'right', mostSeries: 1000 } } },
  })
  expect(await bound('get_signals', lastMinute())).toMatchObject({ missing: [{ what: 'series of default' }] })
})

test('the names cost a model little, and one Grafana alone costs nothing', () => {
  const one = { url: 'http://127.0.0.1:1', token: 't' }
  const listOf = (settings: unknown) =>
    grafanaServer(
      grafanaSettings.parse(settings),
      roomDeps('grafana', () => NOON),
    ).tools
  const alone = listOf(one)
  const several = listOf({ ...one, others: { eu: one, us: one } })
  const tokens = (tools: typeof alone) => Math.ceil(JSON.stringify(tools.map(describe)).length / 4)
  expect(alone.filter(({ input }) => 'grafana' in input.shape)).toEqual([])
  expect(several.filter(({ input }) => !('grafana' in input.shape)).map(({ name }) => name)).toEqual(['get_signals'])
  expect(tokens(several) - tokens(alone)).toBeLessThan(200)
  expect(tokens(several)).toBeLessThanOrEqual(5000)
})

test('the settings take no second default, and no name that could not stand in an id', () => {
  const one = { url: 'http://127.0.0.1:1', token: 't' }
  for (const name of ['default', 'e/u', 'e u', '']) {
    expect(grafanaSettings.safeParse({ ...one, others: { [name]: one } }).success).toBe(false)
  }
})
