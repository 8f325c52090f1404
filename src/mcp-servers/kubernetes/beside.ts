// What stands beside a workload and limits it, and each in a line. Pure.
import { safe } from '../safe.ts'
import { parseQuantity } from './quantity.ts'
import type { Autoscaler, Claim, DisruptionBudget, Quota, Workload } from './schema.ts'
import type { Pod } from './pod-schema.ts'
import { selects } from './selects.ts'
import { named } from './view.ts'

export type Beside = { autoscalers: Autoscaler[]; budgets: DisruptionBudget[]; claims: Claim[] }

/** Those that size it by name, protect it by its labels, and are mounted by its `pods`, of which all are given. */
export function besideIn({ autoscalers, budgets, claims }: Beside, pods: Pod[]): (workload: Workload) => Beside {
  const sameNamespace = Map.groupBy<string | undefined, Pod>(pods, ({ metadata }) => metadata.namespace)
  return ({ kind, metadata: { namespace, name }, spec }) => {
    const labels = spec?.template?.metadata?.labels ?? {}
    const own = (sameNamespace.get(namespace) ?? []).filter(each => selects(spec?.selector, each.metadata.labels))
    const mounted = new Set(
      own.flatMap(pod => pod.spec?.volumes ?? []).map(volume => volume.persistentVolumeClaim?.claimName),
    )
    return {
      autoscalers: autoscalers.filter(
        ({ metadata, spec: sizes }) =>
          metadata.namespace === namespace &&
          sizes?.scaleTargetRef?.kind === kind &&
          sizes.scaleTargetRef.name === name,
      ),
      budgets: budgets.filter(
        ({ metadata, spec: protects }) => metadata.namespace === namespace && selects(protects?.selector, labels),
      ),
      claims: claims.filter(({ metadata }) => metadata.namespace === namespace && mounted.has(metadata.name)),
    }
  }
}

/** `autoscaler cart: 30 of 2-30, at its most` */
export function autoscalerLine({ metadata, spec, status }: Autoscaler): string {
  const { currentReplicas: now, desiredReplicas: wanted } = status ?? {}
  const range = `${spec?.minReplicas ?? 1}-${spec?.maxReplicas ?? '?'}`
  const isAtMost = wanted !== undefined && wanted >= (spec?.maxReplicas ?? Infinity)
  const stuck = (status?.conditions ?? [])
    .filter(({ type, status: state }) => type !== 'ScalingLimited' && state === 'False')
    .map(({ type, reason }) => `${type}=False (${safe(reason ?? '')})`)
  return [
    `autoscaler ${metadata.name}: ${now ?? '?'} of ${range}`,
    ...(isAtMost ? ['at its most'] : []),
    ...stuck,
  ].join(', ')
}

/** `budget cart allows 0 to leave` */
export function budgetLine({ metadata, status }: DisruptionBudget): string {
  return `budget ${metadata.name} allows ${status?.disruptionsAllowed ?? '?'} to leave`
}

/** `claim data Bound` */
export function claimLine({ metadata, status }: Claim): string {
  return `claim ${metadata.name} ${status?.phase ?? 'Unknown'}`
}

/** `shop/compute requests.cpu 3900m of 4 (98%)` */
export function quotaLines({ metadata, status }: Quota): string[] {
  return Object.entries(status?.hard ?? {}).map(([resource, hard]) => {
    const used = status?.used[resource] ?? '0'
    const [most = 0, taken = 0] = [parseQuantity(hard), parseQuantity(used)]
    return `${named(metadata)} ${resource} ${used} of ${hard}${most > 0 ? ` (${Math.round((taken / most) * 100)}%)` : ''}`
  })
}
