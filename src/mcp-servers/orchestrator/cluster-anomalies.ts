// cluster_anomalies: what is unusual in one look, grouped by meaning.
import type { ClusterParameters } from '#incident/analyst.ts'
import type { Signal } from '#incident/signal.ts'
import type { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import { presentCluster, presentSources } from '../present.ts'
import { findSignals } from './find-signals.ts'
import { lookAt } from './look.ts'
import type { OrchestratorPorts } from './ports.ts'
import { clusterInput, clusterOutput } from './schema.ts'

export function clusterAnomalies({ look, analyst, store }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'cluster_anomalies',
    title: 'Cluster anomalies',
    description: 'Groups what is unusual now by meaning, across sources, without any rule or example given beforehand.',
    input: clusterInput,
    output: clusterOutput,
    text: ({ clusters }) =>
      asRows(
        clusters.map(
          each => `${each.label}: ${each.clusterSize} signals, silhouette ${each.silhouetteScore.toFixed(2)}`,
        ),
      ) || 'Nothing unusual forms a cluster.',
    async run({ data_sources: sources, algorithm_params: given, time_range: range }, context) {
      const { analysis } = await lookAt(range, look, context)
      const watched = await findSignals(
        store,
        analysis.watching.flatMap(({ signals }) => signals),
      )
      const unusual = new Map<string, Signal>()
      for (const { signals } of analysis.diagnoses) for (const signal of signals) unusual.set(signal.id, signal)
      for (const signal of watched) unusual.set(signal.id, signal)
      const signals = [...unusual.values()].filter(({ source }) => !sources || sources.includes(source))
      const found = await analyst.cluster(signals, analysis.at, given && parametersOf(given), context.signal)
      const source = presentSources(signals)
      return {
        clusters: found.map(each => {
          const { centroid: _centroid, ...cluster } = presentCluster(each, source)
          return cluster
        }),
        signals: signals.length,
      }
    },
  })
}

function parametersOf(given: NonNullable<z.output<typeof clusterInput>['algorithm_params']>): ClusterParameters {
  const { algorithm, metric, clusters } = given
  return {
    algorithm,
    metric,
    clusters,
    minClusterSize: given.min_cluster_size,
    minSamples: given.min_samples,
    clusterSelectionEpsilon: given.cluster_selection_epsilon,
  }
}
