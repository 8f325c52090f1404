// What every thread does: take the next tile until none is left. All they share is a WebAssembly.Memory and its header.
import { type Layout, PAIR_BYTES, REPORTED, TILE, type Views, WORD, viewsOf } from './tile-memory.ts'

/** wasm/reachability.as.ts. */
export type Reachability = {
  rows(exact: number, stride: number, small: number, width: number, offset: number, scale: number): void
  metric(isCosine: number, unit: number, bounds: number): void
  lists(reach: number, near: number, nearIndex: number, kept: number): void
  tree(core: number, coreBound: number, climb: number, place: number, ranks: number, perLevel: number): void
  edges(weights: number, ends: number, names: number): void
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
      out: number,
    ]
  ): number
  nearestOf(i0: number, i1: number, j0: number, j1: number, out: number): void
}

/** What is done with each tile: of pairs of blocks, or, for groups, of one block and all centres. */
export const JOB = { nearest: 0, link: 1, group: 2 }

export type Shared = { module: WebAssembly.Module; memory: WebAssembly.Memory; layout: Layout }

/** One thread's hands: does tiles of whatever job is set until there are no more. */
export function handsOf({ module, memory, layout }: Shared, thread: number): () => void {
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as Reachability
  const views = viewsOf(memory, layout, thread)
  const { at, n, padded, stride, width, kept, perThread } = layout
  const own = thread * perThread
  kernel.rows(at.exact, stride, at.small, width, at.offset, at.scale)
  kernel.metric(layout.metric === 'cosine' ? 1 : 0, layout.unit, at.bounds + own)
  kernel.lists(at.reach, at.near + own, at.nearIndex + own, kept)
  kernel.tree(at.core, at.coreBound, at.climb, at.place, at.ranks, n * 4)
  kernel.edges(at.weights, at.ends, at.names)
  const jobs: Record<number, (task: number) => void> = {
    [JOB.nearest](task) {
      const corners = cornersOf(views, task, n)
      views.least[task] = kernel.nearestTile(...corners, at.rowLeast + task * TILE * 4)
    },
    [JOB.link](task) {
      const tile = views.tasks[task]!
      const corners = cornersOf(views, tile, n)
      const reported = views.words[WORD.reported + thread]!
      const [between, highest] = [views.between[task]!, views.highest[task]!]
      const [least, out] = [at.rowLeast + tile * TILE * 4, at.pairs + own + reported * PAIR_BYTES]
      views.words[WORD.reported + thread]! += kernel.linkTile(...corners, between, highest, least, out)
    },
    [JOB.group](task) {
      const first = task * TILE
      kernel.nearestOf(first, Math.min(first + TILE, n), padded, padded + layout.centres, at.group)
    },
  }
  return () => {
    const { words } = views
    const work = jobs[words[WORD.job]!]!
    for (;;) {
      if (words[WORD.reported + thread]! > REPORTED - TILE * TILE) return
      const task = Atomics.add(words, WORD.next, 1)
      if (task >= words[WORD.tasks]!) return
      work(task)
    }
  }
}

function cornersOf({ tiles }: Views, task: number, n: number): [number, number, number, number] {
  const i = tiles[2 * task]! * TILE
  const j = tiles[2 * task + 1]! * TILE
  return [i, Math.min(i + TILE, n), j, Math.min(j + TILE, n)]
}
