import { expect, test } from 'vitest'
import { SILENT } from '#incident/observe.ts'
import type { Reading, Severity, Signal } from '#incident/signal.ts'
import { getSignalsTool } from './get-signals.ts'

const AT = Date.parse('2026-11-03T14:00:00Z')
const about = { source: 'grafana', writer: 'operator', at: AT, labels: {} } as const

function error(id: number, severity: Severity, service: string): Signal {
  const entity = { namespace: 'shop', service }
  return { ...about, kind: 'error', id: `e${id}`, entity, severity, text: 'boom\nand more', count: 3 }
}

function series(id: number): Signal {
  const shape = { metric: 'requests', unit: 'Count/Second', points: [[AT, id]] as [number, number][] }
  return { ...about, kind: 'series', id: `s${id}`, entity: { service: 'pay' }, severity: 'low', ...shape }
}

async function textOf(reading: Partial<Reading>, input: Record<string, unknown> = {}): Promise<string> {
  const whole: Reading = { signals: [], relations: [], healthy: [], missing: [], ...reading }
  const tool = getSignalsTool('grafana', 'everything.', async () => whole)
  const context = { signal: new AbortController().signal, now: () => AT, log: SILENT, progress() {} }
  const given = tool.input.parse({ from: 'now-5m', to: 'now', ...input })
  return tool.text(tool.output.parse(await tool.run(given, context)))
}

test('one line: what there is, whom it is about, what could not be read', async () => {
  const signals = [1, 2, 3, 4, 5].map(series).concat(error(1, 'high', 'cart'), error(2, 'critical', 'cart'))
  const missing = [{ source: 'grafana', what: 'error lines', why: 'Loki\nis down' } as const]
  expect(await textOf({ signals, missing })).toMatchInlineSnapshot(
    `"7 signals: 2 error (1 high, 1 critical), 5 series; of shop/cart 2; missing: error lines: Loki is down"`,
  )
  expect(await textOf({ signals: [series(1)] })).toMatchInlineSnapshot(`"1 signal: 1 series; of pay 1"`)
  expect(await textOf({})).toBe('nothing in this window')
})

test('no longer for many signals of many services', async () => {
  const signals = Array.from({ length: 400 }, (_, nth) => error(nth, 'high', `service-${nth}`))
  const text = await textOf({ signals }, { limit: 300 })
  expect(text.length).toBeLessThan(400)
  expect(text).toMatch(/^300 signals: .*, 292 others; more: cursor \S+; a shorter window has fewer$/)
})
