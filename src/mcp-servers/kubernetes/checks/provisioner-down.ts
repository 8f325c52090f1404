// Whoever makes volumes is itself unwell: claims wait, and it is the provisioner that has to be mended, not they.
import { keyOf, named, referenceOf } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Claim, Workload } from '../schema.ts'
import { driverOf, isHeldBack, podsByClaim } from './claims.ts'
import type { Check } from './verdict.ts'

export const provisionerDown: Check = {
  name: 'provisioner-down',
  check(view) {
    const waiting = view.claims.flatMap(claim => {
      const object = illProvisionerOf(claim, view)
      return object ? [{ claim, object }] : []
    })
    return [...Map.groupBy(waiting, ({ object }) => keyOf(object)).values()].flatMap(same => {
      const [first] = same
      if (!first) return []
      const names = same.map(({ claim }) => named(claim.metadata)).slice(0, 3)
      return [
        {
          object: first.object,
          fault: 'ProvisionerDown',
          points: 16,
          text: `${first.object.name} is unwell, and no volume is made for ${names.join(', ')}`,
          since: Math.min(view.at, ...same.map(({ claim }) => claim.metadata.creationTimestamp ?? view.at)),
          mend: `look at the log of ${first.object.name}; the claims follow by themselves`,
          witness: same.slice(0, 5).map(({ claim }) => `PersistentVolumeClaim ${named(claim.metadata)}: Pending`),
        },
      ]
    })
  },
}

/** Of a claim that waits for its provisioner; undefined where that one is well, or not to be found. */
export function illProvisionerOf(claim: Claim, view: View): Reference | undefined {
  if (claim.status?.phase !== 'Pending' || !isWaiting(claim, view)) return undefined
  const driver = driverOf(claim) ?? claim.spec?.storageClassName ?? ''
  const ill = likest(provisionersIn(view), wordsOf(driver)).find(each => !view.isHealthy(referenceOf(each)))
  return ill && referenceOf(ill)
}

/** Somebody was asked for its volume, or a pod is kept from a node by it. */
function isWaiting(claim: Claim, view: View): boolean {
  return (
    driverOf(claim) !== undefined ||
    (podsByClaim(view).get(named(claim.metadata)) ?? []).some(pod => isHeldBack(pod, view))
  )
}

/** Those with most of the driver's words in their names and images: drivers of one vendor have some in common. */
function likest(all: Workload[], words: string[]): Workload[] {
  const likeness = new Map(
    all.map(each => [each, words.filter(word => partsOf(each).some(part => part.includes(word)))]),
  )
  const most = Math.max(0, ...[...likeness.values()].map(({ length }) => length))
  return all.filter(each => likeness.get(each)?.length === most)
}

const provisioners = new WeakMap<View, Workload[]>()

/** Run the external-provisioner, or are called one: https://kubernetes-csi.github.io/docs/external-provisioner.html */
function provisionersIn(view: View): Workload[] {
  const known =
    provisioners.get(view) ??
    view.workloads.filter(each => partsOf(each).some(part => /provisioner|csi-(?:[\w-]{1,60}-)?controller/.test(part)))
  provisioners.set(view, known)
  return known
}

function partsOf({ metadata: { namespace = '', name }, spec }: Workload): string[] {
  const containers = spec?.template?.spec?.containers ?? []
  return [namespace, name, ...containers.flatMap(each => [each.name, each.image ?? ''])]
}

/** ebs.csi.aws.com -> ebs, aws */
function wordsOf(driver: string): string[] {
  return driver.split(/[^a-z0-9]+/i).filter(word => word.length > 2 && !/^(?:csi|com|org|driver|k8s)$/.test(word))
}
