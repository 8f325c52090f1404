import { mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Router } from 'express'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { opening } from '../test/contracts/openings.ts'
import { readConfig } from './config.ts'
import { openHouse, SURROUNDINGS } from './main.ts'
import type { House } from './main.ts'
import { createMetrics } from './metrics.ts'
import { serve } from './serve.ts'
import type { Served } from './serve.ts'

let data: string
let house: House
let served: Served

const broken = Router().get('/chat', () => {
  throw new Error('a defect')
})

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'serve-'))
  const config = readConfig({ environment: { HOME: data }, overrides: { data, http: { port: 0 } } })
  const given = { ...SURROUNDINGS, log: SILENT, observe: UNOBSERVED }
  house = await openHouse(config, () => [], given)
  const metrics = createMetrics()
  served = await serve({
    ...given,
    config,
    house,
    metrics,
    page: data,
    routers: [broken],
    demo: false,
    nextFree: false,
  })
})
afterAll(async () => {
  await served.close()
  await house.close()
  rmSync(data, { recursive: true })
})

test.each([
  ['an id nobody can decode', '/api/v1/incidents/%E0%A4%A', {}, 400, 'validation'],
  [
    'an unknown alphabet',
    '/api/v1/ask',
    said('{}', { 'content-type': 'application/json; charset=x' }),
    415,
    'validation',
  ],
  ['an unknown packing', '/api/v1/ask', said('{}', { 'content-encoding': 'zip' }), 415, 'validation'],
  ['a defect in the door of a chat', '/chat', {}, 500, 'processing'],
])('%s: whose it is, and nothing of our inside', async (_what, path, request, status, code) => {
  const response = await fetch(served.url + path, request)
  expect(response.status).toBe(status)
  const text = await response.text()
  expect(JSON.parse(text)).toMatchObject({ code })
  expect(text).not.toContain(import.meta.dirname)
})

function said(body: string, headers: Record<string, string>): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }
}

test('a reader of events who does not read is let go', async () => {
  const reader = connect(Number(new URL(served.url).port), '127.0.0.1')
  const gone = once(reader, 'close')
  reader.write('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [head] = (await once(reader, 'data')) as [Buffer]
  expect(head.toString()).toMatch(/^HTTP\/1.1 200 /)
  reader.pause()
  await house.store.append('INC-1', 0, 1, 'system', [opening('a')])
  for (let version = 1; version <= 20; version++) {
    const answer = { answer: 'x'.repeat(1_000_000), claims: [], unknown: [], model: null }
    await house.store.append('INC-1', version, 1, 'system', [{ type: 'answered', question: 'why?', answer }])
  }
  reader.resume()
  await gone
})

test('events do not carry what seals an approval', async () => {
  const approved = { type: 'approved', remedy: 'INC-2-R1', have: 1, need: 1, sealed: 'a-seal', expiresAt: 1 } as const
  const [, last] = await house.store.append('INC-2', 0, 1, 'system', [opening('b'), approved])
  const headers = { 'last-event-id': String((last?.seq ?? 0) - 1) }
  const reader = (await fetch(`${served.url}/api/v1/events`, { headers })).body?.getReader()
  let heard = ''
  while (!heard.includes('approved')) heard += Buffer.from((await reader?.read())?.value ?? []).toString()
  await reader?.cancel()
  expect(heard).not.toContain('a-seal')
})

test('a list that looks at a long record in vain lets others be answered meanwhile', async () => {
  for (let i = 0; i < 600; i++) await house.store.append(`INC-many-${i}`, 0, 1, 'system', [opening(`many-${i}`)])
  const order: string[] = []
  const ask = async (path: string) => order.push(`${(await fetch(served.url + path)).status} ${path}`)
  await Promise.all([ask('/api/v1/incidents?service=none'), ask('/healthz')])
  expect(order).toEqual(['200 /healthz', '200 /api/v1/incidents?service=none'])
})

test('it is ready until its looks keep failing', async () => {
  const ready = async () => {
    const response = await fetch(`${served.url}/readyz`)
    return [response.status, await response.text()]
  }
  await house.watch.tick()
  expect(await ready()).toEqual([200, 'ok'])
  const analyse = vi.spyOn(house.analyst, 'analyse').mockRejectedValue(new Error('out of memory'))
  for (let look = 1; look <= 3; look++) await expect(house.watch.tick()).rejects.toThrow('out of memory')
  expect(await ready()).toEqual([503, 'the last 3 looks failed; the log says why'])
  analyse.mockRestore()
  await house.watch.tick()
  expect(await ready()).toEqual([200, 'ok'])
})
