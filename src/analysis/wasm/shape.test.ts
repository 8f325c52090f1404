import { expect, test } from 'vitest'
import { logLines } from '../../../bench/log-lines.ts'
import { anyLines } from '../any-lines.fixture.ts'
import './portable.ts'
import { openKernel } from './kernel.ts'
import * as source from './shape.as.ts'

const kernel = openKernel('shape', source)

function shapes(from: typeof source, block: Uint8Array) {
  from.INPUT.set(block)
  let lines = from.shapeLines(block.length, 1)
  if (lines < 0) {
    from.LETTERS.fill(0b10101010) // any table, the same for both
    lines = from.shapeLines(block.length, 1)
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
  const texts = [logLines(5_000), anyLines(20_000, 1), anyLines(20_000, 2)]
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
  expect(blocks).toBeGreaterThan(20)
})

function bytes(part: unknown): Buffer {
  if (!ArrayBuffer.isView(part)) throw new TypeError('expected an array')
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength)
}
