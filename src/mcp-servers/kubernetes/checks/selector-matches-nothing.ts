// A service whose selector finds no pod, though the pods it is meant for are there.
import type { Service, Workload } from '../schema.ts'
import { wantedReplicas } from '../readiness.ts'
import { keyOf, named, referenceOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { callersComplain, makes, servicesOf } from './witness.ts'

export const selectorMatchesNothing: Check = {
  name: 'selector-matches-nothing',
  check: view =>
    view.services.flatMap((service): Verdict[] => {
      const { metadata, spec } = service
      const selector = spec?.selector ?? {}
      if (Object.keys(selector).length === 0 || view.selected(metadata.namespace, selector).length > 0) return []
      const meant = meantWorkload(service, view)
      if (!meant || makes(meant, selector)) return [] // then pods will come: there are just none yet
      const concerns = referenceOf(meant)
      const complain = callersComplain(view, metadata.name, concerns)
      const isFor = metadata.name === meant.metadata.name && !isReachedOtherwise(meant, view)
      return [
        {
          object: { kind: 'Service', namespace: metadata.namespace, name: metadata.name },
          concerns,
          fault: 'SelectorMatchesNothing',
          points: 14,
          // Pods are well and yet nobody reaches them; unless another service does, then this one is left over.
          whenHealthy: complain || isFor ? 1 : 0.08,
          text: `service ${named(metadata)} selects ${say(selector)}, which no pod of ${meant.metadata.name} has`,
          since: view.at,
          mend: `make the selector of service ${metadata.name} match the labels of ${meant.metadata.name}`,
          witness: [
            `Service ${named(metadata)}: selector ${say(selector)}`,
            `${concerns.kind} ${named(concerns)}: labels ${say(meant.spec?.template?.metadata?.labels ?? {})}`,
          ],
        },
      ]
    }),
}

function meantWorkload({ metadata }: Service, view: View): Workload | undefined {
  const near = view.workloads.filter(each => each.metadata.namespace === metadata.namespace && wantedReplicas(each) > 0)
  return (
    near.find(each => each.metadata.name === metadata.name) ??
    near.find(each => isPartOf(each.metadata.name, metadata.name))
  )
}

/** checkout and checkout-service, but not cart and cart-cache-0 of something else: one is the start of the other. */
function isPartOf(a: string, b: string): boolean {
  return a.startsWith(`${b}-`) || b.startsWith(`${a}-`)
}

/** By the labels its pods really have: operators add some that no template shows. */
function isReachedOtherwise(workload: Workload, view: View): boolean {
  if (servicesOf(view, workload).length > 0) return true
  const key = keyOf(referenceOf(workload))
  return view.services.some(
    service =>
      service.metadata.namespace === workload.metadata.namespace &&
      view
        .selected(service.metadata.namespace, service.spec?.selector ?? {})
        .some(pod => keyOf(view.ownerOf(pod)) === key),
  )
}

function say(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}
