// Three services in a row, frontend -> checkout -> payments, and a stranger: what is said to belong together, why and how surely.
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Relation, Signal } from '#incident/signal.ts'
import { correlate } from './correlate.ts'
import { openStaticEmbedder } from './embedders/static.ts'
import { MINUTE, START, alarm, change, entityOf, said, state } from './shop.fixture.ts'
import { buildTopology } from './topology.ts'

const embedder = openStaticEmbedder(fileURLToPath(new URL('../../models', import.meta.url)))
const CALLS = [
  ['frontend', 'checkout'],
  ['checkout', 'payments'],
]
const relations = CALLS.map(
  ([from, to]): Relation => ({
    from: entityOf(from!),
    to: entityOf(to!),
    kind: 'calls',
    origin: 'service graph',
    confidence: 1,
    at: START,
  }),
)
const topology = buildTopology(relations, [entityOf('stranger')])

const rollout = change({ id: 'rollout', at: START, service: 'checkout' })
const crash = state({ id: 'crash', at: START + 5 * MINUTE, since: START + MINUTE, service: 'checkout' })
const felt = alarm({ id: 'felt', at: START + 3 * MINUTE, service: 'frontend' })
const strange = alarm({ id: 'strange', at: START + MINUTE, service: 'stranger' })

describe('one could have caused the other', () => {
  const causal = (signals: Signal[]) => correlate(signals, topology, { type: 'causal' })

  it('a change and what followed it in the same service, less sure the later it followed', () => {
    // 0.95 * e^(-1 min / 30 min)
    expect(causal([rollout, crash])).toEqual([
      {
        a: 'rollout',
        b: 'crash',
        type: 'causal',
        confidence: 0.92,
        timeWindow: MINUTE,
        explanation: expect.stringMatching(/^checkout .*1 min after checkout rolled out v2\.31/),
      },
    ])
    const late = state({ id: 'late', at: START + 20 * MINUTE, service: 'checkout' })
    expect(causal([rollout, late])[0]!.confidence).toBeLessThan(0.92)
  })

  it('what was called before its caller suffered, and never what began long after', () => {
    expect(causal([crash, felt])).toEqual([
      {
        a: 'crash',
        b: 'felt',
        type: 'causal',
        confidence: 0.8,
        timeWindow: 2 * MINUTE,
        explanation: expect.stringContaining('frontend calls checkout'),
      },
    ])
    const before = alarm({ id: 'before', at: START - 10 * MINUTE, service: 'frontend' })
    expect(causal([before, rollout, crash]).some(({ b }) => b === 'before')).toBe(false)
  })

  it('a service that another names in its error', () => {
    const text = 'ERROR POST /pay failed: connection refused by payments:8080'
    const refused = said({ id: 'refused', at: START + 2 * MINUTE, service: 'checkout', text })
    const down = state({ id: 'down', at: START + MINUTE, service: 'payments' })
    const found = causal([refused, down])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ a: 'down', b: 'refused' })
    expect(found[0]!.explanation).toContain('checkout')
    expect(found[0]!.explanation).toContain('payments')
  })

  it('never a stranger, however near in time', () => {
    expect(causal([rollout, crash, strange]).flatMap(({ a, b }) => [a, b])).not.toContain('strange')
  })
})

describe('near in time', () => {
  const temporal = (signals: Signal[]) => correlate(signals, topology, { type: 'temporal' })

  it('is surer the nearer, and says when', () => {
    const [same] = temporal([felt, alarm({ id: 'at once', at: felt.at, service: 'checkout' })])
    const [apart] = temporal([felt, alarm({ id: 'later', at: felt.at + 2 * MINUTE, service: 'checkout' })])
    expect(same!.timeWindow).toBe(0)
    expect(apart!.timeWindow).toBe(2 * MINUTE)
    expect(apart!.confidence).toBeCloseTo(same!.confidence / 2, 2) // halves every two minutes
    expect(apart!.explanation).toContain('2 min')
  })

  it('joins nothing by itself: services that have nothing to do with one another stay apart', () => {
    expect(temporal([crash, strange])).toEqual([])
  })

  it('goes by when it began, not by when it was last seen', () => {
    const [found] = temporal([crash, alarm({ id: 'soon', at: START + MINUTE, service: 'frontend' })])
    expect(found!.timeWindow).toBe(0)
    const began = new Map([['felt', START + 2 * MINUTE]])
    expect(correlate([crash, felt], topology, { type: 'temporal', began })[0]!.timeWindow).toBe(MINUTE)
  })
})

