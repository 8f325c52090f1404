// A refusal at creation leaves no event: what is absent, beside a quota that is full, tells of it.
import { addressesOf } from '../addresses.ts'
import { parseQuantity } from '../quantity.ts'
import type { Quota } from '../schema.ts'
import { named } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'

export const quotaSilent: Check = {
  name: 'quota-silent',
  check: view => [...missingServices(view), ...missingClaims(view)],
}

/** Others have the address of a service that is not there, though its workload is, and no more services are allowed. */
function missingServices(view: View): Verdict[] {
  return view.quotas
    .filter(quota => isFull(quota, 'services'))
    .flatMap(({ metadata }) => {
      const namespace = metadata.namespace ?? 'default'
      const missed = view.workloads.flatMap(workload =>
        addressesOf(workload, view)
          .filter(address => !address.service && address.namespace === namespace && hasWorkload(view, address))
          .map(({ name, where }) => `${named(workload.metadata)}: ${where} names service ${name}`),
      )
      return refused(view, namespace, 'services', missed)
    })
}

/** A pod waits for a claim that is not there, and a quota speaks of storage. */
function missingClaims(view: View): Verdict[] {
  const wantsStorage = (quota: Quota) =>
    Object.keys(quota.status?.hard ?? {}).some(
      key => key === 'persistentvolumeclaims' || key.endsWith('requests.storage'),
    )
  return view.quotas.filter(wantsStorage).flatMap(({ metadata }) => {
    const namespace = metadata.namespace ?? 'default'
    const known = new Set(
      view.claims.filter(each => each.metadata.namespace === namespace).map(each => each.metadata.name),
    )
    const missed = view.pods
      .filter(pod => pod.metadata.namespace === namespace && pod.status?.phase === 'Pending')
      .flatMap(pod =>
        (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
          claim && !known.has(claim.claimName) ? [`${named(pod.metadata)}: claim ${claim.claimName} is not there`] : [],
        ),
      )
    return refused(view, namespace, 'storage', missed)
  })
}

function refused(view: View, name: string, what: string, witness: string[]): Verdict[] {
  if (witness.length === 0) return []
  return [
    {
      object: { kind: 'Namespace', namespace: name, name },
      fault: 'QuotaExceeded',
      points: 16,
      text: `namespace ${name}: its quota of ${what} leaves no room, and ${witness.length} are missing`,
      since: view.at,
      witness: witness.slice(0, 5),
    },
  ]
}

function isFull({ status }: Quota, resource: string): boolean {
  const hard = parseQuantity(status?.hard[resource])
  const used = parseQuantity(status?.used[resource])
  return hard !== undefined && used !== undefined && used >= hard
}

function hasWorkload(view: View, { namespace, name }: { namespace: string; name: string }): boolean {
  return view.workloads.some(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
}
