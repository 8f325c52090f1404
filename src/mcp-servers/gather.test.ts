import { expect, it } from 'vitest'
import { allEnded } from './gather.ts'

it('throws what failed only when nothing is under way any more', async () => {
  const slow = Promise.withResolvers<string>()
  let ended = false
  const both = allEnded([Promise.reject(new Error('refused')), slow.promise]).finally(() => (ended = true))
  const outcome = expect(both).rejects.toThrow('refused')
  await new Promise(resolve => setImmediate(resolve))
  expect(ended).toBe(false)
  slow.resolve('late')
  await outcome
  await expect(allEnded([1, slow.promise])).resolves.toEqual([1, 'late'])
})
