import { expect, test } from 'vitest'
import { noiseFilter } from './noise-filter.ts'

const isNoise = noiseFilter({ kinds: ['health_checks', 'debug', 'empty'], texts: ['heartbeat from'] })

test.each([
  '',
  '  \t',
  '10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.31"',
  'GET /api/v1/health 204 1 ms',
  '"HEAD / HTTP/1.1" 301 0 "ELB-HealthChecker/2.0"',
  '2026-11-20T10:00:00Z DEBUG cache warm',
  '{"level":"debug","msg":"an error is looked for"}',
  'level=trace msg="step 4"',
  'INFO Heartbeat from worker-7',
])('noise: %s', line => expect(isNoise(line)).toBe(true))

test.each([
  'GET /healthz 503 in 2 ms',
  'GET /healthz 200 after 2 retries, the first failed',
  '"GET /orders/healthy-food HTTP/1.1" 200',
  'Readiness probe failed: HTTP probe failed with statuscode: 500',
  'ERROR no debug symbols',
  'INFO switched to DEBUG',
  'user asked for [help]',
  'heart beats',
])('no noise: %s', line => expect(isNoise(line)).toBe(false))

test('of a stack trace the first line is judged', () => {
  expect(isNoise('DEBUG tried\nERROR failed')).toBe(true)
  expect(isNoise('ERROR failed\nDEBUG tried')).toBe(false)
})