describe('several witnesses', () => {
  const log = (id: string, at: number, text = 'ERROR payment 81 declined') =>
    said({ id, at, service: 'checkout', source: 'kubernetes', text })
  const pairs = (signals: Signal[]) => correlate(signals, topology).map(({ a, b, type }) => `${type} ${a} ${b}`)

  it('of one service are each told with each', () => {
    const [series, error] = [
      alarm({ id: 'slow', at: START + MINUTE, service: 'checkout' }),
      said({ id: 'error', at: START + 2 * MINUTE, service: 'checkout', source: 'sentry', text: 'Declined: 7' }),
    ]
    expect(pairs([log('log', START), series, error]).toSorted()).toEqual([
      'temporal log error',
      'temporal log slow',
      'temporal slow error',
    ])
  })

  it('that say the same minute after minute are one, which began when it was first said', () => {
    const again = [0, 4, 9].map(minute =>
      log(`log ${minute}`, START + minute * MINUTE, `ERROR payment ${minute} declined`),
    )
    const found = correlate([...again, alarm({ id: 'slow', at: START + 9 * MINUTE, service: 'checkout' })], topology)
    expect(found.filter(({ b }) => b === 'slow')).toEqual([])
    expect(found).toMatchObject([{ a: 'log 0', b: 'log 9', timeWindow: 9 * MINUTE }])
  })

  it('are not told to be near in time where one is known to have caused the other', () => {
    const deploy = change({
      id: 'deploy',
      at: START,
      service: 'checkout',
      source: 'grafana',
      change: { what: 'deploy' },
    })
    expect(pairs([rollout, deploy, crash])).toEqual(['causal rollout crash', 'temporal deploy rollout'])
    expect(pairs([rollout, crash])).toEqual(['causal rollout crash'])
  })

  it('name each service that failed its caller once', () => {
    const refused = said({
      id: 'refused',
      at: START + MINUTE,
      service: 'frontend',
      source: 'kubernetes',
      text: 'ERROR call to checkout timed out',
    })
    const causal = correlate([log('log', START), refused, felt], topology, { type: 'causal' })
    expect(causal.map(({ a, b }) => `${a} ${b}`)).toEqual(['log refused'])
  })
})

describe('alike in meaning', () => {
  const semantic = (signals: Signal[]) => correlate(signals, topology, { type: 'semantic', embedder })
  const name = said({ id: 'name', at: START, service: 'checkout', text: 'ENOSPC while writing the order' })
  const text = 'no space left on device, order not written'

  it('joins what two sources say of services that call one another', () => {
    const meaning = said({ id: 'meaning', at: START + MINUTE, service: 'payments', source: 'kubernetes', text })
    expect(semantic([name, meaning])).toMatchObject([{ a: 'name', b: 'meaning', timeWindow: MINUTE }])
  })

  it('never joins by the cosine alone: strangers, or half an hour later', () => {
    const elsewhere = said({ id: 'elsewhere', at: START, service: 'stranger', source: 'kubernetes', text })
    const later = said({ id: 'later', at: START + 40 * MINUTE, service: 'payments', source: 'kubernetes', text })
    expect(semantic([name, elsewhere, later])).toEqual([])
    const ready = said({ id: 'ready', at: START, service: 'stranger', text: 'Redis is ready' })
    const down = said({ id: 'down', at: START, service: 'checkout', text: 'Redis is down' })
    expect(semantic([ready, down])).toEqual([])
  })

  it('is not spoken of without an embedder', () => {
    expect(
      correlate([name, said({ id: 'again', at: START, service: 'payments', text: name.text })], topology, {
        type: 'semantic',
      }),
    ).toEqual([])
  })
})

describe('all of them', () => {
  const many = Array.from({ length: 60 }, (_, i) => {
    const service = ['frontend', 'checkout', 'payments'][i % 3]!
    return said({ id: `s${i}`, at: START + i * 1000, service, text: `connection refused, try ${i}` })
  })

  it('are at most 200, surest first, of signals that were given, each naming a reason', () => {
    const found = correlate([rollout, crash, felt, ...many], topology, { embedder })
    expect(found.length).toBeLessThanOrEqual(200)
    expect(found.map(({ confidence }) => confidence)).toEqual(
      found.map(({ confidence }) => confidence).toSorted((a, b) => b - a),
    )
    const ids = new Set([rollout, crash, felt, ...many].map(({ id }) => id))
    for (const { a, b, confidence, timeWindow, explanation } of found) {
      expect(a).not.toBe(b)
      expect(ids.has(a) && ids.has(b)).toBe(true)
      expect(confidence).toBeGreaterThan(0)
      expect(confidence).toBeLessThanOrEqual(1)
      expect(timeWindow).toBeGreaterThanOrEqual(0)
      expect(explanation).not.toBe('')
    }
  })

  it('link an alarm to what the same service logs around it, however long it has logged something else', () => {
    const log = (id: string, at: number, text: string) =>
      said({ id, at, service: 'checkout', source: 'kubernetes', kind: 'log', text })
    const signals = [
      log('old', START - 40 * MINUTE, 'WARN option keepalive is deprecated'),
      log('refused', START + MINUTE, 'ERROR connection refused'),
      said({ id: 'issue', at: START + 1.5 * MINUTE, service: 'checkout', text: 'Error: connection refused' }),
      alarm({ id: 'alert', at: START + 2 * MINUTE, service: 'checkout', source: 'grafana' }),
    ]
    const found = correlate(signals, topology).map(({ a, b }) => `${a} ${b}`)
    expect(found.toSorted()).toEqual(['issue alert', 'refused alert', 'refused issue'])
  })

  it('link every source of one trouble to another', () => {
    const released = change({ id: 'released', at: START, service: 'checkout', source: 'sentry' })
    const alert = alarm({ id: 'alert', at: START + 2 * MINUTE, service: 'checkout', source: 'grafana' })
    const signals = [crash, released, alert, felt]
    const linked = new Set(correlate(signals, topology, { embedder }).flatMap(({ a, b }) => [a, b]))
    expect(linked).toEqual(new Set(signals.map(({ id }) => id)))
  })

  it('are the same for the same signals', () => {
    const signals = [rollout, crash, felt, strange]
    expect(correlate(signals, topology, { embedder })).toEqual(correlate(signals, topology, { embedder }))
  })

  it('are none for no signal, or one', () => {
    expect(correlate([], topology, { embedder })).toEqual([])
    expect(correlate([crash], topology, { embedder })).toEqual([])
  })
})
