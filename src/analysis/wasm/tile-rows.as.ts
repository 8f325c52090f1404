// Rows as HDBSCAN's kernel keeps them: as they came, for exact distances, and as 16-bit numbers with a bound on what that
// lost. A pair is measured in integers first; only where that bound leaves it open, in doubles, in the order of additions
// of distance.ts. Integers and doubles round alike everywhere: so do the answers, on any processor.
//
// All memory is the caller's (tile-memory.ts); addresses are bytes, `padded` is a multiple of 8. Rows from n up to `padded`
// have an offset of Infinity: nothing is near them.

/** Rows of a tile on each side: tile-memory.ts. */
export const TILE: i32 = 192;

/** 1: cosine, and bounds are distances. 0: euclidean, and bounds are squares, times `unit`. */
let isCosine: i32;
let unit: f64;
/** `stride` numbers a row, a multiple of 4: floats if `isSingle`, else doubles. A double a row times them is its unit row. */
let exact: usize;
let isSingle: i32;
let stride: i32;
let factor: usize;

export function exactRows(cosine: i32, ofUnit: f64, atExact: usize, single: i32, ofStride: i32, atFactor: usize): void {
  isCosine = cosine;
  unit = ofUnit;
  exact = atExact;
  isSingle = single;
  stride = ofStride;
  factor = atFactor;
}

/** 16-bit numbers, `width` a row, an even number; of 8 rows together: the first two of each, then the next two of each. */
let small: usize;
let width: i32;
/** Doubles: where 16-bit numbers count from, `stride` of them; how long each row is from there, what rounding lost of it. */
let middle: usize;
let length: usize;
let lost: usize;
/** Floats, one a row: a pair's bound is offset + offset - scale * scale * product of the 16-bit numbers. */
let offset: usize;
let scale: usize;
/** Floats for 4 x TILE bounds; this thread's own. */
export let bounds: usize;

export function smallRows(
  atSmall: usize, ofWidth: i32, atMiddle: usize, atLength: usize, atLost: usize, atOffset: usize, atScale: usize, atBounds: usize,
): void {
  small = atSmall;
  width = ofWidth;
  middle = atMiddle;
  length = atLength;
  lost = atLost;
  offset = atOffset;
  scale = atScale;
  bounds = atBounds;
}

/** The largest 16-bit number: a row of that length has no larger one, and no product of two leaves 32 bits. */
const LARGEST: f64 = 32767;

/** Makes 16-bit numbers of rows i0 to i1; writes their factor, their length, and, relative to it, what was lost. */
export function roundRows(i0: i32, i1: i32): void {
  for (let i = i0; i < i1; i++) {
    if (isSingle) roundRow<f32>(i);
    else roundRow<f64>(i);
  }
}

function roundRow<T>(i: i32): void {
  const row = exact + <usize>i * stride * sizeof<T>();
  const byUnit = isCosine ? factorOf<T>(row) : 1;
  const factors = f64x2.splat(byUnit);
  let squares = f64x2.splat(0), most = squares;
  for (let k = 0; k < stride; k += 2) {
    const value = f64x2.mul(pair<T>(row + <usize>k * sizeof<T>()), factors), from = v128.load(middle + (<usize>k << 3));
    const gap = f64x2.sub(value, from);
    squares = f64x2.add(squares, f64x2.mul(gap, gap));
    most = f64x2.pmax(most, f64x2.pmax(f64x2.abs(value), f64x2.abs(from)));
  }
  const own = sqrt<f64>(total(squares));
  const times = f64x2.splat(own > 0 ? LARGEST / own : 0);
  const out = small + (<usize>(i & ~7) * width << 1) + (<usize>(i & 7) << 2);
  let gaps = f64x2.splat(0);
  for (let k = 0; k < width; k += 2) {
    const value = f64x2.mul(pair<T>(row + <usize>k * sizeof<T>()), factors), from = v128.load(middle + (<usize>k << 3));
    const scaled = f64x2.mul(f64x2.sub(value, from), times), rounded = f64x2.nearest(scaled);
    const whole = i32x4.trunc_sat_f64x2_s_zero(rounded);
    v128.store_lane<i32>(out + (<usize>k << 4), i16x8.narrow_i32x4_s(whole, whole), 0);
    const gap = f64x2.sub(scaled, rounded);
    gaps = f64x2.add(gaps, f64x2.mul(gap, gap));
  }
  const largest = max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  const cancelled = own > 0 ? 2 * f64.EPSILON * largest * sqrt<f64>(<f64>stride) / own + 2 * f64.EPSILON : 0;
  store<f64>(factor + (<usize>i << 3), byUnit);
  store<f64>(length + (<usize>i << 3), own);
  store<f64>(lost + (<usize>i << 3), sqrt<f64>(total(gaps)) / LARGEST + cancelled);
}

