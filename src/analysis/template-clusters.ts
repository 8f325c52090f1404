// Which cluster each template is in, from look to look: a new template joins what it is near, all are clustered anew only once
// many have come, and a cluster keeps its id through that. Bounded: what was not seen for a day leaves, its count stays.
import { sha256 } from '#incident/canonical.ts'
import type { Millis } from '#incident/signal.ts'
import type { Embedder } from './embed.ts'
import { hdbscan, type Hdbscan } from './clusterers/hdbscan.ts'
import { dot, row } from './vector.ts'

/** A template as it is said now. */
export type Said = {
  id: string
  /** A line of it, from which it gets its vector. */
  example: string
  /** Ms since 1970, of each signal that says it. */
  times: readonly Millis[]
}

/** Plain data. */
export type TemplateClusters = {
  /** By id, least recently seen first. */
  templates: Map<string, Placed>
  /** By id of the cluster: how many signals of it were of templates that have left. */
  left: Map<string, number>
  /** Name of the model their vectors are of. */
  embedder: string
  /** Templates that were clustered together last, and those that have joined since. */
  clustered: number
  joined: number
  /** Clusters named so far. */
  named: number
}

type Placed = {
  example: string
  vector: Float32Array
  /** Undefined: nothing is like it. */
  cluster: string | undefined
  /** Signals that said it, each counted once. */
  count: number
  /** Time of the latest of them. */
  until: Millis
}

/** Templates of incidents are few: two that are dense beside the others are a group already. Cosines as in models/README. */
export const CLUSTERING = { minClusterSize: 2, minSamples: 1, epsilon: 0.35, metric: 'cosine' } as const

const MOST_TEMPLATES = 1000
const KEPT_MILLIS = 86_400_000
/** Up to here all are clustered with each new one: 64 x 256 takes a millisecond or two. */
const SMALL = 64
/** Beyond, once so many have joined, relative to those that were clustered: each is then clustered some five times in all. */
const GROWTH = 0.25

export function createTemplateClusters(): TemplateClusters {
  return { templates: new Map(), left: new Map(), embedder: '', clustered: 0, joined: 0, named: 0 }
}

/** Takes in what is said by `at`. Afterwards each of `said` is known, unless they are more than are kept. */
export function place(state: TemplateClusters, said: readonly Said[], embedder: Embedder, at: Millis): void {
  const { templates } = state
  const isOther = state.embedder !== embedder.name
  if (isOther) for (const placed of templates.values()) placed.vector = embedder.embed([placed.example])
  state.embedder = embedder.name
  const strangers = said.filter(({ id }) => !templates.has(id))
  const vectors = vectorsOf(
    strangers.map(({ example }) => example),
    embedder,
  )
  for (const [i, { id, example }] of strangers.entries()) {
    templates.set(id, { example, vector: vectors[i]!, cluster: undefined, count: 0, until: -Infinity })
  }
  for (const { id, times } of said) see(templates, id, times)
  forget(state, at)
  state.joined += strangers.length
  const isSmall = templates.size <= SMALL
  if (isOther || (strangers.length > 0 && (isSmall || state.joined > GROWTH * state.clustered))) clusterAll(state)
  else for (const { id } of strangers) join(state, id)
}

/** The cluster of a template, if it is in one. */
export function clusterOf(state: TemplateClusters, template: string): string | undefined {
  return state.templates.get(template)?.cluster
}

/** How many signals were ever of a cluster. */
export function countOf({ templates, left }: TemplateClusters, cluster: string): number {
  let count = left.get(cluster) ?? 0
  for (const placed of templates.values()) if (placed.cluster === cluster) count += placed.count
  return count
}

function see(templates: TemplateClusters['templates'], id: string, times: readonly Millis[]): void {
  const placed = templates.get(id)
  if (!placed) return
  placed.count += times.filter(time => time > placed.until).length
  placed.until = Math.max(placed.until, ...times)
  templates.delete(id)
  templates.set(id, placed)
}

