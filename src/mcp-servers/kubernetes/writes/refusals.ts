// Why a workload may not be changed now, whatever the change: each sentence says what would make it possible. Pure.
import type { Answer } from '../answer.ts'
import type { Workload } from '../schema.ts'
import { wantedReplicas } from '../readiness.ts'
import type { Facts } from './facts.ts'

/** Reasons that hold for every change; empty: none. */
export function refusalsOf({ workload, mayPatch, target }: Facts): string[] {
  const { kind, name, namespace } = target
  const owner = gitOpsOwner(workload)
  return [
    ...(workload.metadata.deletionTimestamp === undefined ? [] : [`${name} is being deleted.`]),
    ...(workload.metadata.generation === undefined ? [`${name} carries no generation to guard the change by.`] : []),
    ...(owner ? [`${owner} manages ${name} and would undo this: change it in its repository.`] : []),
    ...(workload.spec?.paused ? [`${name} is paused: nothing would roll out until it is resumed.`] : []),
    ...(mayPatch ? [] : [`This bot's account may not patch ${kind}s in ${namespace}: grant it, or ask who may.`]),
  ]
}

// https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/, https://fluxcd.io/flux/components/
const GITOPS: Record<string, string> = {
  'argocd.argoproj.io/instance': 'Argo CD',
  'argocd.argoproj.io/tracking-id': 'Argo CD',
  'kustomize.toolkit.fluxcd.io/name': 'Flux',
  'helm.toolkit.fluxcd.io/name': 'Flux',
}

export function gitOpsOwner({ metadata }: Workload): string | undefined {
  const mark = Object.keys(GITOPS).find(key => key in metadata.labels || key in metadata.annotations)
  return mark && GITOPS[mark]
}

/**
 * Whether a rollout is still under way or stands still half-way. Pods that became unready after it was complete are none:
 * those a restart may help.
 */
export function isRollingOut(workload: Workload): boolean {
  const { metadata, status = undefined } = workload
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return true
  if (workload.kind === 'DaemonSet')
    return (status?.updatedNumberScheduled ?? 0) < (status?.desiredNumberScheduled ?? 0)
  if (workload.kind === 'StatefulSet')
    return status?.updateRevision !== undefined && status.updateRevision !== status.currentRevision
  const { replicas = 0, updatedReplicas = 0, conditions = [] } = status ?? {}
  if (replicas > updatedReplicas) return true
  const progressing = conditions.find(({ type }) => type === 'Progressing')
  if (progressing) return progressing.reason !== 'NewReplicaSetAvailable'
  return updatedReplicas < wantedReplicas(workload)
}

const WHY: Record<number, string> = {
  401: 'it does not accept our credentials',
  403: 'a permission, a quota or an admission rule forbids it',
  404: 'it has no such API',
  422: 'the result would not be valid',
}

/** In our words: the server's own may hold the whole object, with the values of its environment. */
export function whyRejected({ status = 0 }: Answer): string {
  return `${WHY[status] ?? 'it does not take this change'} (${status})`
}
