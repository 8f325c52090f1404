// The first pass over tiles: each row's nearest others. And, for groups of rows, the nearest of a few centres.
import { asBound, bounds, distanceOf, measure, TILE } from './tile-rows.as';

/** Floats, one a row, shared by all threads: a bound surely not below that of its last neighbour. */
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
  for (let i = i0; i < i1; i += 4) {
    const from = i0 == j0 ? i & ~7 : j0;
    measure(i, from, j1);
    for (let row = i; row < min<i32>(i + 4, i1); row++) {
      const line = bounds + (<usize>(row - i) * TILE << 2);
      const own = v128.load32_splat(reach + (<usize>row << 2));
      let lowest = f32x4.splat(Infinity);
      for (let j = from; j < j1; j += 4) {
        const low = v128.load(line + (<usize>(j - from) << 2));
        lowest = f32x4.pmin(lowest, low);
        if (!v128.any_true(f32x4.lt(low, f32x4.pmax(own, v128.load(reach + (<usize>j << 2)))))) continue;
        for (let k = j; k < j + 4; k++) {
          if (k > row) join(row, k, load<f32>(line + (<usize>(k - from) << 2)));
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
  if (!(bound < load<f32>(reach + (<usize>i << 2)) || bound < load<f32>(reach + (<usize>j << 2)))) return;
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
  const last = asBound(load<f64>(values + (<usize>(kept - 1) << 3)));
  if (last < load<f32>(reach + (<usize>row << 2))) store<f32>(reach + (<usize>row << 2), last);
}

/** For each of rows i0 to i1 the nearest of the rows j0 to j1 by its bound, as 32-bit indices from 0. */
export function nearestOf(i0: i32, i1: i32, j0: i32, j1: i32, out: usize): void {
  for (let i = i0; i < i1; i += 4) {
    const end = min<i32>(i + 4, i1);
    const best = out + (<usize>i << 2);
    let least = f32x4.splat(Infinity);
    let index = i32x4.splat(0);
    for (let part = j0; part < j1; part += TILE) {
      const until = min<i32>(part + TILE, j1);
      measure(i, part, until);
      for (let j = part; j < until; j++) {
        const line = bounds + (<usize>(j - part) << 2);
        let low = v128.load32_splat(line);
        low = v128.load_lane<f32>(line + (TILE << 2), low, 1);
        low = v128.load_lane<f32>(line + (TILE << 3), low, 2);
        low = v128.load_lane<f32>(line + (TILE << 2) * 3, low, 3);
        const isLess = f32x4.lt(low, least);
        least = v128.bitselect(low, least, isLess);
        index = v128.bitselect(i32x4.splat(j - j0), index, isLess);
      }
    }
    v128.store(best, index);
  }
}
