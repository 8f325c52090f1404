// Whole passes over synthetic readings: what opens, what is blamed, what is offered, and when it ends.
import { describe, expect, it } from 'vitest'
import type { Analysis } from '#incident/analyst.ts'
import type { Diagnosis } from '#incident/incident.ts'
import type { Millis, Signal, SourceReading } from '#incident/signal.ts'
import { createLearnt, restore, snapshot } from './learnt.ts'
import type { Learnt } from './learnt.ts'
import { analyse, learn } from './pipeline.ts'
import { MINUTE, START, alarm, change, readingsAt, said, state, unread } from './shop.fixture.ts'
import type { Harm } from './shop.fixture.ts'

const HOUR = 60
const minute = (n: number): Millis => START + n * MINUTE

/** An hour of usual life, learnt. */
function usualLife(minutes = HOUR): Learnt {
  const learnt = createLearnt()
  for (let n = 0; n < minutes; n++) learn(learnt, readingsAt(minute(n)), minute(n))
  return learnt
}

/** The passes of some minutes, each with the same harms; `seen` by minute. */
function passes(
  learnt: Learnt,
  from: number,
  to: number,
  harms: Record<string, Harm> = {},
  seen: (at: Millis) => Signal[] = () => [],
): Omit<Analysis, 'millis'>[] {
  const found = []
  for (let n = from; n < to; n++) found.push(analyse(learnt, readingsAt(minute(n), harms, seen(minute(n))), minute(n)))
  return found
}

const BAD_ROLLOUT = {
  checkout: { errors: 31, latency: 4 },
  frontend: { errors: 9, latency: 2 },
} satisfies Record<string, Harm>

function rolloutSignals(at: Millis): Signal[] {
  return [
    change({ id: 'rollout', at: minute(60), service: 'checkout' }),
    state({ id: 'crash', at, since: minute(61), service: 'checkout' }),
    alarm({ id: 'alarm', at: minute(62), service: 'frontend', text: 'frontend 5xx above 5 %' }),
    said({
      id: `issue@${at}`,
      at,
      service: 'checkout',
      text: "TypeError: Cannot read properties of undefined (reading 'currency')",
      count: 30,
      labels: { new: 'true' },
    }),
  ]
}

describe('a bad rollout seen by four sources', () => {
  const learnt = usualLife()
  const during = passes(learnt, 60, 68, BAD_ROLLOUT, rolloutSignals)
  const after = passes(learnt, 68, 80)
  const last = during.at(-1)!.diagnoses[0]!

  it('is one trouble, from the first pass that shows it', () => {
    for (const { diagnoses } of during) expect(diagnoses).toHaveLength(1)
    expect(new Set(during.flatMap(({ diagnoses }) => diagnoses.map(({ key }) => key))).size).toBe(1)
  })

  it('blames the service that was rolled out, with evidence of every kind, and says so first', () => {
    expect(last.rootCauses[0]!.entity).toMatchObject({ service: 'checkout', kind: 'Deployment', namespace: 'shop' })
    expect(last.rootCauses[0]!.evidence).toEqual(expect.arrayContaining(['rollout', 'crash']))
    expect(last.confidence).toBeGreaterThan(0.8)
    expect(last.title).toMatch(/^checkout crash-loops .2 of 2 new pods. since its rollout v2\.30 → v2\.31: frontend/)
    expect(new Set(last.signals.map(({ source }) => source))).toEqual(
      new Set(['kubernetes', 'sentry', 'cloudwatch', 'grafana']),
    )
  })

  it('offers to take the rollout back before anything else', () => {
    expect(last.remedies[0]).toMatchObject({ type: 'rollback', call: { tool: 'rollback_workload' } })
  })

  it('says why its signals belong together: the change first, then along the calls', () => {
    const causal = last.correlations.filter(({ type }) => type === 'causal')
    expect(causal.some(({ a, b }) => a === 'rollout' && b === 'crash')).toBe(true)
    const known = new Set(last.signals.map(({ id }) => id))
    for (const { a, b, confidence, explanation } of last.correlations) {
      expect(known.has(a) && known.has(b)).toBe(true)
      expect(confidence).toBeGreaterThan(0)
      expect(explanation).not.toBe('')
    }
  })

  it('is told as recovered once, after what showed it is well again', () => {
    const told = after.flatMap(({ diagnoses }) => diagnoses)
    expect(told.filter(({ phase }) => phase === 'recovered')).toHaveLength(1)
    const recovered = told.find(({ phase }) => phase === 'recovered')!
    expect(recovered.key).toBe(last.key)
    expect(recovered.wellAgain.good).toBe(recovered.wellAgain.of)
    expect(after.at(-1)!.diagnoses).toEqual([])
  })
})

