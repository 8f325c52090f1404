import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { openCloud } from '../../../simulator/cloud.ts'
import { listen } from '../../../simulator/listen.ts'
import type { Handler, Listener } from '../../../simulator/listen.ts'
import { emptyRecords } from '../../../simulator/recording.ts'
import type { Recording } from '../../../simulator/recording.ts'
import { sentryApi } from '../../../simulator/sentry/api.ts'
import { createResilience } from '../resilience.ts'
import type { ReadingPage } from '../wire.ts'
import { readingSchema } from '../wire.ts'
import { sentrySettings } from './schema.ts'
import { sentryServer } from './server.ts'

const NOW = Date.parse('2026-11-03T14:02:30Z')
const minutes = (count: number) => count * 60_000
const events: Recording['records']['sentry/events'] = []
let listener: Listener

beforeEach(() => void (events.length = 0))
afterEach(async () => listener.close())

function happened(at: number, id: string, more: Partial<(typeof events)[0]['event']> = {}, level = 'error'): void {
  const issue = { id, title: `TypeError: ${id}`, culprit: 'checkout.pay', level }
  events.push({ at, project: 'checkout', issue, event: { message: 'boom', ...more } })
}

function clock(): number {
  return NOW
}

async function served(handle: Handler, token = 'right') {
  listener = await listen(handle)
  const settings = sentrySettings.parse({ url: listener.url, organization: 'demo', token })
  const resilience = createResilience({ name: 'sentry', clock, log: SILENT, observe: UNOBSERVED, random: () => 0 })
  const server = sentryServer(settings, { clock, log: SILENT, observe: UNOBSERVED, resilience })
  return async (name: string, input: Record<string, unknown> = {}) => {
    const tool = server.tools.find(each => each.name === name)
    if (!tool || !('run' in tool)) throw new Error(`no tool ${name}`)
    const context = { signal: AbortSignal.timeout(10_000), now: clock, log: SILENT, progress() {} }
    return tool.output.parse(await tool.run(tool.input.parse(input), context))
  }
}

function simulated(more: Partial<Recording['records']> = {}): Handler {
  const records = { ...emptyRecords(), 'sentry/events': events.toSorted((a, b) => a.at - b.at), ...more }
  const recording = { name: 't', start: 0, end: NOW, records, series: [], dashboards: [] }
  return sentryApi(
    openCloud({ recording }, () => NOW),
    { token: 'right' },
  ).handle
}

test('equal errors of a minute are one signal with a count; a new issue says so', async () => {
  happened(NOW - minutes(600), 'old')
  for (const second of [5, 10, 20]) {
    happened(NOW - second * 1000, 'old', { release: 'v2', environment: 'prod' })
    happened(NOW - second * 1000, 'fresh', { tags: { service: 'cart' } })
  }
  happened(NOW - minutes(2), 'fresh', {}, 'fatal')
  const call = await served(simulated())
  const page = readingSchema.parse(await call('get_signals', { from: NOW - minutes(3), to: NOW }))

  const seen = page.signals.map(each => [each.id, 'count' in each && each.count, each.severity, each.entity.service])
  const minute = Math.floor(NOW / 60_000) * 60_000
  expect(seen).toEqual([
    [`sentry:issue:fresh@${minute - minutes(2)}`, 1, 'critical', 'checkout'],
    [`sentry:issue:old@${minute}`, 3, 'medium', 'checkout'],
    [`sentry:issue:fresh@${minute}`, 3, 'high', 'cart'],
  ])
  const [, old, fresh] = page.signals
  expect(old?.labels).toMatchObject({ release: 'v2', environment: 'prod', culprit: 'checkout.pay' })
  expect(old?.labels['new']).toBeUndefined()
  expect(fresh?.labels['new']).toBe('true')
  expect(page.signals.every(each => each.writer === 'public')).toBe(true)
  expect(page.missing).toEqual([])
  expect(await call('get_signals', { from: NOW - minutes(3), to: NOW })).toEqual(page)
})

