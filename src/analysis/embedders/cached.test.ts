import { expect, test } from 'vitest'
import { cached } from './cached.ts'

/** Of length 1, and another for each length of a text. */
function vectorOf(text: string): number[] {
  return [Math.fround(Math.cos(text.length)), Math.fround(Math.sin(text.length))]
}

function vectorsOf(...texts: string[]): Float32Array {
  return Float32Array.from(texts.flatMap(vectorOf))
}

/** Gives the vectors above, and remembers what it was asked. */
function slow() {
  const asked: string[][] = []
  return {
    asked,
    name: 'slow',
    dims: 2,
    alike: 0.3,
    async embed(texts: readonly string[]) {
      asked.push([...texts])
      return vectorsOf(...texts)
    },
    async close() {},
  }
}

test('what was asked before is not asked again, and the order is that of the texts', async () => {
  const model = slow()
  const embedder = cached(model)
  await embedder.embed(['aa', 'b', 'aa'])
  expect(await embedder.embed(['ccc', 'aa', 'b'])).toEqual(vectorsOf('ccc', 'aa', 'b'))
  expect(model.asked).toEqual([['aa', 'b'], ['ccc']])
  expect(embedder.counts()).toEqual({ hits: 2, misses: 4 })
  expect(await embedder.embed([])).toHaveLength(0)
})

test('the vector not asked for longest leaves first', async () => {
  const model = slow()
  const embedder = cached(model, { capacity: 2 })
  for (const text of ['a', 'bb', 'a', 'ccc', 'a', 'bb']) await embedder.embed([text])
  expect(model.asked.flat()).toEqual(['a', 'bb', 'ccc', 'bb'])
  expect(await embedder.embed(['w', 'x', 'yy', 'z'])).toEqual(vectorsOf('w', 'x', 'yy', 'z'))
})

/** As another process would have it, with what a test wants instead of what was stored. */
function shared(instead?: string) {
  const held = new Map<string, string>()
  return {
    held,
    getMany: async (keys: readonly string[]) => keys.map(key => instead ?? held.get(key)),
    async setMany(entries: readonly { key: string; value: string }[]) {
      for (const { key, value } of entries) held.set(key, value)
    },
    trouble: () => undefined,
  }
}

test('another process finds in a shared store what this one embedded', async () => {
  const store = shared()
  await cached(slow(), { store }).embed(['aa', 'b'])
  const model = slow()
  const other = cached(model, { store })
  expect(await other.embed(['b', 'ccc', 'b'])).toEqual(vectorsOf('b', 'ccc', 'b'))
  expect(model.asked).toEqual([['ccc']])
  expect(other.counts()).toEqual({ hits: 2, misses: 1 })
  expect([...store.held.keys()].every(key => /^slow:[\w-]{43}$/.test(key))).toBe(true)
})

test('another model, or another text, finds nothing there', async () => {
  const store = shared()
  await cached(slow(), { store }).embed(['aa'])
  const model = { ...slow(), name: 'other' }
  await cached(model, { store }).embed(['aa', 'aaa'])
  expect(model.asked).toEqual([['aa', 'aaa']])
})

test('what is no vector of the model is embedded again', async () => {
  const longer = Buffer.from(Float32Array.of(3, 1).buffer).toString('base64')
  const broken = Buffer.from(Float32Array.of(Number.NaN, 1).buffer).toString('base64')
  for (const instead of ['AAAA', '', '{}', longer, broken]) {
    expect(await cached(slow(), { store: shared(instead) }).embed(['aa'])).toEqual(vectorsOf('aa'))
  }
})
