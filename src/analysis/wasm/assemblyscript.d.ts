// What AssemblyScript knows by itself, for sources that are compiled to WebAssembly and also run as they are: see
// `portable.ts`. Addresses are bytes.
declare type i32 = number

/** Sixteen bytes. */
declare type v128 = Uint8Array

declare var memory: {
  /** So many bytes, zero at first, from a multiple of 16 on. */
  data(size: number): number
}

declare var i32: {
  load8_u(at: number): number
  load16_u(at: number): number
  load(at: number): number
  store8(at: number, value: number): void
  store16(at: number, value: number): void
  store(at: number, value: number): void
  /** How many bits below the lowest that is set; 32 of none. */
  ctz(value: number): number
}

declare var v128: {
  load(at: number, offset?: number): v128
  store(at: number, value: v128, offset?: number): void
  and(a: v128, b: v128): v128
  or(a: v128, b: v128): v128
}

declare var i8x16: {
  splat(value: number): v128
  eq(a: v128, b: v128): v128
  shr_u(a: v128, bits: number): v128
  /** Of `a` the byte that each of `order` names; 0 from 16 on. */
  swizzle(a: v128, order: v128): v128
  /** The highest bit of each byte. */
  bitmask(a: v128): number
}
