// The tools of this server, in one list.
import type { Tool } from '../define.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import type { KubernetesClient } from './client.ts'
import { getEvents } from './get-events.ts'
import { getLogs } from './get-logs.ts'
import { getMetrics } from './get-metrics.ts'
import { getNodeStatus } from './get-node-status.ts'
import { getPods } from './get-pods.ts'
import { getResource } from './get-resource.ts'
import { getRolloutHistory } from './get-rollout-history.ts'
import { getWorkloads } from './get-workloads.ts'
import type { CachingClient } from './list-cache.ts'
import { listNamespaces } from './list-namespaces.ts'
import { look } from './look.ts'
import { readingOf } from './mapper.ts'
import type { KubernetesSettings } from './schema.ts'
import { guardedWrite } from './writes/guarded-write.ts'
import { restartWorkload } from './writes/restart-workload.ts'
import { rollbackWorkload } from './writes/rollback-workload.ts'
import { scaleWorkload } from './writes/scale-workload.ts'

/** `reading` may answer lists from memory; writes and what they rest on ask the API server itself. */
export function kubernetesTools(
  { client, reading }: { client: KubernetesClient; reading: CachingClient },
  { cluster }: KubernetesSettings,
  deps: RoomDeps,
): Tool[] {
  const writing = { client, resilience: deps.resilience }
  return [
    getSignalsTool(
      'kubernetes',
      'known bad states and their proof, warnings, rollouts and scalings, troubled log lines, pod cpu and memory, ' +
        'who owns, selects and calls whom',
      async (window, { signal, now }) =>
        readingOf(await look(window, { client: reading, deps, cluster }, signal), window, now()),
    ),
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
