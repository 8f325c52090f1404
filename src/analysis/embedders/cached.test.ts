import Keyv from 'keyv'
import { expect, test } from 'vitest'
import { cached } from './cached.ts'

/** Gives (length, 1) of each text, and remembers what it was asked. */
function slow() {
  const asked: string[][] = []
  return {
    asked,
    name: 'slow',
    dims: 2,
    alike: 0.3,
    async embed(texts: readonly string[]) {
      asked.push([...texts])
      return Float32Array.from(texts.flatMap(text => [text.length, 1]))
    },
    async close() {},
  }
}

test('what was asked before is not asked again, and the order is that of the texts', async () => {
  const model = slow()
  const embedder = cached(model)
  await embedder.embed(['aa', 'b', 'aa'])
  expect(Array.from(await embedder.embed(['ccc', 'aa', 'b']))).toEqual([3, 1, 2, 1, 1, 1])
  expect(model.asked).toEqual([['aa', 'b'], ['ccc']])
  expect(embedder.counts()).toEqual({ hits: 2, misses: 4 })
  expect(await embedder.embed([])).toHaveLength(0)
})

test('the vector not asked for longest leaves first', async () => {
  const model = slow()
  const embedder = cached(model, { capacity: 2 })
  for (const text of ['a', 'bb', 'a', 'ccc', 'a', 'bb']) await embedder.embed([text])
  expect(model.asked.flat()).toEqual(['a', 'bb', 'ccc', 'bb'])
  expect(Array.from(await embedder.embed(['w', 'x', 'yy', 'z']))).toEqual([1, 1, 1, 1, 2, 1, 1, 1])
})

test('another process finds in a shared store what this one embedded; a store that fails is passed over', async () => {
  const store = new Keyv()
  await cached(slow(), { store }).embed(['aa', 'b'])
  const model = slow()
  const other = cached(model, { store })
  expect(Array.from(await other.embed(['b', 'ccc']))).toEqual([1, 1, 3, 1])
  expect(model.asked).toEqual([['ccc']])
  await store.clear()
  const broken = { get: () => Promise.reject(new Error('gone')), set: () => Promise.reject(new Error('gone')) }
  expect(Array.from(await cached(slow(), { store: broken }).embed(['aa']))).toEqual([2, 1])
  const strange = { get: async () => 'AAAA', set: async () => true }
  expect(Array.from(await cached(slow(), { store: strange }).embed(['aa']))).toEqual([2, 1])
})