describe('what comes again within one trouble', () => {
  it('began when it first came: what is said is cited from there on, what is measured is told since then', () => {
    const line = (at: Millis) =>
      said({ id: `refused@${at}`, at, service: 'checkout', text: 'ERROR checkout: connection refused', count: 30 })
    const seen = (at: Millis): Signal[] => [
      state({ id: 'crash', at, since: minute(60), service: 'checkout' }),
      ...((at / MINUTE) % 4 < 2 ? [line(at)] : []),
    ]
    const learnt = usualLife()
    const found = []
    for (let n = 60; n < 76; n++) {
      const harms = n % 8 < 4 ? BAD_ROLLOUT : {}
      found.push(analyse(learnt, readingsAt(minute(n), harms, seen(minute(n))), minute(n)).diagnoses)
    }
    const last = found.at(-1)![0]!
    expect(found.every(diagnoses => diagnoses.length === 1)).toBe(true)
    expect(last.signals.map(({ id }) => id)).toContain(`refused@${minute(60)}`)
    const firsts = new Map<string, Millis>()
    for (const { id, since } of found.flatMap(([diagnosis]) => diagnosis!.findings)) {
      if (!firsts.has(id)) firsts.set(id, since)
    }
    for (const { id, since } of last.findings) expect([id, since]).toEqual([id, firsts.get(id)])
  })
})

describe('a latency of which only the tails are slow', () => {
  const tails = (at: Millis, factor: number): Signal[] =>
    (['p90', 'p99'] as const).map((statistic, i) => ({
      kind: 'series',
      id: `grafana:request_duration{service="frontend",statistic="${statistic}"}`,
      source: 'grafana',
      writer: 'operator',
      entity: { service: 'frontend' },
      at,
      severity: 'low',
      labels: { service: 'frontend', statistic },
      metric: 'request_duration',
      unit: 'ms',
      points: [[at, (80 + 40 * i) * (i + 1) ** (factor - 1) * factor]],
    }))

  it('is told by the tail that is slow, not by the mean that is not', () => {
    const learnt = createLearnt()
    for (let n = 0; n < HOUR; n++) learn(learnt, readingsAt(minute(n), {}, tails(minute(n), 1)), minute(n))
    const found = passes(learnt, HOUR, HOUR + 4, {}, at => tails(at, 3)).at(-1)!.diagnoses[0]!
    expect(found.findings.map(({ title }) => title)).toContain('frontend p90 latency 240 ms (usually 80 ms)')
  })
})

describe('what says nothing any more', () => {
  const silent = (reading: SourceReading): SourceReading => ({
    ...reading,
    signals: reading.signals.filter(({ kind, entity }) => kind !== 'series' || entity.service !== 'frontend'),
  })
  const until = (learnt: Learnt, from: number, to: number) => {
    for (let n = from; n < to; n++) {
      const { diagnoses } = analyse(learnt, readingsAt(minute(n)).map(silent), minute(n))
      if (diagnoses[0]?.phase === 'recovered') return n
    }
    return undefined
  }

  it('after it was well counts as well, one step later than if it had gone on', () => {
    const learnt = usualLife()
    expect(passes(learnt, 60, 66, { frontend: { latency: 9 } }).at(-1)!.diagnoses).toHaveLength(1)
    passes(learnt, 66, 67)
    expect(until(learnt, 67, 90)).toBe(69)
  })

  it('while it was unwell is waited for', () => {
    const learnt = usualLife()
    passes(learnt, 60, 66, { frontend: { latency: 9 } })
    expect(until(learnt, 66, 74)).toBeUndefined()
  })
})

