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
