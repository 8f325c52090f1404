// What should hold before any change of a workload, looked up in its facts. What refuses a change is refusals.ts's; this is
// for people to judge by. Pure.
import type { Prerequisite } from '#incident/remedy.ts'
import { availableReplicas, wantedReplicas } from '../readiness.ts'
import type { Facts } from './facts.ts'
import { mapAt } from './patch.ts'
import { gitOpsOwner, isRollingOut } from './refusals.ts'

export function prerequisitesOf(facts: Facts): Prerequisite[] {
  return [owned(facts), pinned(facts), budgeted(facts)]
}

function owned({ workload }: Facts): Prerequisite {
  const owner = gitOpsOwner(workload)
  const saw = owner ? `${owner} manages it` : 'no mark of Argo CD or Flux on it'
  return { what: 'no GitOps controller would undo it', holds: !owner, saw }
}

/** What keeps a new template from its pods although the API server takes it. */
function pinned({ workload, raw }: Facts): Prerequisite {
  const { paused, updateStrategy } = workload.spec ?? {}
  const partition = updateStrategy?.rollingUpdate?.partition ?? 0
  const pins = [
    ...(paused ? ['it is paused'] : []),
    ...(updateStrategy?.type === 'OnDelete' ? ['its pods are replaced only when deleted (OnDelete)'] : []),
    ...(partition > 0 ? [`its pods below ${partition} are held back (partition)`] : []),
  ]
  const strategy = mapAt(raw, ['spec', 'strategy'])?.['type'] ?? updateStrategy?.type ?? 'RollingUpdate'
  const saw = pins.length > 0 ? pins.join(', ') : `not paused, ${String(strategy)}`
  return { what: 'nothing pins what it runs', holds: pins.length === 0, saw }
}

/** A rollout does not ask the budget: it says how much room is left, no more. */
function budgeted({ workload, budgets }: Facts): Prerequisite {
  const what = 'its disruption budget has room'
  if (!budgets) return { what, saw: 'budgets cannot be read' }
  const [budget] = budgets
  if (!budget) return { what, holds: true, saw: 'no budget covers it' }
  const allowed = budget.status?.disruptionsAllowed ?? 0
  const ready = `${availableReplicas(workload)} of ${wantedReplicas(workload)} pods available`
  return { what, holds: allowed > 0, saw: `${budget.metadata.name} allows ${allowed} now, ${ready}` }
}

/** For what replaces pods: whether some serve while others are replaced. */
export function gradual({ workload, raw }: Facts): Prerequisite {
  const what = 'some pods serve while others are replaced'
  const pods = wantedReplicas(workload)
  const strategy = mapAt(raw, ['spec', 'strategy'])
  if (strategy?.['type'] === 'Recreate')
    return { what, holds: false, saw: 'strategy Recreate: all pods stop before new ones start' }
  const surge = mapAt(strategy, ['rollingUpdate'])?.['maxSurge'] ?? '25%' // the API server's own default
  const addsFirst = workload.kind === 'Deployment' && Number.parseInt(String(surge), 10) > 0
  if (addsFirst) return { what, holds: true, saw: `a new pod is started first, maxSurge ${String(surge)}` }
  return { what, holds: pods > 1, saw: pods === 1 ? 'its only pod stops first' : `${pods} pods, one after the other` }
}

/** For what a rollout under way would mix with. */
export function settledBefore({ workload }: Facts): Prerequisite {
  const isUnderWay = isRollingOut(workload)
  const saw = isUnderWay ? 'one is' : 'all pods are of one version'
  return { what: 'no rollout of it is under way', holds: !isUnderWay, saw }
}
