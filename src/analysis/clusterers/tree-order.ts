// Spanning trees as lists of edges, and the order of rows in which the longest edge between any two of them is found at
// once: the leaves of the single-linkage dendrogram, where it is the longest of the gaps from one to the other.
import { edgesOf, ordered, type SpanningTree } from './spanning-tree.ts'

/** Which rows are joined already. */
export class Forest {
  readonly #above: Int32Array

  constructor(n: number) {
    this.#above = Int32Array.from({ length: n }, (_, i) => i)
  }

  top(row: number): number {
    let at = row
    while (this.#above[at] !== at) {
      this.#above[at] = this.#above[this.#above[at]!]!
      at = this.#above[at]!
    }
    return at
  }

  /** False if they were joined before. */
  join(a: number, b: number): boolean {
    const from = this.top(a)
    const to = this.top(b)
    this.#above[from] = to
    return from !== to
  }
}

/**
 * Kruskal's algorithm (1956) over edges that come by weight: the edges of a forest, one less than n where all is joined.
 *
 * @param order indices of edges, lightest first
 */
export function shortestForest({ from, to, weight }: SpanningTree, order: Iterable<number>, n: number): SpanningTree {
  const forest = new Forest(n)
  const kept = new Uint32Array(Math.max(n - 1, 0))
  let count = 0
  for (const edge of order) if (forest.join(from[edge]!, to[edge]!)) kept[count++] = edge
  return edgesOf({ from, to, weight }, kept.subarray(0, count))
}

/** The minimum spanning tree of a tree's edges and others. */
export function improved(tree: SpanningTree, others: SpanningTree, n: number): SpanningTree {
  const all = ordered({
    from: joined(tree.from, others.from),
    to: joined(tree.to, others.to),
    weight: joined(tree.weight, others.weight),
  })
  return shortestForest(all, all.weight.keys(), n)
}

function joined<A extends Int32Array | Float64Array>(first: A, second: A): A {
  const Class = first.constructor as { new (length: number): A }
  const both = new Class(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/**
 * @param tree n - 1 edges, lightest first; the rank of an edge is its index
 * @param ranks filled in: lines of n; in line l, at p, the highest rank among the 2^l gaps from place p on
 * @returns of each row its place in the order
 */
export function orderTree({ from, to }: SpanningTree, n: number, ranks: Int32Array): Int32Array {
  const forest = new Forest(n)
  const head = Int32Array.from({ length: n }, (_, i) => i) // of the chain of each top
  const tail = head.slice()
  const next = new Int32Array(n).fill(-1)
  const gap = new Int32Array(n) // behind each row, the rank of the edge that joined what follows
  for (const [rank, row] of from.entries()) {
    const [a, b] = [forest.top(row), forest.top(to[rank]!)]
    const [first, last] = [head[a]!, tail[b]!]
    next[tail[a]!] = head[b]!
    gap[tail[a]!] = rank
    forest.join(a, b)
    const top = forest.top(a)
    head[top] = first
    tail[top] = last
  }
  const place = new Int32Array(n)
  let at = head[forest.top(0)]!
  for (let p = 0; p < n; p++) {
    place[at] = p
    ranks[p] = gap[at]!
    at = next[at]!
  }
  for (let level = 1; (level + 1) * n <= ranks.length; level++) {
    const [line, above, half] = [level * n, (level - 1) * n, 2 ** (level - 1)]
    for (let p = 0; p < n; p++) ranks[line + p] = Math.max(ranks[above + p]!, ranks[above + Math.min(p + half, n - 1)]!)
  }
  return place
}
