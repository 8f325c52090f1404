// All that a preview and a write need to know about one workload, read afresh: quorum reads, never the watch cache.
import { asFault, Fault } from '#incident/fault.ts'
import type { RoomDeps } from '../../resilience.ts'
import type { Collection, KubernetesClient, Named } from '../client.ts'
import { isOwnedBy } from '../rollouts.ts'
import { autoscalerSchema, disruptionBudgetSchema, workloadSchema } from '../schema.ts'
import type { Autoscaler, DisruptionBudget, ReplicaSet, Workload, WorkloadKind } from '../schema.ts'
import { mapAt } from './patch.ts'
import type { JsonMap } from './patch.ts'

export type Target = { namespace: string; kind: WorkloadKind; name: string }

export type Facts = {
  target: Target
  /** As its JSON says, with the fields this room does not know. */
  raw: JsonMap
  workload: Workload
  /** Of a Deployment, its own. */
  replicaSets: ReplicaSet[]
  /** Those that size it; undefined: they could not be read. */
  autoscalers: Autoscaler[] | undefined
  /** Those that cover its pods; undefined: they could not be read. */
  budgets: DisruptionBudget[] | undefined
  mayPatch: boolean
}

export type Reader = { client: KubernetesClient; resilience: RoomDeps['resilience'] }

const PLURAL: Record<WorkloadKind, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
}

export function pathOf({ namespace, kind, name }: Target): string {
  return `/apis/apps/v1/namespaces/${namespace}/${PLURAL[kind]}/${name}`
}

/** The workload's JSON; undefined where there is none. Throws a Fault when that cannot be known. */
export async function readRaw({ client, resilience }: Reader, target: Target, signal: AbortSignal) {
  try {
    const value = await resilience.run(`get ${target.kind}`, abort => client.get(pathOf(target), abort), { signal })
    if (isWorkload(value)) return value
    throw new Fault('network', `What the API server answered for ${target.kind} ${target.name} is no object.`)
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return undefined
    throw error
  }
}

function isWorkload(value: unknown): value is JsonMap {
  return typeof mapAt(value, ['metadata'])?.['uid'] === 'string'
}

export async function readFacts(reader: Reader, target: Target, raw: JsonMap, signal: AbortSignal): Promise<Facts> {
  const parsed = workloadSchema.safeParse(raw)
  if (!parsed.success)
    throw new Fault('network', `The API server's ${target.kind} ${target.name} is not one we can read.`)
  const workload: Workload = { ...parsed.data, kind: target.kind }
  const { client, resilience } = reader
  const within = `/namespaces/${target.namespace}`
  const list = <Item extends Named>(what: string, collection: Collection<Item>) =>
    resilience.run(`list ${what}`, abort => client.list(collection, abort), { signal }).then(({ items }) => items)
  const access = {
    verb: 'patch',
    group: 'apps',
    resource: PLURAL[target.kind],
    namespace: target.namespace,
    name: target.name,
  }
  const [replicaSets, autoscalers, budgets, mayPatch] = await Promise.all([
    target.kind === 'Deployment'
      ? list('replicasets', { path: `/apis/apps/v1${within}/replicasets`, item: workloadSchema })
      : [],
    list('horizontalpodautoscalers', {
      path: `/apis/autoscaling/v2${within}/horizontalpodautoscalers`,
      item: autoscalerSchema,
    }).catch(whenForbidden(undefined)),
    list('poddisruptionbudgets', {
      path: `/apis/policy/v1${within}/poddisruptionbudgets`,
      item: disruptionBudgetSchema,
    }).catch(whenForbidden(undefined)),
    resilience.run('review access', abort => client.mayI(access, abort), { signal }),
  ])
  return {
    target,
    raw,
    workload,
    replicaSets: replicaSets.filter(each => isOwnedBy(each, workload)),
    autoscalers: autoscalers?.filter(
      ({ spec }) => spec?.scaleTargetRef?.kind === target.kind && spec.scaleTargetRef.name === target.name,
    ),
    budgets: budgets?.filter(budget => covers(budget, workload)),
    mayPatch,
  }
}

function whenForbidden<Instead>(instead: Instead): (error: unknown) => Instead {
  return error => {
    const fault = asFault(error)
    if (fault.code === 'forbidden' || fault.code === 'not_found') return instead
    throw fault
  }
}

function covers({ spec }: DisruptionBudget, workload: Workload): boolean {
  const labels = workload.spec?.template?.metadata?.labels ?? {}
  const wanted = Object.entries(spec?.selector?.matchLabels ?? {})
  return wanted.length > 0 && wanted.every(([label, value]) => labels[label] === value)
}
