// A claim for storage that a pod waits for and that gets no volume, or lost it: the claim is what has to be mended. One that
// waits for its first pod is as it should be; a provisioner that is down is provisioner-down.ts's.
import type { Millis } from '#incident/signal.ts'
import type { Claim } from '../schema.ts'
import type { Pod } from '../pod-schema.ts'
import { named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { claimReference, driverOf, isHeldBack, podsByClaim } from './claims.ts'
import { illProvisionerOf } from './provisioner-down.ts'
import type { Check, Verdict } from './verdict.ts'
import { eventWitness } from './verdict.ts'

const YOUNG: Millis = 60_000

export const claimUnbound: Check = {
  name: 'claim-unbound',
  check(view) {
    const unbound = view.claims.filter(({ status }) => status?.phase === 'Pending' || status?.phase === 'Lost')
    if (unbound.length === 0) return []
    const mounting = podsByClaim(view)
    return unbound.flatMap(claim => verdictOf(claim, mounting.get(named(claim.metadata)) ?? [], view))
  },
}

function verdictOf(claim: Claim, pods: Pod[], view: View): Verdict[] {
  const { metadata, status } = claim
  const created = metadata.creationTimestamp ?? view.at
  const self = claimReference(claim)
  const [told] = view.eventsOf(self).toSorted((a, b) => b.last - a.last)
  const isLost = status?.phase === 'Lost'
  const why = isLost ? LOST : whyPending(claim, told?.message, pods, view)
  if (!why || view.at - created < YOUNG) return []
  const [pod] = pods
  const owner: Reference | undefined = pod && view.ownerOf(pod)
  return [
    {
      object: self,
      ...(owner && { concerns: owner }),
      fault: isLost ? 'ClaimLost' : 'ClaimPending',
      points: illProvisionerOf(claim, view) ? 4 : owner ? 12 : isLost ? 8 : 5,
      text: `${owner ? `${owner.name}: ` : ''}claim ${named(metadata)} has no volume: ${why.says}`,
      since: Math.min(view.at, told?.first ?? created),
      ...(pods.length > 0 && { pods }),
      mend: why.mend,
      witness: [`PersistentVolumeClaim ${named(metadata)}: ${status?.phase}`, ...(told ? [eventWitness(told)] : [])],
    },
  ]
}

type Why = { says: string; mend: string }
const LOST: Why = { says: 'the one it was bound to is gone', mend: 'restore the volume, or the data into a new claim' }

function whyPending({ spec, metadata }: Claim, message: string | undefined, pods: Pod[], view: View): Why | undefined {
  const [, missing] = /storageclass(?:\.storage\.k8s\.io)? "([^"]{1,253})" not found/.exec(message ?? '') ?? []
  if (missing)
    return {
      says: `there is no storage class ${missing}`,
      mend: `create storage class ${missing}, or name one that exists`,
    }
  if (message)
    return { says: message.slice(0, 300), mend: `look at the provisioner of ${spec?.storageClassName ?? 'the volume'}` }
  if (pods.length === 0) return undefined
  if (spec?.volumeName)
    return { says: `volume ${spec.volumeName} is not to be had`, mend: `free volume ${spec.volumeName}` }
  if (!spec?.storageClassName) {
    return {
      says: 'it names no storage class, and there is no default',
      mend: `name a storage class in ${metadata.name}`,
    }
  }
  // With any other reason the volume waits for the pod to be placed, not the pod for the volume.
  if (!pods.some(pod => isHeldBack(pod, view))) return undefined
  const mend = `look at the provisioner of storage class ${spec.storageClassName}`
  const driver = driverOf({ metadata })
  return { says: `storage class ${spec.storageClassName}${driver ? ` (${driver})` : ''} provides none`, mend }
}
