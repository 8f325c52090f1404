// What every thread does: take the next task until none is left. All they share is a WebAssembly.Memory and its header.
import { type Layout, REPORTED, TILE, type Views, WORD, viewsOf } from './tile-memory.ts'

/** wasm/reachability.as.ts: addresses in bytes, rows from one up to but not including another. */
export type Kernel = {
  exactRows(isCosine: number, unit: number, exact: number, isSingle: number, stride: number, factor: number): void
  smallRows(
    ...at: [
      small: number,
      width: number,
      middle: number,
      length: number,
      lost: number,
      offset: number,
      scale: number,
      bounds: number,
    ]
  ): void
  lists(reach: number, near: number, nearIndex: number, kept: number): void
  tree(core: number, coreBound: number, climb: number, place: number, ranks: number, perLevel: number): void
  edges(weights: number, ends: number, names: number): void
  roundRows(i0: number, i1: number): void
  nearestOf(i0: number, i1: number, j0: number, j1: number, out: number): void
  nearestTile(i0: number, i1: number, j0: number, j1: number, out: number): number
  linkTile(
    ...of: [
      i0: number,
      i1: number,
      j0: number,
      j1: number,
      between: number,
      highest: number,
      least: number,
      lengths: number,
      pairs: number,
    ]
  ): number
  distanceOf(i: number, j: number): number
}

/** What is done: with each block of rows (round, group), or with each tile, a pair of blocks (nearest, link). */
export const JOB = { round: 0, group: 1, nearest: 2, link: 3 }

export type Shared = { module: WebAssembly.Module; memory: WebAssembly.Memory; layout: Layout }

/** The kernel for one thread. */
export function openTileKernel({ module, memory, layout }: Shared, thread: number): Kernel {
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernel
  const { at, n, metric, unit, isSingle, stride, width, kept, perThread } = layout
  const own = thread * perThread
  kernel.exactRows(metric === 'cosine' ? 1 : 0, unit, at.exact, isSingle ? 1 : 0, stride, at.factor)
  kernel.smallRows(at.small, width, at.middle, at.length, at.lost, at.offset, at.scale, at.bounds + own)
  kernel.lists(at.reach, at.near + own, at.nearIndex + own, kept)
  kernel.tree(at.core, at.coreBound, at.climb, at.place, at.ranks, n * 4)
  kernel.edges(at.weights, at.ends, at.names)
  return kernel
}

/** One thread's hands: does tasks of whatever job is set until there are no more. */
export function handsOf(kernel: Kernel, { memory, layout }: Shared, thread: number): () => void {
  const views = viewsOf(memory, layout, thread)
  const { words, reported } = views
  const { at, n, padded, centres, perThread } = layout
  const [lengths, pairs] = [at.pairLengths + thread * perThread, at.pairs + thread * perThread]
  const jobs: Record<number, (task: number) => void> = {
    [JOB.round](block) {
      kernel.roundRows(block * TILE, Math.min((block + 1) * TILE, n))
    },
    [JOB.group](block) {
      kernel.nearestOf(block * TILE, Math.min((block + 1) * TILE, n), padded, padded + centres, at.group)
    },
    [JOB.nearest](tile) {
      views.least[tile] = kernel.nearestTile(...cornersOf(views, tile, n), at.rowLeast + tile * TILE * 4)
    },
    [JOB.link](task) {
      const tile = views.tasks[task]!
      const [between, highest, least] = [views.between[task]!, views.highest[task]!, at.rowLeast + tile * TILE * 4]
      const before = reported[thread]! * 8
      reported[thread]! += kernel.linkTile(
        ...cornersOf(views, tile, n),
        between,
        highest,
        least,
        lengths + before,
        pairs + before,
      )
    },
  }
  return () => {
    const work = jobs[words[WORD.job]!]!
    for (;;) {
      if (reported[thread]! > REPORTED - TILE * TILE) return
      const task = Atomics.add(words, WORD.next, 1)
      if (task >= words[WORD.tasks]!) return
      work(task)
    }
  }
}

function cornersOf({ tiles }: Views, tile: number, n: number): [number, number, number, number] {
  const i = tiles[2 * tile]! * TILE
  const j = tiles[2 * tile + 1]! * TILE
  return [i, Math.min(i + TILE, n), j, Math.min(j + TILE, n)]
}
