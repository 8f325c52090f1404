// The tool get_metrics: the cpu and memory that pods, workloads or nodes use now, against what they reserve or have.
// What metrics-server measured last; it keeps no history.
import { z } from 'zod'
import { asFault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import { ageOf } from './age.ts'
import type { KubernetesClient } from './client.ts'
import { namespaceName, objectName } from './grammar.ts'
import { cutPage, pageInput, pageOutput, pageText } from './rows.ts'
import { measure } from './usage.ts'
import type { Usage } from './usage.ts'

const usageInfo = z.object({
  namespace: z.string().optional(),
  kind: z.string(),
  name: z.string(),
  pods: z.number().optional(),
  cpuMillicores: z.number(),
  memoryBytes: z.number(),
  cpuPercent: z.number().optional(),
  memoryPercent: z.number().optional(),
  ago: z.string().optional(),
})

BRIEF.add(usageInfo, {
  description:
    'namespace, kind, name, pods, cpuMillicores, memoryBytes, ago; cpuPercent of requests, memoryPercent of limits, of a node of what it can give',
  fields: [],
})

export function getMetrics(client: KubernetesClient, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_metrics',
    title: 'CPU and memory in use',
    description: 'What pods, workloads or nodes use now, the most first, against requests and limits. No history.',
    input: z.object({
      resource_type: z.enum(['pod', 'workload', 'node']).default('pod'),
      namespace: namespaceName.optional(),
      name: objectName.optional(),
      sort: z.enum(['cpu', 'memory']).default('cpu'),
      ...pageInput,
    }),
    output: z.object({ available: z.boolean(), usage: z.array(usageInfo), ...pageOutput }),
    async run({ resource_type: type, namespace, name, sort, ...asked }, { signal, now }) {
      const read = (abort: AbortSignal) => measure(client, type, namespace, now(), abort).catch(absentIfNotFound)
      const value = await resilience.run('read metrics', read, { signal })
      const found = (value?.usage ?? []).filter(usage => !name || usage.name === name)
      const sorted = found.sort((a, b) => b.used[sort] - a.used[sort] || (a.name < b.name ? -1 : 1))
      const { rows, page } = cutPage(sorted, usage => infoOf(usage, now()), asked, {
        narrow: value?.whole === false ? UNREAD : 'Narrow by namespace or name.',
        none: value
          ? 'Nothing was measured there. Check namespace and name; a new pod has no figures for a minute.'
          : ABSENT,
        whole: value?.whole ?? true,
      })
      return { available: value !== undefined, usage: rows, ...page }
    },
    text({ available: _available, usage, ...page }) {
      const lines = usage.map(
        ({ namespace, kind, name, pods, cpuMillicores, memoryBytes, cpuPercent, memoryPercent }) =>
          [
            namespace,
            `${kind}/${name}`,
            pods !== undefined && `${pods} ${pods === 1 ? 'pod' : 'pods'}`,
            `cpu ${cpuMillicores}m${percent(cpuPercent)}`,
            `memory ${Math.round(memoryBytes / 2 ** 20)}Mi${percent(memoryPercent)}`,
          ]
            .filter(Boolean)
            .join('  '),
      )
      return pageText(lines, page)
    },
  })
}

const ABSENT =
  'This cluster serves no metrics.k8s.io, so nothing here knows what is in use. Install metrics-server, or ask Grafana or CloudWatch.'

/** Of a workload some of its pods may be uncounted then. */
const UNREAD = 'Not all that was measured could be read. Narrow by namespace.'

/** An API server answers 404 for an API that is not installed. */
function absentIfNotFound(error: unknown): undefined {
  if (asFault(error).code !== 'not_found') throw error
}

function infoOf({ namespace, kind, name, pods, used, room, at }: Usage, now: Millis): z.input<typeof usageInfo> {
  const part = (resource: 'cpu' | 'memory'): number | undefined =>
    room[resource] > 0 ? Math.round((used[resource] / room[resource]) * 100) : undefined
  return {
    namespace: namespace && safe(namespace),
    kind: safe(kind),
    name: safe(name),
    pods,
    cpuMillicores: Math.round(used.cpu),
    memoryBytes: Math.round(used.memory),
    cpuPercent: part('cpu'),
    memoryPercent: part('memory'),
    ...(at !== undefined && { ago: ageOf(at, now) }),
  }
}

function percent(value: number | undefined): string {
  return value === undefined ? '' : ` (${value}%)`
}
