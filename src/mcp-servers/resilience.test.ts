import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { createResilience } from './resilience.ts'

const ill = () => new Fault('network', 'Sentry answered 503.')
const signal = new AbortController().signal
const never = () => new Promise<string>(() => {})
const defect = async () => Promise.reject(new Error('SELECT * FROM customers'))

function sentry() {
  return createResilience({ name: 'sentry', log: SILENT, observe: UNOBSERVED, random: () => 0.5 })
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
    expect(await settled(sentry().run('list issues', mended, { signal }))).toBe('issues')
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
    expect(await settled(sentry().run('list issues', soon, { signal }))).toBe('issues')
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
    expect(await once()).toBe('issues')
    expect(await once()).toBe('issues')
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
    expect(await settled(resilience.run('read', vendor('issues'), { signal }))).toBe('issues')
  })

  it('hides what an unexpected error says', async () => {
    const fault = await settled(sentry().run('list issues', defect, { signal }))
    expect(fault).toMatchObject({ code: 'processing', whose: 'ours' })
    expect(String(fault)).not.toContain('customers')
  })
})
