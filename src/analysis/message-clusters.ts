// What signals say, grouped by meaning across sources: texts to templates, templates to vectors, clusters over those.
import type { ClusterParameters } from '#incident/analyst.ts'
import type { AnomalyCluster } from '#incident/incident.ts'
import { sha256 } from '#incident/canonical.ts'
import { Fault } from '#incident/fault.ts'
import type { Millis, Signal } from '#incident/signal.ts'
import { silhouette } from './cluster-quality.ts'
import { cluster, type ClusterOptions } from './cluster.ts'
import { saysWell } from './correlators/semantic.ts'
import type { Embedder } from './embed.ts'
import { Masks } from './lines/masks.ts'
import { clusterOf, CLUSTERING, countOf, place, type Said, type TemplateClusters } from './template-clusters.ts'
import type { TemplateMiner } from './lines/templates.ts'
import { meanOfRows, normalise } from './vector.ts'

const MOST_TEMPLATES = 1000
const LABEL_CHARACTERS = 120

/**
 * As the clusters are that are kept from look to look, in `known`, which takes these in. Largest first. Series say nothing
 * and belong to none; templates that nothing is like belong to none either.
 */
export function messageClusters(
  known: TemplateClusters,
  signals: readonly Signal[],
  miner: TemplateMiner,
  embedder: Embedder,
  at: Millis,
): AnomalyCluster[] {
  const said = messagesIn(signals, miner)
  place(known, said, embedder, at)
  const clusters = said.map(({ id }) => clusterOf(known, id))
  const ids = [...new Set(clusters.filter(id => id !== undefined))]
  const labels = Int32Array.from(clusters, id => (id === undefined ? -1 : ids.indexOf(id)))
  const rows = embedder.embed(said.map(({ example }) => example))
  return present(said, rows, labels, (_members, label) => ({ id: ids[label]!, seen: countOf(known, ids[label]!) }))
}

/** By an algorithm and settings of the asker's own: of these signals alone, and kept nowhere. Throws what cluster.ts throws. */
export function messageClustersBy(
  parameters: ClusterParameters,
  signals: readonly Signal[],
  miner: TemplateMiner,
  embedder: Embedder,
): AnomalyCluster[] {
  const said = messagesIn(signals, miner)
  const options = optionsOf(
    parameters,
    Float64Array.from(said, ({ members }) => members.length),
  )
  const rows = embedder.embed(said.map(({ example }) => example))
  const { labels } = cluster(rows, said.length, embedder.dims, options)
  return present(said, rows, labels, members => {
    const templates = members.map(({ id }) => id).toSorted()
    return {
      id: `cluster-${sha256(templates.join()).slice(0, 12)}`,
      seen: members.reduce((sum, { times }) => sum + times.length, 0),
    }
  })
}

function optionsOf(parameters: ClusterParameters, weights: Float64Array): ClusterOptions {
  const { algorithm = 'hdbscan', metric = CLUSTERING.metric, minSamples = CLUSTERING.minSamples } = parameters
  const { minClusterSize = CLUSTERING.minClusterSize, clusterSelectionEpsilon: epsilon = CLUSTERING.epsilon } =
    parameters
  switch (algorithm) {
    case 'hdbscan':
      return { algorithm, metric, minClusterSize, minSamples, epsilon, weights }
    case 'dbscan':
      if (epsilon === 0)
        throw new Fault('validation', 'DBSCAN has no clusters at an epsilon of 0. Give it a larger one.')
      return { algorithm, metric, minSamples, epsilon, weights }
    case 'kmeans':
      if (metric === 'manhattan') throw new Fault('validation', 'k-means knows cosine and euclidean, not manhattan.')
      return { algorithm, metric, weights, ...(parameters.clusters !== undefined && { clusters: parameters.clusters }) }
    case 'isolation_forest':
    case 'vae':
      return { algorithm }
  }
}

/** `members`: ids of the signals that say it. */
type Message = Said & { members: string[]; times: Millis[] }

function messagesIn(signals: readonly Signal[], miner: TemplateMiner): Message[] {
  const messages = new Map<string, Message>()
  for (const signal of signals) {
    if (!('text' in signal) || saysWell(signal.text)) continue
    const { id } = miner.templateOf(signal.text)
    const [example = ''] = signal.text.split('\n', 1)
    const message = messages.get(id) ?? { id, example, members: [], times: [] }
    messages.set(id, message)
    message.members.push(signal.id)
    message.times.push(signal.at)
  }
  return [...messages.values()].slice(0, MOST_TEMPLATES)
}

function present(
  said: readonly Message[],
  rows: Float32Array,
  labels: Int32Array,
  nameOf: (members: readonly Message[], label: number) => Pick<AnomalyCluster, 'id' | 'seen'>,
): AnomalyCluster[] {
  const d = rows.length / Math.max(1, said.length)
  const quality = said.length > 0 ? silhouette(rows, d, labels) : Number.NaN
  const byLabel = Map.groupBy(said.keys(), i => labels[i]!)
  byLabel.delete(-1)
  return [...byLabel]
    .map(([label, places]) => {
      const members = places.map(i => said[i]!)
      const [largest] = members.toSorted((a, b) => b.members.length - a.members.length)
      return {
        ...nameOf(members, label),
        label: labelOf(largest!.example),
        centroid: [...normalise(meanOfRows(rows, d, places))],
        members: members.flatMap(({ members: ids }) => ids),
        silhouetteScore: Number.isNaN(quality) ? 0 : Math.round(1000 * quality) / 1000,
      }
    })
    .toSorted((a, b) => b.members.length - a.members.length || (a.id < b.id ? -1 : 1))
}

/** What varies is called by its kind: `redis at <IP_ADDRESS> refused`. */
function labelOf(example: string): string {
  masks ??= new Masks()
  return masks.apply(example).slice(0, LABEL_CHARACTERS)
}
let masks: Masks | undefined // compiled when first needed: a tenth of a second
