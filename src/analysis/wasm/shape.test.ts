import { expect, test } from 'vitest'
import { logLines } from '../../../bench/log-lines.ts'
import { randomFrom } from '../random.ts'
import './portable.ts'
import { openKernel } from './kernel.ts'
import * as source from './shape.as.ts'

const kernel = openKernel('shape', source)

/** What stands where a line is read in another way; bytes of characters, and bytes that belong to none. */
const PIECES = [
  ...'"\'`{}[]()<>,;:=/\\.@*~-_ \t\r\0\x7f',
  'msg',
  'user=',
  '"level":',
  '502',
  'status',
  'deadbeef',
  'feed',
  'Mon',
  'UTC',
  'MB',
  'pod-kxqzp',
  'db.internal',
  ':5432',
  'fe80::1',
  'a@b.c',
  'https://',
  'true',
  'дом',
  '库',
  '🔥',
  '\xff',
  '\xe2\x82',
]

function anyLines(count: number, seed: number): Buffer {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(limit * random())
  const parts: Buffer[] = []
  for (let line = 0; line < count; line++) {
    for (let length = below(20); length > 0; length--) {
      const piece = PIECES[below(PIECES.length)]!
      parts.push(
        random() < 0.05
          ? Buffer.of(below(256) || 1)
          : Buffer.from(piece, piece < '\x80' || piece > '\xff' ? 'utf8' : 'latin1'),
      )
    }
    parts.push(Buffer.from('\n'))
  }
  return Buffer.concat(parts)
}

function shapes(from: typeof source, block: Uint8Array) {
  from.INPUT.set(block)
  let lines = from.shapeLines(block.length)
  if (lines < 0) {
    from.LETTERS.fill(0b10101010) // any table, the same for both
    lines = from.shapeLines(block.length)
  }
  const end = from.OFFSETS[lines]!
  return [
    lines,
    Buffer.from(from.SHAPES.subarray(0, end)),
    from.OFFSETS.slice(0, lines + 1),
    from.STARTS.slice(0, lines + 1),
    from.STATUSES.slice(0, lines),
  ]
}

test('WebAssembly and the source run as it is answer the same, byte for byte', () => {
  expect(kernel, 'node bin/build.mjs wasm was not run').not.toBe(source)
  const texts = [logLines(20_000), anyLines(50_000, 1), anyLines(50_000, 2)]
  let blocks = 0
  for (const text of texts) {
    for (let at = 0; at < text.length; ) {
      const end = text.lastIndexOf(10, at + 60_000) + 1
      const block = text.subarray(at, end)
      const [compiled, run] = [shapes(kernel, block), shapes(source, block)]
      for (const [i, part] of compiled.entries()) {
        const same = typeof part === 'number' ? part === run[i] : Buffer.compare(bytes(part), bytes(run[i]!)) === 0
        expect(same, `part ${i} of the block at ${at}`).toBe(true)
      }
      at = end
      blocks++
    }
  }
  expect(blocks).toBeGreaterThan(30)
})

function bytes(part: unknown): Buffer {
  if (!ArrayBuffer.isView(part)) throw new TypeError('expected an array')
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength)
}
