// The n x n distances HDBSCAN needs, a tile at a time, none kept: which rows are near, and which edges shorten a tree.
// Every pair is first measured in integers: rows as 16-bit numbers, whose product falls short of the true one by no more
// than is known of each row. Only pairs that could matter by that bound are measured in doubles, in the order of
// additions of distance.ts. Integers and doubles round alike everywhere: so do the answers, on any processor.
//
// Memory is the caller's (tiles.ts); all addresses are bytes. Rows from `count` up to the next multiple of 4, and one
// more, are there and have an offset of Infinity: nothing is near them.

/** Doubles, `stride` a row, a multiple of 4. */
let exact: usize;
let stride: i32;
/** 16-bit numbers, `width` a row, a multiple of 16. */
let small: usize;
let width: i32;
/** Floats, one a row: a pair's bound is offset + offset - scale * scale * integer product. */
let offset: usize;
let scale: usize;
/** 1: cosine, and bounds are distances. 0: euclidean, and bounds are squares, times `unit`. */
let isCosine: i32;
let unit: f64;
/** Floats for 2 x 192 bounds; this thread's own. */
let bounds: usize;

const TILE: i32 = 192;

export function rows(atExact: usize, ofStride: i32, atSmall: usize, ofWidth: i32, atOffset: usize, atScale: usize): void {
  exact = atExact;
  stride = ofStride;
  small = atSmall;
  width = ofWidth;
  offset = atOffset;
  scale = atScale;
}

export function metric(cosine: i32, ofUnit: f64, atBounds: usize): void {
  isCosine = cosine;
  unit = ofUnit;
  bounds = atBounds;
}

/** Floats, one a row, shared by all threads: a distance that is surely not less than that to its last neighbour. */
let reach: usize;
/** `kept` doubles and 32-bit indices a row, ascending; this thread's own. */
let near: usize;
let nearIndex: usize;
let kept: i32;

export function lists(atReach: usize, atNear: usize, atNearIndex: usize, ofKept: i32): void {
  reach = atReach;
  near = atNear;
  nearIndex = atNearIndex;
  kept = ofKept;
}

/**
 * Puts every pair of the tile into the lists of both rows where it belongs. Writes, for each row i, a bound below all its
 * distances in the tile, as floats; returns the least.
 */
export function nearestTile(i0: i32, i1: i32, j0: i32, j1: i32, out: usize): f32 {
  let least: f32 = Infinity;
  for (let i = i0; i < i1; i += 2) {
    const from = i0 == j0 ? i & ~3 : j0;
    measure(i, from, j1);
    for (let row = i; row < i + 2; row++) {
      const line = bounds + (<usize>(row - i) * TILE << 2);
      const own = reach + (<usize>row << 2);
      let lowest = f32x4.splat(Infinity);
      for (let j = from; j < j1; j += 4) {
        const low = v128.load(line + (<usize>(j - from) << 2));
        lowest = f32x4.pmin(lowest, low);
        const most = f32x4.pmax(v128.load32_splat(own), v128.load(reach + (<usize>j << 2)));
        if (!v128.any_true(f32x4.lt(low, most))) continue;
        for (let k = 0; k < 4; k++) {
          if (j + k > row) join(row, j + k, load<f32>(line + (<usize>(j + k - from) << 2)));
        }
      }
      lowest = f32x4.pmin(lowest, v128.shuffle<f32>(lowest, lowest, 2, 3, 0, 1));
      const nearest = min<f32>(f32x4.extract_lane(lowest, 0), f32x4.extract_lane(lowest, 1));
      store<f32>(out + (<usize>(row - i0) << 2), nearest);
      least = min<f32>(least, nearest);
    }
  }
  return least;
}

function join(i: i32, j: i32, bound: f32): void {
  if (bound >= load<f32>(reach + (<usize>i << 2)) && bound >= load<f32>(reach + (<usize>j << 2))) return;
  const distance = distanceOf(i, j);
  insert(i, j, distance);
  insert(j, i, distance);
}

