import { expect, test } from 'vitest'
import { hostileUnits, repeated } from '../../../bench/hostile-lines.ts'
import { logLines } from '../../../bench/log-lines.ts'
import { anyLines } from '../any-lines.fixture.ts'
import { openKernel, plainKernel, type Kernel } from './kernel.ts'
import { loads } from './loads.fixture.ts'
import * as source from './shape.as.ts'

const kernel = openKernel('shape', source)
const plain = plainKernel(source)

/** What the kernel writes for a block. */
function shapes({ memory, ...at }: Kernel<typeof source>, block: Uint8Array): Buffer[] {
  Buffer.from(memory, at.INPUT).set(block)
  let lines = at.shapeLines(block.length, 1)
  if (lines < 0) {
    Buffer.from(memory, at.LETTERS, 0x110000 / 8 + 1).fill(0b10101010) // any table, the same for both
    lines = at.shapeLines(block.length, 1)
  }
  const end = Buffer.from(memory, at.OFFSETS).readInt32LE(4 * lines)
  return [
    Buffer.from(memory, at.SHAPES, end),
    Buffer.from(memory, at.OFFSETS, 4 * (lines + 1)),
    Buffer.from(memory, at.STARTS, 4 * (lines + 1)),
    Buffer.from(memory, at.HASHES, 8 * lines),
    Buffer.from(memory, at.STATUSES, lines),
  ]
}

test('WebAssembly and the source run as it is answer the same, byte for byte', () => {
  expect(kernel.memory, 'node bin/build.mjs wasm was not run').not.toBe(plain.memory)
  const texts = [logLines(5_000), anyLines(20_000, 1), anyLines(20_000, 2)]
  let blocks = 0
  for (const text of texts) {
    for (let at = 0; at < text.length; ) {
      const end = text.lastIndexOf(10, at + 60_000) + 1
      const block = text.subarray(at, end)
      const [compiled, run] = [shapes(kernel, block), shapes(plain, block)]
      for (const [i, part] of compiled.entries()) {
        expect(part.equals(run[i]!), `part ${i} of the block at ${at}`).toBe(true)
      }
      at = end
      blocks++
    }
  }
  expect(blocks).toBeGreaterThan(20)
})

test('twice the line is at most 2.5 times the bytes read, for shapes made to be slow', () => {
  expect(hostileUnits.length).toBeGreaterThanOrEqual(50)
  for (const unit of hostileUnits) {
    const [half, whole] = [1_800, 3_600].map(length => loads(() => shapes(plain, repeated(unit, length))))
    expect(whole, JSON.stringify(unit)).toBeLessThanOrEqual(2.5 * half!)
  }
})
