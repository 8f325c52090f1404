// Whoever makes volumes is itself unwell: claims wait, and it is the provisioner that has to be mended, not they.
import { keyOf, named, referenceOf } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Claim, KubernetesEvent, Workload } from '../schema.ts'
import { claimReference } from './claims.ts'
import type { Check } from './verdict.ts'
import { eventWitness } from './verdict.ts'

export const provisionerDown: Check = {
  name: 'provisioner-down',
  check(view) {
    const waiting = view.claims.flatMap(claim => {
      const by = illProvisionerOf(claim, view)
      return by ? [{ claim, ...by }] : []
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
          since: Math.min(...same.map(({ told }) => told.first)),
          mend: `look at the log of ${first.object.name}; the claims follow by themselves`,
          witness: same.slice(0, 5).map(({ told }) => eventWitness(told)),
        },
      ]
    })
  },
}

const WAITS = ['ExternalProvisioning', 'Provisioning', 'ProvisioningFailed']

/** Of a claim that was told to wait for its provisioner; undefined where that one is well, or not to be found. */
export function illProvisionerOf(claim: Claim, view: View): { object: Reference; told: KubernetesEvent } | undefined {
  if (claim.status?.phase !== 'Pending') return undefined
  const told = view.eventsOf(claimReference(claim)).find(({ reason = '' }) => WAITS.includes(reason))
  if (!told) return undefined
  const [, driver = claim.spec?.storageClassName ?? ''] = /provisioner '([^']{1,253})'/.exec(told.message ?? '') ?? []
  const ill = likest(provisionersIn(view), wordsOf(driver)).find(each => !view.isHealthy(referenceOf(each)))
  return ill && { object: referenceOf(ill), told }
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
