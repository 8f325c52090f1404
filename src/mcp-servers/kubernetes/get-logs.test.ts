import { afterEach, expect, test } from 'vitest'
import { crashing, NOW, pod, workload } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const name = 'cart-7f9dd8b6c2-aaaaa'
const say = (lines: string[], minutes = 5) =>
  lines.map((line, index) => ({ at: NOW - minutes * 60_000 + index * 1000, namespace: 'shop', pod: name, line }))
const asked = { pod_name: name, namespace: 'shop' }

test('the last lines, literal grep, without secrets', async () => {
  const lines = ['starting', 'connect postgres://app:hunter2@db/shop', 'a.b happened', 'axb happened']
  cluster = await simulatedCluster(workload('cart'), { 'kubernetes/logs': say(lines) })
  const last = await cluster.call('get_logs', { ...asked, lines: 2 })
  expect(last).toMatchObject({
    container: 'cart',
    lines: [{ text: 'a.b happened' }, { text: 'axb happened' }],
    truncated: true,
  })
  const found = await cluster.call('get_logs', { ...asked, grep: 'A.B' })
  expect(found).toMatchObject({ lines: [{ text: 'a.b happened' }], truncated: false })
  expect(await cluster.told('get_logs', asked)).toMatchInlineSnapshot(`
    "2026-11-03T13:57:00.000000000Z starting
    2026-11-03T13:57:01.000000000Z connect postgres://[redacted]@db/shop
    2026-11-03T13:57:02.000000000Z a.b happened
    2026-11-03T13:57:03.000000000Z axb happened"
  `)
  await expect(cluster.call('get_logs', { ...asked, since: 1e300 })).rejects.toThrow('expected epoch milliseconds')
  await expect(cluster.call('get_logs', { pod_name: 'gone', namespace: 'shop' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('of lines too long for one answer the newest are told', async () => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index} ${'x'.repeat(200_000)}`)
  cluster = await simulatedCluster(workload('cart'), { 'kubernetes/logs': say(lines) })
  const answer = await cluster.call('get_logs', asked)
  const told = (answer['lines'] as { text: string }[]).map(({ text }) => text.slice(0, 7).trim())
  expect(told).toEqual(['line 7', 'line 8', 'line 9', 'line 10', 'line 11'])
  expect(answer).toMatchObject({ truncated: true, hint: expect.stringContaining('Earlier lines') })
  expect(JSON.stringify(answer).length).toBeLessThan(70 * 1024)
})

test('a log that cannot be is refused in words', async () => {
  const waiting = { ready: false, state: { waiting: { reason: 'ImagePullBackOff', message: 'token=hunter2hunter2' } } }
  cluster = await simulatedCluster([
    ...workload('cart'),
    pod('web', 'aaaaa', { state: waiting }),
    crashing('api', 'aaaaa'),
  ])
  const ask = (pod_name: string, more: object = {}) =>
    cluster.call('get_logs', { pod_name, namespace: 'shop', ...more })
  await expect(ask(name, { previous: true })).rejects.toThrow('cart has not restarted')
  await expect(ask(name, { container: 'crat' })).rejects.toThrow('did you mean cart?')
  await expect(ask('web-7f9dd8b6c2-aaaaa')).rejects.toThrow(
    'Container web has not started (ImagePullBackOff), so it has no log yet.',
  )
  expect(await ask('api-7f9dd8b6c2-aaaaa', { previous: true })).toMatchObject({ lines: [] })
})

test('followed: what is written meanwhile, told as it comes and as the answer; nothing from before', async () => {
  const lines = [...say(['long ago']), ...say(['token=abcdef0123456789 now', 'pause', 'and then'], -1)]
  cluster = await simulatedCluster(workload('cart'), { 'kubernetes/logs': lines })
  const told: string[] = []
  const context = {
    ...cluster.context(),
    progress: (_done: number, _total: number, said: string) => void told.push(said),
  }
  cluster.trip(request => {
    if (request.url?.includes('follow=true')) setImmediate(() => (cluster.clock.now += 120_000))
    return false
  })
  const answer = await cluster.callIn(context, 'get_logs', { ...asked, follow: '1s', grep: 'n' })
  const texts = (answer['lines'] as { text: string }[]).map(({ text }) => text)
  expect(texts).toEqual(['token=[redacted] now', 'and then'])
  expect(told.join('\n')).toBe(
    (answer['lines'] as { at: string; text: string }[]).map(row => `${row.at} ${row.text}`).join('\n'),
  )
})

test('followed: ends when the caller leaves, and with the pod; a former container cannot be', async () => {
  cluster = await simulatedCluster(workload('cart'))
  const leaving = new AbortController()
  cluster.trip(request => {
    if (request.url?.includes('follow=true')) leaving.abort()
    return false
  })
  const context = { ...cluster.context(), signal: leaving.signal }
  await expect(cluster.callIn(context, 'get_logs', { ...asked, follow: '30s' })).rejects.toMatchObject({
    whose: 'caller',
  })
  cluster.trip((request, response) => {
    if (!request.url?.includes('follow=true')) return false
    response.writeHead(200).end('2026-11-03T14:02:00Z the last word')
    return true
  })
  const answer = await cluster.call('get_logs', { ...asked, follow: '30s' })
  expect(answer).toMatchObject({ lines: [{ text: 'the last word' }], truncated: false })
  await expect(cluster.call('get_logs', { ...asked, follow: '9s', previous: true })).rejects.toThrow('leave out follow')
  await expect(cluster.call('get_logs', { ...asked, follow: '1h' })).rejects.toThrow('expected 1s to 30s')
})
