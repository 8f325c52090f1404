// What the portable sources call of AssemblyScript, for where they run as JavaScript: import this before them. One memory
// for all of them, and of WebAssembly's instructions those that they use, each as its specification has it:
// https://webassembly.github.io/spec/core/exec/instructions.html

/** The sources ask for a little less; pages that are never written take no memory. */
const MEMORY_SIZE = 8 << 20
const ALIGNMENT = 16

/** Where the sources' arrays lie when they run as they are. */
export const buffer = new ArrayBuffer(MEMORY_SIZE)
const bytes = new Uint8Array(buffer)
const halves = new Uint16Array(buffer)
const words = new Int32Array(buffer)

let taken = ALIGNMENT

globalThis.memory = {
  data(size) {
    const at = taken
    taken = (at + size + ALIGNMENT - 1) & -ALIGNMENT
    if (taken > MEMORY_SIZE) throw new RangeError(`portable sources ask for more than ${MEMORY_SIZE} bytes`)
    return at
  },
}

globalThis.i32 = {
  load8_u: at => bytes[at]!,
  load16_u: at => halves[at >> 1]!,
  load: at => words[at >> 2]!,
  store8(at, value) {
    bytes[at] = value
  },
  store16(at, value) {
    halves[at >> 1] = value
  },
  store(at, value) {
    words[at >> 2] = value
  },
  ctz: value => (value === 0 ? 32 : 31 - Math.clz32(value & -value)),
}

globalThis.v128 = {
  load: (at, offset = 0) => bytes.slice(at + offset, at + offset + 16),
  store(at, value, offset = 0) {
    bytes.set(value, at + offset)
  },
  and: (a, b) => lanes(i => a[i]! & b[i]!),
  or: (a, b) => lanes(i => a[i]! | b[i]!),
}

globalThis.i8x16 = {
  splat: value => new Uint8Array(16).fill(value),
  eq: (a, b) => lanes(i => (a[i] === b[i] ? 255 : 0)),
  shr_u: (a, bits) => lanes(i => a[i]! >> bits),
  swizzle: (a, order) => lanes(i => a[order[i]!] ?? 0),
  bitmask(a) {
    let mask = 0
    for (let i = 0; i < 16; i++) mask |= (a[i]! >> 7) << i
    return mask
  },
}

function lanes(of: (lane: number) => number): v128 {
  const vector = new Uint8Array(16)
  for (let i = 0; i < 16; i++) vector[i] = of(i)
  return vector
}
