// The tools of this server, in one list.
import type { Tool } from '../define.ts'
import { gather } from '../gather.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import { acrossClusters, ofCluster } from './clusters.ts'
import type { Cluster } from './clusters.ts'
import { getEvents } from './get-events.ts'
import { getLogs } from './get-logs.ts'
import { getMetrics } from './get-metrics.ts'
import { getNodeStatus } from './get-node-status.ts'
import { getPods } from './get-pods.ts'
import { getResource } from './get-resource.ts'
import { getRolloutHistory } from './get-rollout-history.ts'
import { getWorkloads } from './get-workloads.ts'
import { listNamespaces } from './list-namespaces.ts'
import { look } from './look.ts'
import { readingOf } from './mapper.ts'
import { guardedWrite } from './writes/guarded-write.ts'
import { restartWorkload } from './writes/restart-workload.ts'
import { rollbackWorkload } from './writes/rollback-workload.ts'
import { scaleWorkload } from './writes/scale-workload.ts'

export function kubernetesTools(clusters: readonly Cluster[], deps: RoomDeps): Tool[] {
  return [signalsOf(clusters, deps), ...acrossClusters(clusters, toolsOf)]
}

/** Of all clusters at once; one that cannot be read at all is named in `missing`, the rest stands. */
function signalsOf(clusters: readonly Cluster[], { log }: RoomDeps): Tool {
  return getSignalsTool(
    'kubernetes',
    'known bad states and their proof, warnings, rollouts and scalings, troubled log lines, pod cpu and memory, ' +
      'who owns, selects and calls whom',
    async (window, { signal, now }) => {
      const read = async (cluster: Cluster) => readingOf(await look(window, cluster, signal), window, now())
      const [alone] = clusters
      if (alone && alone.name === undefined) return read(alone)
      const parts = clusters.map(cluster => {
        const { name = '' } = cluster
        return { what: `everything of ${name}`, read: async () => ofCluster(name, await read(cluster)) }
      })
      return gather('kubernetes', parts, log)
    },
  )
}

/** `reading` may answer lists from memory; writes and what they rest on ask the API server itself. */
function toolsOf({ client, reading, deps }: Cluster): Tool[] {
  const writing = { client, resilience: deps.resilience }
  return [
    getPods(reading, deps),
    getEvents(reading, deps),
    getLogs(reading, deps),
    getMetrics(reading, deps),
    getNodeStatus(reading, deps),
    getResource(reading, deps),
    getRolloutHistory(reading, deps),
    getWorkloads(reading, deps),
    listNamespaces(reading, deps),
    guardedWrite(restartWorkload, writing),
    guardedWrite(scaleWorkload, writing),
    guardedWrite(rollbackWorkload, writing),
  ]
}
