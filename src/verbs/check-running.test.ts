import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../config.ts'
import { createMetrics } from '../metrics.ts'
import { checkRunning } from './check-running.ts'

async function serving(body: () => Promise<string>) {
  const server = createServer(async (_request, response) => response.end(await body())).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return readConfig({ environment: {}, overrides: { http: { port } } })
}

test('the running process tells which sources it leaves alone and which it could not read', async () => {
  const metrics = createMetrics()
  const config = await serving(metrics.text)
  for (const source of ['kubernetes', 'sentry']) {
    metrics.gauge('breaker_state', 0, { source })
    metrics.gauge('source_up', 1, { source })
  }
  expect(await checkRunning(config)).toMatchObject({
    state: 'ok',
    says: expect.stringContaining('breakers closed: kubernetes, sentry'),
  })
  metrics.gauge('breaker_state', 1, { source: 'sentry' })
  metrics.gauge('source_up', 0, { source: 'kubernetes' })
  const { state, says } = await checkRunning(config)
  expect([state, says]).toEqual([
    'wrong',
    'sentry kept failing and is left alone (breaker open); kubernetes could not be read at the last look',
  ])
})

test('who else answers there is not taken for it, and nobody at all is said', async () => {
  const other = await serving(async () => 'go_goroutines 7')
  expect(await checkRunning(other)).toMatchObject({ state: 'wrong', says: expect.stringContaining('something else') })
  const nobody = readConfig({ environment: {}, overrides: { http: { port: 9 } } })
  expect(await checkRunning(nobody)).toMatchObject({
    state: 'missing',
    says: expect.stringContaining('nothing answers'),
  })
})
