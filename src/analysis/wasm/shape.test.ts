import { expect, test } from 'vitest'
import { hostileUnits, repeated } from '../../../bench/hostile-lines.ts'
import { logLines } from '../../../bench/log-lines.ts'
import { anyLines } from '../lines/any-lines.fixture.ts'
import { loads } from './loads.fixture.ts'
import { areShapesSame, kernel, plain, shapes } from './shapes.fixture.ts'

test('WebAssembly and the source run as it is answer the same, byte for byte', () => {
  expect(kernel.memory, 'node bin/build.mjs wasm was not run').not.toBe(plain.memory)
  const texts = [logLines(5_000), anyLines(20_000, 1), anyLines(20_000, 2)]
  let blocks = 0
  for (const text of texts) {
    for (let at = 0; at < text.length; ) {
      const end = text.lastIndexOf(10, at + 60_000) + 1
      expect(areShapesSame(text.subarray(at, end)), `block at ${at}`).toBe(true)
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