function insert(row: i32, other: i32, distance: f64): void {
  const values = near + (<usize>row * kept << 3);
  const indices = nearIndex + (<usize>row * kept << 2);
  let place = kept - 1;
  if (distance >= load<f64>(values + (<usize>place << 3))) return;
  while (place > 0 && load<f64>(values + (<usize>(place - 1) << 3)) > distance) {
    store<f64>(values + (<usize>place << 3), load<f64>(values + (<usize>(place - 1) << 3)));
    store<i32>(indices + (<usize>place << 2), load<i32>(indices + (<usize>(place - 1) << 2)));
    place--;
  }
  store<f64>(values + (<usize>place << 3), distance);
  store<i32>(indices + (<usize>place << 2), other);
  // Another thread may write a larger one at this moment: that is still no less than the truth.
  const last = asBound(load<f64>(values + (<usize>(kept - 1) << 3)), MORE);
  if (last < load<f32>(reach + (<usize>row << 2))) store<f32>(reach + (<usize>row << 2), last);
}

/** Doubles, one a row: core distances; floats: the same as bounds, and never more. */
let core: usize;
let coreBound: usize;
/** Floats, one a row: a bound not below the longest edge between it and its block's densest row, in the tree. */
let climb: usize;
/** The tree: of each row its place in the tree's order, and the ranks of edges between places, as a table of maxima. */
let place: usize;
let ranks: usize;
let levels: usize;
/** Edges of the tree by rank: doubles and pairs of 32-bit names; the name of each row. */
let weights: usize;
let ends: usize;
let names: usize;

export function tree(atCore: usize, atCoreBound: usize, atClimb: usize, atPlace: usize, atRanks: usize, perLevel: usize): void {
  core = atCore;
  coreBound = atCoreBound;
  climb = atClimb;
  place = atPlace;
  ranks = atRanks;
  levels = perLevel;
}

export function edges(atWeights: usize, atEnds: usize, atNames: usize): void {
  weights = atWeights;
  ends = atEnds;
  names = atNames;
}

/**
 * Writes the pairs of the tile that are a shorter edge than the longest on their way through the tree: a double, and two
 * rows. `between`: a bound not below the longest edge between the densest rows of the two blocks; `highest`: not below
 * `climb` of any row j; `least`: what nearestTile wrote. Returns how many.
 */
export function linkTile(i0: i32, i1: i32, j0: i32, j1: i32, between: f32, highest: f32, least: usize, out: usize): i32 {
  let at = out;
  const usual = max<f32>(between, highest);
  for (let i = i0; i < i1; i += 2) {
    const from = i0 == j0 ? i & ~3 : j0;
    const lines = least + (<usize>(i - i0) << 2);
    if (isAbove(i, load<f32>(lines), usual) && isAbove(i + 1, load<f32>(lines, 4), usual)) continue;
    measure(i, from, j1);
    for (let row = i; row < i + 2; row++) {
      const line = bounds + (<usize>(row - i) * TILE << 2);
      const own = v128.load32_splat(coreBound + (<usize>row << 2));
      const way = f32x4.pmax(f32x4.splat(between), v128.load32_splat(climb + (<usize>row << 2)));
      for (let j = from; j < j1; j += 4) {
        const low = f32x4.pmax(f32x4.pmax(v128.load(line + (<usize>(j - from) << 2)), own), v128.load(coreBound + (<usize>j << 2)));
        if (!v128.any_true(f32x4.le(low, f32x4.pmax(way, v128.load(climb + (<usize>j << 2)))))) continue;
        for (let k = j; k < j + 4; k++) {
          if (k <= row) continue;
          const rank = longest(row, k);
          if (rank < 0) continue;
          const most = load<f64>(weights + (<usize>rank << 3));
          if (load<f32>(line + (<usize>(k - from) << 2)) > asBound(most, MORE)) continue;
          const sparser = max<f64>(load<f64>(core + (<usize>row << 3)), load<f64>(core + (<usize>k << 3)));
          if (sparser > most) continue;
          const mutual = max<f64>(distanceOf(row, k), sparser);
          if (mutual > most || (mutual == most && !comesBefore(row, k, rank))) continue;
          store<f64>(at, mutual);
          store<i32>(at, row, 8);
          store<i32>(at, k, 12);
          at += 16;
        }
      }
    }
  }
  return <i32>((at - out) >> 4);
}