/** What brings a row to unit length, as scaledToUnit of distance.ts has it, to the bit. */
function factorOf<T>(row: usize): f64 {
  let even = f64x2.splat(0), odd = even;
  const end = row + stride * sizeof<T>();
  for (let at = row; at < end; at += 4 * sizeof<T>()) {
    const x = pair<T>(at), y = pair<T>(at + 2 * sizeof<T>());
    even = f64x2.add(even, f64x2.mul(x, x));
    odd = f64x2.add(odd, f64x2.mul(y, y));
  }
  const square = total(f64x2.add(even, odd));
  return square == 0 ? 1 : 1 / sqrt<f64>(square);
}

/** Writes the bounds of rows i to i + 3 against rows j0 to j1, at most TILE of them; i a multiple of 4, j0 one of 8. */
export function measure(i: i32, j0: i32, j1: i32): void {
  const bytes = <usize>width << 4; // of 8 rows
  const row = small + <usize>(i >> 3) * bytes + (<usize>(i & 4) << 2), end = row + bytes;
  for (let j = j0; j < j1; j += 8) {
    let a = row, b = small + <usize>(j >> 3) * bytes;
    let p0 = i32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0;
    while (a < end) {
      const y = v128.load(b), z = v128.load(b, 16);
      let x = v128.load32_splat(a);
      p0 = i32x4.add(p0, i32x4.dot_i16x8_s(x, y));
      p1 = i32x4.add(p1, i32x4.dot_i16x8_s(x, z));
      x = v128.load32_splat(a, 4);
      q0 = i32x4.add(q0, i32x4.dot_i16x8_s(x, y));
      q1 = i32x4.add(q1, i32x4.dot_i16x8_s(x, z));
      x = v128.load32_splat(a, 8);
      r0 = i32x4.add(r0, i32x4.dot_i16x8_s(x, y));
      r1 = i32x4.add(r1, i32x4.dot_i16x8_s(x, z));
      x = v128.load32_splat(a, 12);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, y));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, z));
      a += 32;
      b += 32;
    }
    const at = bounds + (<usize>(j - j0) << 2);
    writeBounds(i, j, p0, p1, at);
    writeBounds(i + 1, j, q0, q1, at + (TILE << 2));
    writeBounds(i + 2, j, r0, r1, at + (TILE << 3));
    writeBounds(i + 3, j, s0, s1, at + (TILE << 2) * 3);
  }
}

@inline function writeBounds(i: i32, j: i32, first: v128, second: v128, out: usize): void {
  const own = v128.load32_splat(offset + (<usize>i << 2)), times = v128.load32_splat(scale + (<usize>i << 2));
  const offsets = offset + (<usize>j << 2), scales = scale + (<usize>j << 2);
  const products = f32x4.mul(f32x4.mul(times, v128.load(scales)), f32x4.convert_i32x4_s(first));
  const behind = f32x4.mul(f32x4.mul(times, v128.load(scales, 16)), f32x4.convert_i32x4_s(second));
  v128.store(out, f32x4.sub(f32x4.add(own, v128.load(offsets)), products));
  v128.store(out, f32x4.sub(f32x4.add(own, v128.load(offsets, 16)), behind), 16);
}

/** Cosine distances below this are rounding: distance.ts. */
const SAME: f64 = 1e-6;

/** The distance of two rows, as distance.ts gives it, to the bit. */
export function distanceOf(i: i32, j: i32): f64 {
  return isSingle ? distance<f32>(i, j) : distance<f64>(i, j);
}

function distance<T>(i: i32, j: i32): f64 {
  const bytes = <usize>stride * sizeof<T>(), step = 4 * sizeof<T>(), half = 2 * sizeof<T>();
  let a = exact + <usize>i * bytes, b = exact + <usize>j * bytes;
  const end = a + bytes;
  let even = f64x2.splat(0), odd = even;
  if (isCosine) {
    const f = v128.load64_splat(factor + (<usize>i << 3)), g = v128.load64_splat(factor + (<usize>j << 3));
    for (; a < end; a += step, b += step) {
      even = f64x2.add(even, f64x2.mul(f64x2.mul(pair<T>(a), f), f64x2.mul(pair<T>(b), g)));
      odd = f64x2.add(odd, f64x2.mul(f64x2.mul(pair<T>(a + half), f), f64x2.mul(pair<T>(b + half), g)));
    }
    const apart = 1 - total(f64x2.add(even, odd));
    return apart < SAME ? 0 : apart;
  }
  for (; a < end; a += step, b += step) {
    const x = f64x2.sub(pair<T>(a), pair<T>(b)), y = f64x2.sub(pair<T>(a + half), pair<T>(b + half));
    even = f64x2.add(even, f64x2.mul(x, x));
    odd = f64x2.add(odd, f64x2.mul(y, y));
  }
  return sqrt<f64>(total(f64x2.add(even, odd)));
}

/** Two numbers as doubles, which hold a float exactly. */
@inline function pair<T>(at: usize): v128 {
  return sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(at)) : v128.load(at);
}

@inline function total(two: v128): f64 {
  return f64x2.extract_lane(two, 0) + f64x2.extract_lane(two, 1);
}

/** A distance in the units of bounds, and more than a float's rounding above it. */
@inline export function asBound(distance: f64): f32 {
  return <f32>((isCosine ? distance : distance * distance * unit) * (1 + 2.5e-7));
}
