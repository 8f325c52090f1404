import { expect, test } from 'vitest'
import { BytePairs } from './byte-pairs.ts'
import reference from '../fixtures/byte-pairs.json' with { type: 'json' }

const tokens = new BytePairs(reference.vocab, reference.merges)

test("texts fall into the reference tokeniser's tokens", () => {
  for (const { text, ids } of reference.cases) expect(tokens.encode(text, 512), text).toEqual(ids)
  expect(tokens.encode('<s>', 9)).not.toContain(reference.vocab['<s>']) // a special token in a text is text
})

test('any text has tokens, the first so many of them are given, and a word of a megabyte takes no time', () => {
  const long = tokens.encode('ab'.repeat(1 << 19), 512)
  expect(long).toHaveLength(512)
  expect(tokens.encode(`${'ab'.repeat(1 << 10)} c`, 512)).toEqual(long)
  expect(tokens.encode('connection refused', 1)).toEqual(tokens.encode('connection', 1))
  expect(tokens.encode('\ud800', 9).length).toBeGreaterThan(0) // half a character becomes U+FFFD, as in UTF-8
})

test('a vocabulary without every byte is refused', () => {
  expect(() => new BytePairs({ a: 0 }, [])).toThrow('expected a token for every byte, found none for Ā')
})
