// Whether a node is closed to new pods by somebody who empties it: a person, an upgrade, an autoscaler. Pure.
import type { Millis } from '#incident/signal.ts'
import type { Node } from './schema.ts'

// kubectl and most upgrades cordon; the autoscalers taint: https://karpenter.sh/docs/concepts/disruption/
const LEAVES = /^(?:karpenter\.sh\/disrupt(?:ed|ion)|ToBeDeletedByClusterAutoscaler)$/

export function isClosed({ metadata, spec }: Node): boolean {
  return (
    spec?.unschedulable === true ||
    metadata.deletionTimestamp !== undefined ||
    (spec?.taints.some(({ key }) => LEAVES.test(key)) ?? false)
  )
}

/** Undefined where nothing says when. */
export function closedSince({ metadata, spec }: Node): Millis | undefined {
  const taint = spec?.taints.find(({ key }) => key === 'node.kubernetes.io/unschedulable' || LEAVES.test(key))
  return taint?.timeAdded ?? metadata.deletionTimestamp
}
