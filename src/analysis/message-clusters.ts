// What signals say, grouped by meaning across sources: texts to templates, templates to vectors, HDBSCAN over those.
import type { ClusterParameters } from '#incident/analyst.ts'
import type { AnomalyCluster } from '#incident/incident.ts'
import { sha256 } from '#incident/canonical.ts'
import type { Signal } from '#incident/signal.ts'
import { silhouette } from './cluster-quality.ts'
import { cluster } from './cluster.ts'
import { saysWell } from './correlators/semantic.ts'
import type { Embedder } from './embed.ts'
import type { TemplateMiner } from './templates.ts'
import { meanOfRows, normalise } from './vector.ts'

/** Templates of one incident are few: two that are dense beside the others are a group already. */
const DEFAULTS = { minClusterSize: 2, minSamples: 1, epsilon: 0.35 }
const MOST_TEMPLATES = 1000
const LABEL_CHARACTERS = 120

/** Largest first. Series say nothing and belong to none; templates that nothing is like belong to none either. */
export function messageClusters(
  signals: readonly Signal[],
  miner: TemplateMiner,
  embedder: Embedder,
  parameters: ClusterParameters = {},
): AnomalyCluster[] {
  const templates = templatesOf(signals, miner).slice(0, MOST_TEMPLATES)
  if (templates.length < 2) return []
  const d = embedder.dims
  const rows = embedder.embed(templates.map(({ example }) => example))
  const { labels, clusters } = cluster(rows, templates.length, d, {
    minClusterSize: parameters.minClusterSize ?? DEFAULTS.minClusterSize,
    minSamples: parameters.minSamples ?? DEFAULTS.minSamples,
    epsilon: parameters.clusterSelectionEpsilon ?? DEFAULTS.epsilon,
    weights: templates.map(({ members }) => members.length),
  })
  const quality = silhouette(rows, d, labels)
  return Array.from({ length: clusters }, (_, label) => {
    const chosen = [...labels.keys()].filter(i => labels[i] === label)
    const largest = chosen.map(i => templates[i]!).toSorted((a, b) => b.members.length - a.members.length)[0]!
    const members = chosen.flatMap(i => templates[i]!.members)
    return {
      id: `cluster-${sha256(
        chosen
          .map(i => templates[i]!.id)
          .toSorted()
          .join(),
      ).slice(0, 12)}`,
      label: largest.text.slice(0, LABEL_CHARACTERS),
      centroid: [...normalise(meanOfRows(rows, d, chosen))],
      members,
      silhouetteScore: Number.isNaN(quality) ? 0 : Math.round(1000 * quality) / 1000,
    }
  }).toSorted((a, b) => b.members.length - a.members.length || (a.id < b.id ? -1 : 1))
}

type Said = { id: string; text: string; example: string; members: string[] }

function templatesOf(signals: readonly Signal[], miner: TemplateMiner): Said[] {
  const templates = new Map<string, Said>()
  for (const signal of signals) {
    if (!('text' in signal) || saysWell(signal.text)) continue
    const { id, text } = miner.templateOf(signal.text)
    const held = templates.get(id)
    if (held) held.members.push(signal.id)
    else templates.set(id, { id, text, example: signal.text.split('\n', 1)[0]!, members: [signal.id] })
  }
  return [...templates.values()]
}