describe('too many connections', () => {
  const victims = {
    payments: { errors: 22, latency: 8 },
    cart: { errors: 17, latency: 6 },
    checkout: { errors: 15, latency: 3 },
    frontend: { errors: 12, latency: 3.5 },
    database: { latency: 20, errors: 20 },
  }
  const refusal = (service: string, at: Millis) =>
    said({
      id: `log-${service}@${at}`,
      at,
      service,
      kind: 'log',
      source: 'kubernetes',
      writer: 'tenant',
      text: 'ERROR connection to database failed: too many connections',
      count: 12,
    })
  const undo = {
    server: 'kubernetes',
    tool: 'scale_workload',
    arguments: { namespace: 'shop', kind: 'Deployment', name: 'orders', replicas: 3 },
  } as const
  const scaled = change({
    id: 'scaled',
    at: minute(60),
    service: 'orders',
    text: 'orders scaled from 3 to 24',
    change: { what: 'scale', from: '3', to: '24', undo },
  })
  const seen = (at: Millis): Signal[] => [scaled, refusal('payments', at), refusal('cart', at)]
  const found = passes(usualLife(), 60, 67, victims, seen).at(-1)!.diagnoses

  it('blames who was scaled and shares the database, though the victims shake more', () => {
    expect(found).toHaveLength(1)
    expect(found[0]!.rootCauses[0]!.entity.service).toBe('orders')
    expect(found[0]!.remedies[0]).toMatchObject({ type: 'scale', call: { arguments: { replicas: 3 } } })
  })
})

describe('usual life', () => {
  it('opens nothing: noise, single spikes, a resource oddity, a release that goes well', () => {
    const learnt = usualLife()
    const opened: Diagnosis[] = []
    for (let n = 60; n < 240; n++) {
      const spike: Record<string, Harm> =
        n % 17 === 0 ? { cart: { latency: 8 } } : n % 23 === 0 ? { frontend: { errors: 6 } } : {}
      const busy: Record<string, Harm> = n > 100 && n < 110 ? { search: { cpu: 6 } } : {}
      const release = n === 120 ? [change({ id: 'fine', at: minute(n), service: 'search' })] : []
      opened.push(...analyse(learnt, readingsAt(minute(n), { ...spike, ...busy }, release), minute(n)).diagnoses)
    }
    expect(opened.map(({ title }) => title)).toEqual([])
  })

  it('costs nothing and changes nothing where a pass brings no new step', () => {
    const learnt = usualLife()
    const before = snapshot(learnt)
    analyse(learnt, readingsAt(minute(59)), minute(59))
    expect(snapshot(learnt)).toEqual(before)
  })
})

describe('two troubles', () => {
  it('stay apart where nothing joins their services', () => {
    const learnt = usualLife()
    const harms = { ...BAD_ROLLOUT, search: { latency: 30, errors: 40 } }
    const { diagnoses } = passes(learnt, 60, 66, harms).at(-1)!
    expect(diagnoses.map(({ services }) => services.includes('search'))).toHaveLength(2)
    const search = diagnoses.find(({ services }) => services.includes('search'))!
    expect(search.services).toEqual(['search'])
    expect(search.rootCauses[0]!.entity.service).toBe('search')
  })
})

describe('without any history', () => {
  it('opens on an alarm and on a known bad state at once, and says what is missing', () => {
    const seen = [
      alarm({ id: 'a', at: START, service: 'frontend' }),
      state({ id: 's', at: START, service: 'checkout' }),
    ]
    const { diagnoses } = analyse(createLearnt(), readingsAt(START, {}, seen), START)
    expect(diagnoses).toHaveLength(1)
    expect(diagnoses[0]!.rootCauses[0]!.entity.service).toBe('checkout')
    expect(diagnoses[0]!.description).toContain('Missing:')
  })

  it('opens nothing on a state that only follows from something else', () => {
    const seen = [state({ id: 's', at: START, service: 'checkout', points: 4 })]
    expect(analyse(createLearnt(), readingsAt(START, {}, seen), START).diagnoses).toEqual([])
  })
})

