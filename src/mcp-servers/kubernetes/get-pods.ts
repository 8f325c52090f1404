// The tool get_pods: which pods there are, and in one field each why one is not ready.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import { ageOf } from './age.ts'
import type { KubernetesClient } from './client.ts'
import { labelSelector, namespaceName } from './grammar.ts'
import { containersOf } from './readiness.ts'
import { cutPage, pageInput, pageOutput, pageText } from './rows.ts'
import { podSchema } from './pod-schema.ts'
import type { Pod } from './pod-schema.ts'
import { failedProbes, isSilentlyUnready, whyNotReady } from './why-not-ready.ts'

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const

const podInfo = z.object({
  namespace: z.string(),
  name: z.string(),
  status: z.string(),
  ready: z.string(),
  restarts: z.number(),
  age: z.string(),
  node: z.string().optional(),
  owner: z.string().optional(),
  whyNotReady: z.string().optional(),
})

BRIEF.add(podInfo, {
  description: 'namespace, name, status, ready (containers ready / all), restarts, age, node, owner, whyNotReady',
  fields: [],
})

export function getPods(client: KubernetesClient, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_pods',
    title: 'Pods and why they are not ready',
    description:
      'Pods of a namespace or of all, filtered by labels or status; those not ready come first, with the reason. Use get_logs for what one of them says.',
    input: z.object({
      namespace: namespaceName.optional().describe('absent: all namespaces'),
      labels: labelSelector.optional().describe('label selector, e.g. app=checkout,tier!=test'),
      status: z
        .enum([...PHASES, 'NotReady'])
        .optional()
        .describe('phase, or NotReady: all that should serve and do not'),
      ...pageInput,
    }),
    output: z.object({ pods: z.array(podInfo), ...pageOutput }),
    async run({ namespace, labels, status, ...asked }, { signal, now }) {
      const path = namespace ? `/api/v1/namespaces/${namespace}/pods` : '/api/v1/pods'
      const query = {
        labelSelector: labels,
        ...(status && status !== 'NotReady' && { fieldSelector: `status.phase=${status}` }),
      }
      const value = await resilience.run('list pods', abort => client.list({ path, item: podSchema }, abort, query), {
        signal,
      })
      const pods = value.items
        .filter(pod => status !== 'NotReady' || whyNotReady(pod) !== undefined)
        .sort((a, b) => rank(a) - rank(b) || compare(nameOf(a), nameOf(b)))
      const shown = pods.slice(Number(asked.cursor ?? 0)).slice(0, asked.limit)
      const probes = shown.some(isSilentlyUnready)
        ? await failedProbes(client, resilience, namespace, signal)
        : new Map()
      const { rows, page } = cutPage(pods, pod => infoOf(pod, probes.get(nameOf(pod)), now()), asked, {
        narrow: 'Narrow by namespace, labels or status: NotReady.',
        none: 'No such pods. Check the namespace and the labels, or leave them out.',
        whole: !value.truncated,
      })
      return { pods: rows, ...page }
    },
    text({ pods, ...page }) {
      const lines = pods.map(pod =>
        [pod.namespace, pod.name, pod.status, pod.ready, `restarts ${pod.restarts}`, pod.age, pod.whyNotReady]
          .filter(Boolean)
          .join('  '),
      )
      return pageText(lines, page)
    },
  })
}

function infoOf(pod: Pod, failedProbe: string | undefined, now: number): z.input<typeof podInfo> {
  const { metadata, spec, status } = pod
  const containers = status?.containerStatuses ?? []
  const [owner] = metadata.ownerReferences
  const why = whyNotReady(pod, failedProbe)
  return {
    namespace: safe(metadata.namespace ?? 'default'),
    name: safe(metadata.name),
    status: metadata.deletionTimestamp === undefined ? safe(status?.phase ?? 'Unknown') : 'Terminating',
    ready: `${containers.filter(({ ready }) => ready).length}/${Math.max(containers.length, spec?.containers.length ?? 0)}`,
    restarts: containersOf(pod).reduce((total, { restartCount = 0 }) => total + restartCount, 0),
    age: ageOf(metadata.creationTimestamp ?? now, now),
    ...(spec?.nodeName && { node: safe(spec.nodeName) }),
    ...(owner && { owner: safe(`${owner.kind}/${owner.name}`) }),
    ...(why && { whyNotReady: safe(why).slice(0, 500) }),
  }
}

function rank(pod: Pod): number {
  return whyNotReady(pod) === undefined ? 1 : 0
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