/** Puts a template into the cluster of the nearest, and makes one of the two where that is in none. */
function join(state: TemplateClusters, id: string): void {
  const placed = state.templates.get(id)
  if (!placed) return
  let nearest: { id: string; other: Placed; distance: number } | undefined
  for (const [other, candidate] of state.templates) {
    const distance = 1 - dot(placed.vector, candidate.vector)
    if (other !== id && distance < (nearest?.distance ?? CLUSTERING.epsilon))
      nearest = { id: other, other: candidate, distance }
  }
  if (!nearest) return
  nearest.other.cluster ??= nameOf(++state.named, [nearest.id, id])
  placed.cluster = nearest.other.cluster
}

function clusterAll(state: TemplateClusters): void {
  const placed = [...state.templates.values()]
  const d = placed[0]?.vector.length ?? 0
  const rows = new Float32Array(placed.length * d)
  for (const [i, { vector }] of placed.entries()) row(rows, d, i).set(vector)
  const weights = placed.map(({ count }) => count)
  const found = hdbscan(rows, placed.length, d, { ...CLUSTERING, weights })
  const labels = found.clusters > 0 ? found.labels : onlyCluster(found)
  const names = namesOf(state, labels, Math.max(found.clusters, 1))
  for (const [i, template] of placed.entries()) template.cluster = names[labels[i]!]
  state.clustered = placed.length
  state.joined = 0
}

/** HDBSCAN never makes one cluster of everything; here what is near something else is then one: its `allow_single_cluster`. */
function onlyCluster({ tree }: Hdbscan): Int32Array {
  const labels = Int32Array.from(tree.fall, lambda => (lambda > 1 / CLUSTERING.epsilon ? 0 : -1))
  return labels.filter(label => label === 0).length >= CLUSTERING.minClusterSize ? labels : labels.fill(-1)
}

function vectorsOf(examples: readonly string[], embedder: Embedder): Float32Array[] {
  const rows = embedder.embed(examples)
  return examples.map((_, i) => row(rows, embedder.dims, i).slice())
}

/**
 * Of each label its cluster's id. A cluster of before goes on in the one that has most of its signals; where several go on
 * in one, it has the id of the largest, and the counts of all.
 */
function namesOf(state: TemplateClusters, labels: Int32Array, clusters: number): string[] {
  const shared = new Map<string, Float64Array>() // by id of before: how many signals each label has of it
  for (const [i, { cluster, count }] of [...state.templates.values()].entries()) {
    if (cluster === undefined) continue
    const byLabel = shared.get(cluster) ?? new Float64Array(clusters)
    shared.set(cluster, byLabel)
    if (labels[i]! >= 0) byLabel[labels[i]!]! += count
  }
  const heirs = [...shared].map(([id, byLabel]) => {
    const most = byLabel.reduce((a, b) => Math.max(a, b), 0)
    return { id, most, label: most > 0 ? byLabel.indexOf(most) : -1 }
  })
  const names: string[] = []
  const left = new Map<string, number>()
  for (let label = 0; label < clusters; label++) {
    const own = heirs.filter(heir => heir.label === label)
    const [largest] = own.toSorted((a, b) => b.most - a.most || (a.id < b.id ? -1 : 1))
    const name =
      largest?.id ??
      nameOf(
        ++state.named,
        [...state.templates.keys()].filter((_, i) => labels[i] === label),
      )
    names.push(name)
    const count = own.reduce((sum, { id }) => sum + (state.left.get(id) ?? 0), 0)
    if (count > 0) left.set(name, count)
  }
  state.left = left
  return names
}

function nameOf(nth: number, templates: readonly string[]): string {
  return `cluster-${sha256([nth, ...templates.toSorted()].join()).slice(0, 12)}`
}

function forget({ templates, left }: TemplateClusters, at: Millis): void {
  let surplus = templates.size - MOST_TEMPLATES
  for (const [id, { cluster, count, until }] of templates) {
    if (surplus <= 0 && at - until <= KEPT_MILLIS) continue
    templates.delete(id)
    surplus--
    if (cluster !== undefined) left.set(cluster, (left.get(cluster) ?? 0) + count)
  }
}
