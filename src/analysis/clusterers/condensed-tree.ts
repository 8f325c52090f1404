// From a spanning tree to a tree of clusters: cutting ever shorter edges, a split is one only if both sides are large
// enough; else points merely fall out of the cluster. Campello, Moulavi, Sander: Density-Based Clustering Based on
// Hierarchical Density Estimates (2013), section 3; names follow scikit-learn-contrib/hdbscan.
import type { SpanningTree } from './spanning-tree.ts'

/**
 * Clusters are numbered from 0, the root, parents before children. lambda is 1 / distance: how dense the surroundings
 * must be. Infinity stands for points at distance 0.
 */
export type CondensedTree = {
  clusters: number
  /** Of each cluster: its parent (-1 for the root), the lambda at which it split off, its points' weights together. */
  parent: Int32Array
  birth: Float64Array
  size: Float64Array
  /** Of each point: the cluster it falls out of, and the lambda at which it does. */
  home: Int32Array
  fall: Float64Array
}

/**
 * @param weights how many times each point counts toward the size of a cluster, and toward nothing else
 * @param core with weights, one point can be a cluster: it then lives until lambda = 1 / its core distance,
 *   as in the paper's self-edges, and not for ever
 */
export function condense(
  tree: SpanningTree,
  n: number,
  minClusterSize: number,
  weights: ArrayLike<number>,
  core: Float64Array,
): CondensedTree {
  const { left, right, height, size } = singleLinkage(tree, n, weights)
  const parent = [-1]
  const birth = [0]
  const sizes = [size[2 * n - 2] ?? 0]
  const home = new Int32Array(n)
  const fall = new Float64Array(n)
  const fallOut = (node: number, cluster: number, lambda: number) => {
    const stack = [node]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (at >= n) stack.push(left[at - n]!, right[at - n]!)
      else {
        home[at] = cluster
        fall[at] = lambda
      }
    }
  }
  // Breadth first, so that clusters are numbered from the root down.
  const queue: [node: number, cluster: number][] = n > 0 ? [[2 * n - 2, 0]] : []
  for (let head = 0; head < queue.length; head++) {
    const [node, cluster] = queue[head]!
    if (node < n) {
      fallOut(node, cluster, 1 / core[node]!)
      continue
    }
    const sides = [left[node - n]!, right[node - n]!]
    const lambda = 1 / height[node - n]!
    const large = sides.filter(side => size[side]! >= minClusterSize)
    for (const side of sides) {
      if (!large.includes(side)) fallOut(side, cluster, lambda)
      else if (large.length === 1) queue.push([side, cluster])
      else {
        queue.push([side, parent.length])
        parent.push(cluster)
        birth.push(lambda)
        sizes.push(size[side]!)
      }
    }
  }
  return {
    clusters: parent.length,
    parent: Int32Array.from(parent),
    birth: Float64Array.from(birth),
    size: Float64Array.from(sizes),
    home,
    fall,
  }
}

/** Nodes 0..n-1 are points; n + e joins the two sides of edge e, so 2n - 2 is the root. */
function singleLinkage(tree: SpanningTree, n: number, weights: ArrayLike<number>) {
  const edges = tree.weight.length
  const left = new Int32Array(edges)
  const right = new Int32Array(edges)
  const size = new Float64Array(n + edges)
  for (let i = 0; i < n; i++) size[i] = weights[i]!
  const joinedBy = new Int32Array(n + edges).fill(-1)
  const top = (node: number) => {
    let root = node
    while (joinedBy[root]! >= 0) root = joinedBy[root]!
    for (let at = node; at !== root; ) {
      const next = joinedBy[at]!
      joinedBy[at] = root
      at = next
    }
    return root
  }
  for (let edge = 0; edge < edges; edge++) {
    const a = top(tree.from[edge]!)
    const b = top(tree.to[edge]!)
    left[edge] = a
    right[edge] = b
    size[n + edge] = size[a]! + size[b]!
    joinedBy[a] = joinedBy[b] = n + edge
  }
  return { left, right, height: tree.weight, size }
}
