// The tool get_pods: which pods there are, and in one field each why one is not ready.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import type { KubernetesClient } from './client.ts'
import { labelSelector, namespaceName } from './grammar.ts'
import { podSchema } from './schema.ts'
import type { Pod } from './schema.ts'
import { containersOf, isReady } from './readiness.ts'

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const
const MOST_PODS = 200

const podInfo = z.object({
  namespace: z.string(),
  name: z.string(),
  status: z.string(),
  ready: z.string().describe('containers ready / containers'),
  restarts: z.int(),
  ageSeconds: z.int(),
  node: z.string().optional(),
  owner: z.string().optional(),
  whyNotReady: z.string().optional(),
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
      limit: z.int().min(1).max(MOST_PODS).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,6}$/)
        .optional()
        .describe('nextCursor of the page before'),
    }),
    output: z.object({
      pods: z.array(podInfo),
      total: z.int(),
      truncated: z.boolean(),
      hint: z.string().optional(),
      nextCursor: z.string().optional(),
    }),
    async run({ namespace, labels, status, limit, cursor = '0' }, { signal, now }) {
      const path = namespace ? `/api/v1/namespaces/${namespace}/pods` : '/api/v1/pods'
      const query = {
        labelSelector: labels,
        ...(status && status !== 'NotReady' && { fieldSelector: `status.phase=${status}` }),
      }
      const { value } = await resilience.run(
        'list pods',
        abort => client.list({ path, item: podSchema }, abort, query),
        { signal },
      )
      const pods = value.items
        .filter(pod => status !== 'NotReady' || whyNotReady(pod) !== undefined)
        .sort((a, b) => rank(a) - rank(b) || compare(nameOf(a), nameOf(b)))
      const start = Number(cursor)
      const end = start + limit
      const truncated = end < pods.length || value.truncated
      return {
        pods: pods.slice(start, end).map(pod => infoOf(pod, now())),
        total: pods.length,
        truncated,
        ...(truncated && { hint: 'Narrow by namespace, labels or status: NotReady.' }),
        ...(end < pods.length && { nextCursor: String(end) }),
      }
    },
    text({ pods, total, hint, nextCursor }) {
      if (pods.length === 0) return 'No such pods. Check the namespace and the labels, or leave them out.'
      const lines = pods.map(pod =>
        [pod.namespace, pod.name, pod.status, pod.ready, `restarts ${pod.restarts}`, pod.whyNotReady]
          .filter(Boolean)
          .join('  '),
      )
      const more = hint ? [`${pods.length} of ${total}. ${hint}${nextCursor ? ` cursor: ${nextCursor}` : ''}`] : []
      return [...lines, ...more].join('\n')
    },
  })
}

function infoOf(pod: Pod, now: number): z.input<typeof podInfo> {
  const { metadata, spec, status } = pod
  const containers = status?.containerStatuses ?? []
  const [owner] = metadata.ownerReferences
  const why = whyNotReady(pod)
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    status: metadata.deletionTimestamp === undefined ? (status?.phase ?? 'Unknown') : 'Terminating',
    ready: `${containers.filter(({ ready }) => ready).length}/${Math.max(containers.length, spec?.containers.length ?? 0)}`,
    restarts: containersOf(pod).reduce((total, { restartCount = 0 }) => total + restartCount, 0),
    ageSeconds: Math.max(0, Math.round((now - (metadata.creationTimestamp ?? now)) / 1000)),
    ...(spec?.nodeName && { node: spec.nodeName }),
    ...(owner && { owner: `${owner.kind}/${owner.name}` }),
    ...(why && { whyNotReady: safe(why).slice(0, 500) }),
  }
}

/** The one reason people need: what its container waits for, how it ended, or what its conditions say. Undefined: it is ready, or done. */
function whyNotReady(pod: Pod): string | undefined {
  const { phase, reason, conditions = [] } = pod.status ?? {}
  if (phase === 'Succeeded' || (phase !== 'Failed' && isReady(pod))) return undefined
  for (const { name, state, lastState } of containersOf(pod)) {
    const ended = state?.terminated ?? lastState?.terminated
    const exit =
      ended && ended.exitCode !== 0 ? `, last ended ${ended.reason ?? ''} with exit code ${ended.exitCode}` : ''
    const { reason: waits, message } = state?.waiting ?? {}
    if (waits && waits !== 'PodInitializing' && waits !== 'ContainerCreating')
      return `${name}: ${waits}${exit}${message ? `: ${message}` : ''}`
    if (exit) return `${name}${exit}`
  }
  const failing = conditions.find(
    ({ status, type }) => status !== 'True' && type !== 'Ready' && type !== 'ContainersReady',
  )
  if (failing) return [failing.type, failing.reason, failing.message].filter(Boolean).join(': ')
  const unready = (pod.status?.containerStatuses ?? []).filter(({ ready }) => !ready).map(({ name }) => name)
  if (unready.length > 0) return `${unready.join(', ')} not ready`
  return reason ?? `phase ${phase ?? 'Unknown'}`
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
