// The second pass over tiles: the pairs that are a shorter edge than the longest on their way through a spanning tree.
// That longest is at most the longest of three: on the way from the first row to its block's densest, from there to the
// densest of the other row's block, and on to the other. Most pairs are farther apart than that, by their bounds. For the
// rest it is looked up: between the rows' places in the tree's order (tree-order.ts), from a table of maxima.
import { asBound, bounds, distanceOf, measure, TILE } from './tile-rows.as';

/** Doubles, one a row: core distances; floats: the same as bounds, and never more. */
let core: usize;
let coreBound: usize;
/** Floats, one a row: a bound not below the longest edge between it and its block's densest row, in the tree. */
let climb: usize;
/** The place of each row in the tree's order; ranks of the edges between places, a table of maxima, bytes a level. */
let place: usize;
let ranks: usize;
let perLevel: usize;
/** Edges of the tree by rank: doubles and pairs of 32-bit names; the name of each row. */
let weights: usize;
let ends: usize;
let names: usize;

export function tree(atCore: usize, atCoreBound: usize, atClimb: usize, atPlace: usize, atRanks: usize, ofLevel: usize): void {
  core = atCore;
  coreBound = atCoreBound;
  climb = atClimb;
  place = atPlace;
  ranks = atRanks;
  perLevel = ofLevel;
}

export function edges(atWeights: usize, atEnds: usize, atNames: usize): void {
  weights = atWeights;
  ends = atEnds;
  names = atNames;
}

/**
 * Writes the pairs of the tile that are a shorter edge than the longest on their way: to `lengths` their mutual
 * reachability as doubles, to `pairs` two rows each. `between`: a bound not below the longest edge between the densest rows
 * of the two blocks; `highest`: not below `climb` of any row j; `least`: what nearestTile wrote. Returns how many.
 */
export function linkTile(
  i0: i32, i1: i32, j0: i32, j1: i32, between: f32, highest: f32, least: usize, lengths: usize, pairs: usize,
): i32 {
  let count = 0;
  const usual = max<f32>(between, highest);
  for (let i = i0; i < i1; i += 4) {
    const from = i0 == j0 ? i & ~7 : j0, end = min<i32>(i + 4, i1);
    let isOpen = false;
    for (let row = i; row < end; row++) isOpen = isOpen || !isAbove(row, load<f32>(least + (<usize>(row - i0) << 2)), usual);
    if (!isOpen) continue;
    measure(i, from, j1);
    for (let row = i; row < end; row++) {
      const line = bounds + (<usize>(row - i) * TILE << 2);
      const own = v128.load32_splat(coreBound + (<usize>row << 2));
      const way = f32x4.pmax(f32x4.splat(between), v128.load32_splat(climb + (<usize>row << 2)));
      for (let j = from; j < j1; j += 4) {
        const apart = v128.load(line + (<usize>(j - from) << 2));
        const low = f32x4.pmax(f32x4.pmax(apart, own), v128.load(coreBound + (<usize>j << 2)));
        if (!v128.any_true(f32x4.le(low, f32x4.pmax(way, v128.load(climb + (<usize>j << 2)))))) continue;
        for (let k = max<i32>(j, row + 1); k < j + 4; k++) {
          const rank = longest(row, k);
          if (rank < 0) continue;
          const most = load<f64>(weights + (<usize>rank << 3));
          if (load<f32>(line + (<usize>(k - from) << 2)) > asBound(most)) continue;
          const sparser = max<f64>(load<f64>(core + (<usize>row << 3)), load<f64>(core + (<usize>k << 3)));
          if (sparser > most) continue;
          const mutual = max<f64>(distanceOf(row, k), sparser);
          if (mutual > most || (mutual == most && !comesBefore(row, k, rank))) continue;
          store<f64>(lengths + (<usize>count << 3), mutual);
          store<i32>(pairs + (<usize>count << 3), row);
          store<i32>(pairs + (<usize>count << 3), k, 4);
          count++;
        }
      }
    }
  }
  return count;
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
  const line = ranks + <usize>level * perLevel;
  return max<i32>(load<i32>(line + (<usize>first << 2)), load<i32>(line + (<usize>(first + count - (1 << level)) << 2)));
}

/** Of edges of one weight: by the lower name, then by the higher. */
function comesBefore(i: i32, j: i32, rank: i32): bool {
  const a = load<i32>(names + (<usize>i << 2)), b = load<i32>(names + (<usize>j << 2));
  const lower = min<i32>(a, b), other = load<i32>(ends + (<usize>rank << 3));
  return lower < other || (lower == other && max<i32>(a, b) < load<i32>(ends + (<usize>rank << 3), 4));
}
