// The tool get_workloads: how many of each workload run and why not all, and what stands beside it: who sizes it, what
// protects it, what it keeps its data on, and how full the quota of its namespace is.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { oneLine } from '../one-line.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import { autoscalerLine, besideIn, budgetLine, claimLine, quotaLines } from './beside.ts'
import type { Beside } from './beside.ts'
import type { Named } from './client.ts'
import { labelSelector, namespaceName } from './grammar.ts'
import { kindNamed, pathOfKind } from './kinds.ts'
import type { CachingClient } from './list-cache.ts'
import { openLists } from './lists.ts'
import { availableReplicas, wantedReplicas } from './readiness.ts'
import { cutPage, pageInput, pageOutput, pageText } from './rows.ts'
import {
  autoscalerSchema,
  claimSchema,
  disruptionBudgetSchema,
  quotaSchema,
  WORKLOAD_KINDS,
  workloadSchema,
} from './schema.ts'
import { podSchema } from './pod-schema.ts'
import type { Workload } from './schema.ts'
import { named } from './view.ts'

const workloadInfo = z.object({
  namespace: z.string(),
  kind: z.string(),
  name: z.string(),
  available: z.string(),
  images: z.array(z.string()),
  troubles: z.array(z.string()),
  autoscalers: z.array(z.string()),
  budgets: z.array(z.string()),
  claims: z.array(z.string()),
})

BRIEF.add(workloadInfo, {
  description:
    'namespace, kind, name, available (pods available / wanted), images, troubles, autoscalers, budgets, claims',
  fields: [],
})

export function getWorkloads(client: CachingClient, deps: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_workloads',
    title: 'Workloads and what limits them',
    description:
      'Deployments, StatefulSets, DaemonSets with availability, and autoscalers, disruption budgets, volume claims and quotas beside; short ones first.',
    input: z.object({
      namespace: namespaceName.optional(),
      kind: z.enum(WORKLOAD_KINDS).optional(),
      labels: labelSelector.optional(),
      ...pageInput,
    }),
    output: z.object({
      workloads: z.array(workloadInfo),
      quotas: z.array(z.string()),
      missing: z.array(z.string()),
      ...pageOutput,
    }),
    async run({ namespace, kind, labels, ...asked }, { signal }) {
      const lists = openLists(client, deps, signal)
      const at = (of: string) => pathOfKind(kindNamed(of), namespace)
      const read = <Item extends Named>(of: string, item: z.ZodType<Item>) =>
        lists.read(kindNamed(of).plural, { path: at(of), item })
      const readWorkloads = async (of: (typeof WORKLOAD_KINDS)[number]): Promise<Workload[]> => {
        const found = await lists.read(
          kindNamed(of).plural,
          { path: at(of), item: workloadSchema },
          { labelSelector: labels },
        )
        return found.map(object => ({ ...object, kind: of }))
      }
      const kinds = kind ? [kind] : WORKLOAD_KINDS
      const [workloads, autoscalers, budgets, claims, quotas, pods] = await Promise.all([
        Promise.all(kinds.map(readWorkloads)).then(found => found.flat()),
        read('HorizontalPodAutoscaler', autoscalerSchema),
        read('PodDisruptionBudget', disruptionBudgetSchema),
        read('PersistentVolumeClaim', claimSchema),
        read('ResourceQuota', quotaSchema),
        read('Pod', podSchema),
      ])
      const missing = lists.missing().map(({ what, why }) => `${what}: ${why}`)
      const besideOf = besideIn({ autoscalers, budgets, claims }, pods)
      const sorted = workloads.sort((a, b) => rank(a) - rank(b) || (named(a.metadata) < named(b.metadata) ? -1 : 1))
      const { rows, page } = cutPage(sorted, workload => infoOf(workload, besideOf(workload)), asked, {
        narrow: 'Narrow by namespace, kind or labels.',
        none: 'No such workloads. Check the namespace and the labels, or leave them out.',
      })
      const shown = new Set(rows.map(row => row.namespace))
      return {
        workloads: rows,
        quotas: quotas.filter(({ metadata }) => shown.has(metadata.namespace ?? 'default')).flatMap(quotaLines),
        missing,
        ...page,
      }
    },
    text({ workloads, quotas, missing, ...page }) {
      const lines = workloads.map(
        ({ namespace, kind, name, available, images, troubles, autoscalers, budgets, claims }) =>
          [
            `${namespace}  ${kind}/${name}  ${available}`,
            images.join(', '),
            ...troubles,
            ...autoscalers,
            ...budgets,
            ...claims,
          ]
            .filter(Boolean)
            .join('  '),
      )
      const beside = [...quotas.map(each => `quota ${each}`), ...missing.map(each => `missing: ${each}`)]
      return [pageText(lines, page), ...beside.map(oneLine)].join('\n')
    },
  })
}

function rank(workload: Workload): number {
  return availableReplicas(workload) < wantedReplicas(workload) ? 0 : 1
}

function infoOf(workload: Workload, { autoscalers, budgets, claims }: Beside): z.input<typeof workloadInfo> {
  const { metadata, kind, spec } = workload
  return {
    namespace: metadata.namespace ?? 'default',
    kind,
    name: metadata.name,
    available: `${availableReplicas(workload)}/${wantedReplicas(workload)}`,
    images: (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => (image ? safe(image) : [])),
    troubles: troublesOf(workload),
    autoscalers: autoscalers.map(autoscalerLine),
    budgets: budgets.map(budgetLine),
    claims: claims.map(claimLine),
  }
}

/** Available and Progressing should be True, ReplicaFailure not be there. */
function troublesOf({ spec, status, metadata }: Workload): string[] {
  const odd = (status?.conditions ?? []).filter(
    ({ type, status: state }) => (type === 'ReplicaFailure') === (state === 'True'),
  )
  const told = odd.map(({ type, status: state, reason, message }) =>
    safe(`${type}=${state} (${[reason, message].filter(Boolean).join(': ')})`).slice(0, TROUBLE_CHARACTERS),
  )
  const behind = (status?.observedGeneration ?? metadata.generation ?? 0) < (metadata.generation ?? 0)
  return [
    ...told,
    ...(spec?.paused ? ['rollout is paused'] : []),
    ...(behind ? ['its controller has not seen the last change'] : []),
  ]
}

const TROUBLE_CHARACTERS = 300
