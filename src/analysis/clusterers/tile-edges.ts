// Edges between rows in the kernel's memory, as the rest of the analysis knows them: by the names of rows.
import type { SpanningTree } from './spanning-tree.ts'
import type { Views } from './tile-memory.ts'

/** Room for `count` edges of mutual reachability, the lower name first. */
export class Edges implements SpanningTree {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly weight: Float64Array
  readonly #views: Views
  #added = 0

  constructor(count: number, views: Views) {
    this.from = new Int32Array(count)
    this.to = new Int32Array(count)
    this.weight = new Float64Array(count)
    this.#views = views
  }

  get isFull(): boolean {
    return this.#added === this.from.length
  }

  /** Rows by their places. */
  add(i: number, j: number, distance: number): void {
    const { core, names } = this.#views
    this.from[this.#added] = Math.min(names[i]!, names[j]!)
    this.to[this.#added] = Math.max(names[i]!, names[j]!)
    this.weight[this.#added++] = Math.max(distance, core[i]!, core[j]!)
  }
}
