// What the kernel of shapes writes for a block of lines, as WebAssembly and as its source.
import { openKernel, plainKernel, type Kernel } from './kernel.ts'
import * as source from './shape.as.ts'

export const kernel = openKernel('shape', source)
export const plain = plainKernel(source)

export function shapes({ memory, ...at }: Kernel<typeof source>, block: Uint8Array): Buffer[] {
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

/** Whether WebAssembly and the source run as it is write the same for a block, byte for byte. */
export function areShapesSame(block: Uint8Array): boolean {
  const run = shapes(plain, block)
  return shapes(kernel, block).every((part, i) => part.equals(run[i]!))
}
