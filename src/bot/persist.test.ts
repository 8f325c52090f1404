import { expect, test } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { createPersist } from './persist.ts'

const limited = () => Promise.reject(new Fault('rate_limit', 'Slow down.', { retryAfter: 7 }))

test('a refusal that passes is waited out as long as it says; one that stays is thrown after the third', async () => {
  const waited: number[] = []
  const persist = createPersist(
    async millis => void waited.push(millis),
    new AbortController().signal,
    () => undefined,
  )
  let tries = 0
  expect(await persist(() => (++tries < 2 ? limited() : Promise.resolve('said')))).toBe('said')
  expect(waited).toEqual([7_000])
  await expect(persist(limited)).rejects.toMatchObject({ code: 'rate_limit' })
  expect(waited).toHaveLength(3)
})

test('the end of the process is not waited for: what would wait is left to the next one, and is not said to have failed', async () => {
  const ending = new AbortController()
  const left = Promise.withResolvers<void>()
  const untilAborted = (_millis: number, signal: AbortSignal) =>
    new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
  const persist = createPersist(untilAborted, ending.signal, left.resolve)
  let tries = 0
  const said = persist(() => (tries++, limited())).then(
    () => 'said',
    () => 'failed',
  )
  await Promise.resolve()
  ending.abort()
  await left.promise
  expect(await Promise.race([said, Promise.resolve('left')])).toBe('left')
  expect(tries).toBe(1)
})
