import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { createResilience } from './resilience.ts'

const ill = () => new Fault('network', 'Sentry answered 503.')
const signal = new AbortController().signal
const never = () => new Promise<string>(() => {})
const defect = async () => Promise.reject(new Error('SELECT * FROM customers'))

function sentry() {
  return createResilience({ name: 'sentry', clock: Date.now, log: SILENT, observe: UNOBSERVED, random: () => 0.5 })
}

/** Answers in turn; the last one again and again. */
function vendor(...answers: (Fault | string)[]) {
  let asked = 0
  return vi.fn(async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]
    if (answer instanceof Fault) throw answer
    return answer
  })
}

async function settled<T>(promise: Promise<T>): Promise<T | Fault> {
  const outcome = promise.catch((error: unknown) => error as Fault)
  await vi.advanceTimersByTimeAsync(60_000)
  return outcome
}

describe('resilience', () => {
  beforeEach(() => vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
  afterEach(() => vi.useRealTimers())

  it('asks a second time, and not a third', async () => {
    const mended = vendor(ill(), 'issues')
    expect(await settled(sentry().run('list issues', mended, { signal }))).toEqual({ value: 'issues', ageMillis: 0 })
    const down = vendor(ill())
    expect(await settled(sentry().run('list issues', down, { signal }))).toMatchObject({ code: 'network' })
    expect(down).toHaveBeenCalledTimes(2)
  })

  it('does not repeat what the vendor refused', async () => {
    const refused = vendor(new Fault('authentication', 'Sentry refused the token.'))
    expect(await settled(sentry().run('list issues', refused, { signal }))).toMatchObject({ code: 'authentication' })
    expect(refused).toHaveBeenCalledTimes(1)
  })

  it('waits as long as a 429 says when that fits, and else says so at once, to later callers too', async () => {
    const soon = vendor(new Fault('rate_limit', 'Slow down.', { retryAfter: 3 }), 'issues')
    expect(await settled(sentry().run('list issues', soon, { signal }))).toMatchObject({ value: 'issues' })
    const late = vendor(new Fault('rate_limit', 'Slow down.', { retryAfter: 90 }))
    const resilience = sentry()
    expect(await settled(resilience.run('list issues', late, { signal }))).toMatchObject({ code: 'rate_limit' })
    expect(await settled(resilience.run('list issues', late, { signal }))).toMatchObject({
      code: 'rate_limit',
      retryAfter: 30,
    })
    expect(late).toHaveBeenCalledTimes(1)
  })

  it('leaves at the deadline, and earlier when less is left', async () => {
    expect(await settled(sentry().run('list issues', never, { signal }))).toMatchObject({
      code: 'network',
      message: 'sentry did not answer within 8 s: list issues.',
    })
    const hasty = await settled(sentry().run('list issues', never, { signal, deadlineMillis: 1500 }))
    expect(hasty).toMatchObject({ message: 'sentry did not answer within 1.5 s: list issues.' })
  })

  it('stops asking after five failed calls, tries one after 30 s, and goes on when that succeeds', async () => {
    const resilience = sentry()
    const answers = [ill(), ill(), ill(), ill(), ill(), 'issues']
    const ask = vendor(...(answers as [Fault]))
    const once = () => resilience.run('list issues', ask, { signal, attempts: 1 }).catch((error: unknown) => error)
    for (let call = 0; call < 5; call++) await once()
    expect(await once()).toMatchObject({ code: 'network', retryAfter: 30 })
    expect(ask).toHaveBeenCalledTimes(5)
    await vi.advanceTimersByTimeAsync(30_001)
    expect(await once()).toMatchObject({ value: 'issues' })
    expect(await once()).toMatchObject({ value: 'issues' })
  })

  it('keeps asking through refusals, rate limits and callers who leave', async () => {
    const resilience = sentry()
    for (let call = 0; call < 7; call++) {
      await resilience.run('read', vendor(new Fault('not_found', 'No such project.')), { signal }).catch(() => {})
      const leaver = new AbortController()
      const left = resilience.run('read', never, { signal: leaver.signal })
      leaver.abort()
      await expect(left).rejects.toMatchObject({ code: 'network', whose: 'caller' })
    }
    expect(await settled(resilience.run('read', vendor('issues'), { signal }))).toMatchObject({ value: 'issues' })
  })

  it('falls back to what it last knew, and says how old that is', async () => {
    const resilience = sentry()
    const projects = vendor('projects', ill())
    const ask = () => resilience.run('list projects', projects, { signal, attempts: 1, fallbackKey: 'projects' })
    expect(await ask()).toEqual({ value: 'projects', ageMillis: 0 })
    await vi.advanceTimersByTimeAsync(120_000)
    expect(await ask()).toEqual({ value: 'projects', ageMillis: 120_000 })
    await vi.advanceTimersByTimeAsync(15 * 60_000)
    await expect(ask()).rejects.toMatchObject({ code: 'network' })
    await resilience.run('list projects', vendor('projects'), { signal, fallbackKey: 'projects' })
    const refused = vendor(new Fault('authentication', 'Sentry refused the token.'))
    const asked = resilience.run('list projects', refused, { signal, fallbackKey: 'projects' })
    await expect(asked).rejects.toMatchObject({ code: 'authentication' })
  })

  it('hides what an unexpected error says', async () => {
    const fault = await settled(sentry().run('list issues', defect, { signal }))
    expect(fault).toMatchObject({ code: 'processing', whose: 'ours' })
    expect(String(fault)).not.toContain('customers')
  })
})
