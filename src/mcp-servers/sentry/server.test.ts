import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fault } from '#incident/fault.ts'
import type { Handler } from '../../../simulator/listen.ts'
import type { Recording } from '../../../simulator/recording.ts'
import { NOW, serve, simulated as simulatedAt } from '../../../test/sentry/served.ts'
import type { SentEvent, Served } from '../../../test/sentry/served.ts'
import type { ReadingPage } from '../signal-schema.ts'
import { readingSchema } from '../signal-schema.ts'

const minutes = (count: number) => count * 60_000
const events: SentEvent[] = []
let open: Served

beforeEach(() => void (events.length = 0))
afterEach(() => open.close())

function happened(
  at: number,
  id: string,
  more: Partial<SentEvent['event']> = {},
  level = 'error',
  project = 'checkout',
): void {
  const issue = { id, title: `TypeError: ${id}`, culprit: 'checkout.pay', level }
  events.push({ at, project, issue, event: { message: 'boom', ...more } })
}

function simulated(more: Partial<Recording['records']> = {}): Handler {
  return simulatedAt({ 'sentry/events': events, ...more })
}

async function served(handle: Handler, settings: Parameters<typeof serve>[1] = {}): Promise<Served['call']> {
  open = await serve(handle, settings)
  return open.call
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

test('what arrives after its window was read is in the next one, under the same id', async () => {
  happened(NOW - minutes(1) - 20_000, 'late')
  const releases = [{ at: NOW - minutes(1) - 10_000, project: 'checkout', version: 'v2' }]
  const call = await served(simulated({ 'sentry/releases': releases }))
  const then = (await call('get_signals', { from: NOW - minutes(2), to: NOW - minutes(1) })) as ReadingPage
  const next = (await call('get_signals', { from: NOW - minutes(1), to: NOW })) as ReadingPage
  expect(next.signals.map(each => each.kind)).toEqual(['error', 'change'])
  expect(next.signals).toEqual(then.signals)
})

test('when projects cannot be listed, the rest is read all the same', async () => {
  happened(NOW - 1000, 'x')
  const whole = simulated()
  const call = await served((request, response, body) => {
    if (!request.url?.includes('/projects/')) return whole(request, response, body)
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"detail":"no"}')
  })
  const { signals, missing } = (await call('get_signals')) as ReadingPage
  expect([signals.length, missing.map(each => each.what)]).toEqual([1, ['projects']])
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

test('only projects that the settings name are read; one that is not there is told, and spoils nothing', async () => {
  happened(NOW - 1000, 'mine')
  happened(NOW - 1000, 'theirs', {}, 'error', 'search')
  const releases = [{ at: NOW - 1000, project: 'search', version: 'v9' }]
  const call = await served(simulated({ 'sentry/releases': releases }), { projects: ['checkout', 'gone'] })
  const { signals, missing } = (await call('get_signals', { from: 'now-2m', to: 'now' })) as ReadingPage
  expect(signals.map(each => each.labels['issue'])).toEqual(['mine'])
  expect(missing).toMatchObject([{ what: 'project gone' }])
  await expect(call('get_issues')).rejects.toThrow(/projects that the settings watch \(checkout, gone\)/)
  expect(await call('get_issues', { project: 'search' })).toMatchObject({ items: [{ id: 'theirs' }] })
})

test('a quiet tick costs five requests, and one more every five minutes', async () => {
  happened(NOW - 1000, 'x')
  const call = await served(simulated())
  await call('get_signals', { from: 'now-1m', to: 'now' })
  expect(open.asked().filter(path => path.includes('/projects/'))).toHaveLength(1)
  await call('get_signals', { from: 'now-1m', to: 'now' })
  expect(
    open
      .asked()
      .map(path => /demo\/(\w+)\/.*?(dataset=\w+|$)/.exec(path)?.slice(1).join(' ').trim())
      .sort(),
  ).toEqual(['events dataset=errors', 'events dataset=spans', 'events dataset=spans', 'issues', 'releases'])
})

test('a refused token names its setting and is not in the message; a part that fails leaves the others', async () => {
  const call = await served(simulated(), { token: 'wrong-token' })
  const refused = await call('get_signals').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Fault)
  expect(refused).toMatchObject({ code: 'authentication', message: expect.stringContaining('SENTRY_AUTH_TOKEN') })
  expect(JSON.stringify(refused) + String((refused as Fault).message)).not.toContain('wrong-token')
  await open.close()

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

const FAR = '+275760-09-13T00:00:00.000Z' // a time to JavaScript, and to nobody else

test('rows of another shape are counted, not fatal', async () => {
  happened(NOW - 1000, 'x')
  const whole = simulated()
  const call = await served((request, response, body) => {
    if (!request.url?.includes('dataset=errors')) return whole(request, response, body)
    const good = { id: '1', 'issue.id': 7, project: 'p', timestamp: new Date(NOW - 1).toISOString(), title: null }
    const data = [good, { id: 2 }, 'x', { ...good, timestamp: 'yesterday' }, { ...good, timestamp: FAR }]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
  })
  const { signals, missing } = (await call('get_signals')) as ReadingPage
  expect(signals).toHaveLength(1)
  expect(missing).toMatchObject([{ what: 'error events', why: expect.stringContaining('4 were not') }])
})

test('a Sentry that fails at failure rates still tells how fast transactions are, and is not asked for them again', async () => {
  const performance = {
    at: NOW - minutes(1),
    project: 'checkout',
    transaction: 'POST /pay',
    p50: 20,
    p95: 90,
    count: 40,
  }
  const whole = simulated({ 'sentry/performance': [{ ...performance, failureRate: 0.1 }] })
  const call = await served((request, response, body) => {
    if (!request.url?.includes('failure_rate')) return whole(request, response, body)
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"detail":"Internal error"}')
  })
  const told = { items: [{ p95Millis: 90, failureRate: null, requests: 40 }] }
  expect(await call('get_performance_data')).toMatchObject(told)
  expect(open.asked()).toHaveLength(2)
  expect(await call('get_performance_data')).toMatchObject(told)
  expect(open.asked()).toHaveLength(1)
})
