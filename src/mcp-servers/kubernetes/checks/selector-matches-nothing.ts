// A service whose selector finds no pod, though the pods it is meant for are there.
import type { Service, Workload } from '../schema.ts'
import { wantedReplicas } from '../readiness.ts'
import { named, referenceOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'

export const selectorMatchesNothing: Check = {
  name: 'selector-matches-nothing',
  check: view =>
    view.services.flatMap((service): Verdict[] => {
      const { metadata, spec } = service
      const selector = spec?.selector ?? {}
      if (Object.keys(selector).length === 0 || view.selected(metadata.namespace, selector).length > 0) return []
      const meant = meantWorkload(service, view)
      if (!meant || templateMatches(meant, selector)) return []
      const object = referenceOf(meant)
      return [
        {
          object,
          fault: 'SelectorMatchesNothing',
          points: 14,
          // Pods are well and yet nobody reaches them; unless another service does, then this one is left over.
          whenHealthy: isReachedOtherwise(meant, view) ? 0.08 : 1,
          text: `service ${named(metadata)} selects ${say(selector)}, which no pod of ${meant.metadata.name} has`,
          since: view.at,
          witness: [
            `Service ${named(metadata)}: selector ${say(selector)}`,
            `${object.kind} ${named(object)}: labels ${say(meant.spec?.template?.metadata?.labels ?? {})}`,
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

/** Then pods will come: there are just none yet. */
function templateMatches(workload: Workload, selector: Record<string, string>): boolean {
  const labels = workload.spec?.template?.metadata?.labels ?? {}
  return Object.entries(selector).every(([label, value]) => labels[label] === value)
}

function isReachedOtherwise(workload: Workload, view: View): boolean {
  return view.services.some(
    ({ metadata, spec }) =>
      metadata.namespace === workload.metadata.namespace &&
      Object.keys(spec?.selector ?? {}).length > 0 &&
      templateMatches(workload, spec?.selector ?? {}),
  )
}

function say(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}
