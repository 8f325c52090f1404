import { expect, test } from 'vitest'
import { groupLines, mainContainer, proxyContainer, weightOf } from './pod-logs.ts'
import { pod } from '../../../test/kubernetes/objects.ts'
import { podSchema } from './pod-schema.ts'

test.each([
  ['2026-11-03 14:02:00 ERROR order 7 lost', 'error'],
  ['{"level":"error","msg":"boom"}', 'error'],
  ['{"level":50,"time":1773152470887,"msg":"boom"}', 'error'],
  ['{"level":30,"time":1773152470887,"msg":"nothing failed"}', undefined],
  ['fail: Shop.Orders[0] order 7 lost', 'error'],
  ['10.0.1.9 - - "GET /cart HTTP/1.1" 502 157', 'warning'],
  ['10.0.1.9 - - "GET /cart HTTP/1.1" 200 502', undefined],
  ['E1103 14:02:00.000001 1 reflector.go:1] watch closed', 'error'],
  ['java.lang.IllegalStateException: no', 'error'],
  ['panic: runtime error: index out of range', 'error'],
  ['WARN no info about the price', 'warning'],
  ['dial tcp 10.0.0.7:5432: connection refused', 'warning'],
  ['INFO 0 errors, nothing failed', undefined],
  ['{"level":"info","msg":"error budget is fine"}', undefined],
  ['GET /healthz 200 3ms', undefined],
])('%s is %s', (line, weight) => {
  expect(weightOf(line)).toBe(weight)
})

test('lines that differ in numbers and ids only are one group a minute; lines without a time, or outside, are none', () => {
  const cart = podSchema.parse(pod('cart', 'aaaaa'))
  const lines = [
    '2026-11-03T14:00:59.999999999Z ERROR order 1 lost', // at the start, which is exclusive
    '2026-11-03T14:01:00.5Z ERROR order 17 of 9f86d081884c7d65 lost',
    '2026-11-03T14:01:30Z ERROR order 18 of 60303ae22b998861 lost',
    '2026-11-03T14:02:01Z ERROR order 19 of 60303ae22b998861 lost',
    `2026-11-03T14:01:31Z ERROR ${'x'.repeat(1_000_000)}`,
    '    at pay (/app/pay.js:1:2) failed',
    '2026-11-03T14:09:00Z ERROR too late',
  ]
  const window = { from: Date.parse('2026-11-03T14:01:00Z') - 1, to: Date.parse('2026-11-03T14:03:00Z') }
  const groups = groupLines(cart, 'cart', lines.join('\n'), window)
  expect(
    groups.map(({ minute, count, text }) => [new Date(minute).toISOString().slice(11, 16), count, text.length]),
  ).toEqual([
    ['14:01', 2, 39],
    ['14:02', 1, 39],
    ['14:01', 1, 8192],
  ])
})

test('the log to read is that of the init container which the others wait for; a sidecar and one that is done are not', () => {
  const starting = (init: object, spec: object = {}) =>
    podSchema.parse(
      pod('cart', 'aaaaa', {
        state: { ready: false, state: { waiting: { reason: 'PodInitializing' } } },
        spec: { containers: [{ name: 'cart' }], initContainers: [{ name: 'migrate', ...spec }] },
        status: { phase: 'Pending', initContainerStatuses: [{ name: 'migrate', ready: false, ...init }] },
      }),
    )
  const crashed = { restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }
  const running = { state: { running: {} } }
  expect(mainContainer(starting(crashed))).toBe('migrate')
  expect(mainContainer(starting(running))).toBe('migrate')
  expect(mainContainer(starting(running, { restartPolicy: 'Always' }))).toBe('cart')
  expect(mainContainer(starting({ state: { terminated: { exitCode: 0 } } }))).toBe('cart')
  expect(mainContainer(podSchema.parse(pod('cart', 'aaaaa')))).toBe('cart')
})

test('the proxy of a mesh beside the program, or before it as a sidecar that stays', () => {
  const meshed = (spec: object) => proxyContainer(podSchema.parse(pod('cart', 'aaaaa', { spec })))
  expect(meshed({ containers: [{ name: 'cart' }, { name: 'istio-proxy' }] })).toBe('istio-proxy')
  expect(meshed({ containers: [{ name: 'cart' }], initContainers: [{ name: 'linkerd-proxy' }] })).toBe('linkerd-proxy')
  expect(meshed({ containers: [{ name: 'cart' }, { name: 'metrics' }] })).toBeUndefined()
})