test('secrets and live characters do not pass', async () => {
  happened(NOW - 1000, 'x', { tags: { service: 'cart\u202E' }, release: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' })
  const call = await served(simulated())
  const text = JSON.stringify(await call('get_signals', { from: 'now-5m', to: 'now' }))
  expect(text).not.toMatch(/ghp_|\u202E/)
})

test('a flood is read in pages up to a bound, and counted whole', async () => {
  for (let i = 0; i < 1203; i++) happened(NOW - 1000 - i, 'flood')
  const call = await served(simulated())
  const { signals, missing } = (await call('get_signals', { from: 'now-1m', to: 'now' })) as ReadingPage
  expect(signals.map(each => 'count' in each && each.count)).toEqual([1203])
  expect(missing).toEqual([{ source: 'sentry', what: 'error events', why: expect.stringContaining('more than 500') }])
})

test('releases tell what they replaced; transactions give points of the newest whole minutes', async () => {
  const of = { project: 'checkout', transaction: 'POST /pay', p50: 20, p95: 90, count: 40, failureRate: 0.1 }
  const call = await served(
    simulated({
      'sentry/releases': [
        { at: NOW - minutes(500), project: 'checkout', version: 'v1' },
        { at: NOW - minutes(1), project: 'checkout', version: 'v2' },
      ],
      'sentry/performance': [
        { at: NOW - minutes(2), ...of },
        { at: NOW - minutes(1), ...of },
      ],
    }),
  )
  const { signals } = (await call('get_signals', { from: NOW - minutes(2), to: NOW })) as ReadingPage
  expect(signals.filter(each => each.kind === 'change').map(each => each.change)).toEqual([
    { what: 'release', from: 'v1', to: 'v2' },
  ])
  const p95 = signals.find(each => each.kind === 'series' && each.labels['statistic'] === 'p95')
  const minute = Math.floor(NOW / 60_000) * 60_000
  expect(p95).toMatchObject({
    metric: 'transaction.duration',
    unit: 'Milliseconds',
    points: [
      [minute - minutes(1), 90],
      [minute, 90],
    ],
  })
})

test('get_issues and get_events page by the cursor', async () => {
  for (let i = 0; i < 5; i++) happened(NOW - minutes(i + 1), `i${i}`)
  const call = await served(simulated())
  const first = await call('get_issues', { project: 'checkout', limit: 3 })
  expect(first).toMatchObject({ truncated: true, items: [{ id: 'i0' }, { id: 'i1' }, { id: 'i2' }] })
  const rest = await call('get_issues', { project: 'checkout', limit: 3, cursor: first['nextCursor'] })
  expect(rest).toMatchObject({ truncated: false, items: [{ id: 'i3' }, { id: 'i4' }] })
  expect(await call('get_events', { issue_id: 'i4' })).toMatchObject({
    items: [{ issueId: 'i4', tags: { level: 'error' } }],
  })
})

test('a refused token names its setting and is not in the message; a part that fails leaves the others', async () => {
  const call = await served(simulated(), 'wrong-token')
  const refused = await call('get_signals').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Fault)
  expect(refused).toMatchObject({ code: 'authentication', message: expect.stringContaining('SENTRY_AUTH_TOKEN') })
  expect(JSON.stringify(refused) + String((refused as Fault).message)).not.toContain('wrong-token')
  await listener.close()

  happened(NOW - 1000, 'x')
  const whole = simulated()
  const partly = await served((request, response, body) => {
    if (!request.url?.includes('/releases/')) return whole(request, response, body)
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>')
  })
  const { signals, missing } = (await partly('get_signals')) as ReadingPage
  expect(signals).toHaveLength(1)
  expect(missing).toEqual([{ source: 'sentry', what: 'releases', why: expect.stringContaining('SENTRY_URL') }])
})

test('rows of another shape are counted, not fatal', async () => {
  happened(NOW - 1000, 'x')
  const whole = simulated()
  const call = await served((request, response, body) => {
    if (!request.url?.includes('dataset=errors')) return whole(request, response, body)
    const good = { id: '1', 'issue.id': 7, project: 'p', timestamp: new Date(NOW - 1).toISOString(), title: null }
    const data = [good, { id: 2 }, 'x', { ...good, timestamp: 'yesterday' }]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
  })
  const { signals, missing } = (await call('get_signals')) as ReadingPage
  expect(signals).toHaveLength(1)
  expect(missing).toMatchObject([{ what: 'error events', why: expect.stringContaining('3 were not') }])
})