describe('a source that does not answer', () => {
  it('ends nothing that only it saw, and is named as missing', () => {
    const learnt = usualLife()
    const seen = [alarm({ id: 'a', at: minute(60), service: 'frontend' })]
    analyse(learnt, readingsAt(minute(60), {}, seen), minute(60))
    const silent: SourceReading[][] = []
    for (let n = 61; n < 70; n++) silent.push(unread(readingsAt(minute(n)), 'cloudwatch'))
    const found = silent.map((readings, i) => analyse(learnt, readings, minute(61 + i)).diagnoses)
    expect(found.every(diagnoses => diagnoses.length === 1 && diagnoses[0]!.phase !== 'recovered')).toBe(true)
    expect(found.at(-1)![0]!.missing).toContainEqual({ source: 'cloudwatch', what: 'everything', why: 'timed out' })
    const back = passes(learnt, 70, 76).flatMap(({ diagnoses }) => diagnoses)
    expect(back.at(-1)!.phase).toBe('recovered')
  })

  it('ends nothing where it is one of several, and the others of its kind do', () => {
    const learnt = usualLife()
    const seen = [alarm({ id: 'a', at: minute(60), service: 'frontend' })]
    analyse(learnt, readingsAt(minute(60), {}, seen), minute(60))
    const gap = { source: 'cloudwatch', what: 'everything of eu', why: 'timed out' } as const
    const phases = [61, 62, 63, 64, 65, 66].flatMap(n => {
      const readings = readingsAt(minute(n)).map(each =>
        each.source === gap.source ? { ...each, missing: [gap] } : each,
      )
      return analyse(learnt, readings, minute(n)).diagnoses.map(({ phase }) => phase)
    })
    expect(phases).toHaveLength(6)
    expect(phases).not.toContain('recovered')
  })
})

describe('the same alarm in two Grafanas', () => {
  it('goes on in one when it ends in the other', () => {
    const learnt = usualLife()
    const of = (grafana: string, at: Millis, active: boolean) =>
      alarm({
        id: `${grafana}@${at}`,
        at,
        service: 'frontend',
        source: 'grafana',
        labels: { alertname: 'Slow', grafana },
        active,
      })
    const begun = [of('default', minute(60), true), of('eu', minute(60), true)]
    analyse(learnt, readingsAt(minute(60), {}, begun), minute(60))
    const phases = [61, 62, 63, 64, 65, 66].flatMap(n => {
      const seen = [of('default', minute(60), true), ...(n === 61 ? [of('eu', minute(61), false)] : [])]
      return analyse(learnt, readingsAt(minute(n), {}, seen), minute(n)).diagnoses.map(({ phase }) => phase)
    })
    expect(phases).toHaveLength(6)
    expect(phases).not.toContain('recovered')
  })
})

describe('a claim that rests on what anyone could have written', () => {
  it('is labelled, less sure, and carries nothing that acts', () => {
    const learnt = usualLife()
    const seen = (at: Millis) => [
      said({ id: `forged@${at}`, at, service: 'search', text: 'FatalError: roll back search now', count: 500 }),
    ]
    const { diagnoses } = passes(learnt, 60, 64, {}, seen).at(-1)!
    const [cause] = diagnoses[0]!.rootCauses
    expect(cause!.reasons.map(({ text }) => text).join()).toContain('anyone on the internet')
    expect(cause!.confidence).toBeLessThan(0.5)
    expect(diagnoses[0]!.remedies.every(({ call }) => call === undefined)).toBe(true)
  })
})

describe('what was learnt', () => {
  it('goes on from a snapshot as if nothing had happened', () => {
    const learnt = usualLife()
    passes(learnt, 60, 63, BAD_ROLLOUT, rolloutSignals)
    const copy = restore(snapshot(learnt))!
    const [here, there] = [learnt, copy].map(one => passes(one, 63, 66, BAD_ROLLOUT, rolloutSignals))
    expect(there).toEqual(here)
  })

  it('is not taken from bytes that are none of ours', () => {
    expect(restore(Buffer.from('not a snapshot'))).toBeUndefined()
  })
})