/** Whether a row's nearest in a tile is farther than any edge on a way from it there. */
@inline function isAbove(row: i32, nearest: f32, usual: f32): bool {
  return nearest > max<f32>(usual, load<f32>(climb + (<usize>row << 2)));
}

/** The rank of the longest edge between two rows in the tree; -1 for a row that is none. */
@inline function longest(i: i32, j: i32): i32 {
  const a = load<i32>(place + (<usize>i << 2)), b = load<i32>(place + (<usize>j << 2));
  if (a < 0 || b < 0) return -1;
  const first = min<i32>(a, b), count = max<i32>(a, b) - first;
  const level = 31 - clz<i32>(count);
  const line = ranks + <usize>level * levels;
  return max<i32>(load<i32>(line + (<usize>first << 2)), load<i32>(line + (<usize>(first + count - (1 << level)) << 2)));
}

/** Of edges of one weight: by the lower name, then by the higher. */
function comesBefore(i: i32, j: i32, rank: i32): bool {
  const a = load<i32>(names + (<usize>i << 2)), b = load<i32>(names + (<usize>j << 2));
  const lower = min<i32>(a, b), other = load<i32>(ends + (<usize>rank << 3));
  return lower < other || (lower == other && max<i32>(a, b) < load<i32>(ends + (<usize>rank << 3), 4));
}

/** For each row the nearest of the rows j0 to j1 by its bound, as 32-bit indices from 0. */
export function nearestOf(i0: i32, i1: i32, j0: i32, j1: i32, out: usize): void {
  for (let i = i0; i < i1; i += 2) {
    let best0: f32 = Infinity, best1: f32 = Infinity, index0 = 0, index1 = 0;
    for (let part = j0; part < j1; part += TILE) {
      const end = min<i32>(part + TILE, j1);
      measure(i, part, end);
      for (let j = part; j < end; j++) {
        const low0 = load<f32>(bounds + (<usize>(j - part) << 2)), low1 = load<f32>(bounds + (<usize>(TILE + j - part) << 2));
        if (low0 < best0) { best0 = low0; index0 = j - j0; }
        if (low1 < best1) { best1 = low1; index1 = j - j0; }
      }
    }
    store<i32>(out + (<usize>i << 2), index0);
    if (i + 1 < i1) store<i32>(out + (<usize>(i + 1) << 2), index1);
  }
}

/** Writes the bounds of rows i and i + 1 against rows j0 to j1, at most TILE of them. */
function measure(i: i32, j0: i32, j1: i32): void {
  const bytes = <usize>width << 1;
  const row0 = small + <usize>i * bytes, row1 = row0 + bytes, end = row0 + bytes;
  const offset0 = v128.load32_splat(offset + (<usize>i << 2)), offset1 = v128.load32_splat(offset + (<usize>i << 2), 4);
  const scale0 = v128.load32_splat(scale + (<usize>i << 2)), scale1 = v128.load32_splat(scale + (<usize>i << 2), 4);
  for (let j = j0; j < j1; j += 4) {
    let a = row0, b = row1, p = small + <usize>j * bytes, q = p + bytes, r = q + bytes, s = r + bytes;
    let ap = i32x4.splat(0), aq = ap, ar = ap, as = ap, bp = ap, bq = ap, br = ap, bs = ap;
    while (a < end) {
      let x = v128.load(a), y = v128.load(b), z = v128.load(p);
      ap = i32x4.add(ap, i32x4.dot_i16x8_s(x, z));
      bp = i32x4.add(bp, i32x4.dot_i16x8_s(y, z));
      z = v128.load(q);
      aq = i32x4.add(aq, i32x4.dot_i16x8_s(x, z));
      bq = i32x4.add(bq, i32x4.dot_i16x8_s(y, z));
      z = v128.load(r);
      ar = i32x4.add(ar, i32x4.dot_i16x8_s(x, z));
      br = i32x4.add(br, i32x4.dot_i16x8_s(y, z));
      z = v128.load(s);
      as = i32x4.add(as, i32x4.dot_i16x8_s(x, z));
      bs = i32x4.add(bs, i32x4.dot_i16x8_s(y, z));
      x = v128.load(a, 16); y = v128.load(b, 16); z = v128.load(p, 16);
      ap = i32x4.add(ap, i32x4.dot_i16x8_s(x, z));
      bp = i32x4.add(bp, i32x4.dot_i16x8_s(y, z));
      z = v128.load(q, 16);
      aq = i32x4.add(aq, i32x4.dot_i16x8_s(x, z));
      bq = i32x4.add(bq, i32x4.dot_i16x8_s(y, z));
      z = v128.load(r, 16);
      ar = i32x4.add(ar, i32x4.dot_i16x8_s(x, z));
      br = i32x4.add(br, i32x4.dot_i16x8_s(y, z));
      z = v128.load(s, 16);
      as = i32x4.add(as, i32x4.dot_i16x8_s(x, z));
      bs = i32x4.add(bs, i32x4.dot_i16x8_s(y, z));
      a += 32; b += 32; p += 32; q += 32; r += 32; s += 32;
    }
    const offsets = v128.load(offset + (<usize>j << 2)), scales = v128.load(scale + (<usize>j << 2));
    const at = bounds + (<usize>(j - j0) << 2);
    v128.store(at, f32x4.sub(f32x4.add(offset0, offsets), f32x4.mul(f32x4.mul(scale0, scales), f32x4.convert_i32x4_s(sums(ap, aq, ar, as)))));
    v128.store(at + (TILE << 2), f32x4.sub(f32x4.add(offset1, offsets), f32x4.mul(f32x4.mul(scale1, scales), f32x4.convert_i32x4_s(sums(bp, bq, br, bs)))));
  }
}

/** The four sums of four lanes each. */
@inline function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** Cosine distances below this are rounding: distance.ts. */
const SAME: f64 = 1e-6;

/** The distance of two rows, as distance.ts gives it, to the bit. */
function distanceOf(i: i32, j: i32): f64 {
  const bytes = <usize>stride << 3;
  let a = exact + <usize>i * bytes, b = exact + <usize>j * bytes;
  const end = a + bytes;
  let even = f64x2.splat(0), odd = even;
  if (isCosine) {
    for (; a < end; a += 32, b += 32) {
      even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)));
      odd = f64x2.add(odd, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    }
    const distance = 1 - total(f64x2.add(even, odd));
    return distance < SAME ? 0 : distance;
  }
  for (; a < end; a += 32, b += 32) {
    const x = f64x2.sub(v128.load(a), v128.load(b)), y = f64x2.sub(v128.load(a, 16), v128.load(b, 16));
    even = f64x2.add(even, f64x2.mul(x, x));
    odd = f64x2.add(odd, f64x2.mul(y, y));
  }
  return sqrt(total(f64x2.add(even, odd)));
}

@inline function total(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** More than a float's rounding, up. */
const MORE: f64 = 1 + 2.5e-7;

/** A distance in the units of bounds. */
@inline function asBound(distance: f64, factor: f64): f32 {
  return <f32>((isCosine ? distance : distance * distance * unit) * factor);
}
