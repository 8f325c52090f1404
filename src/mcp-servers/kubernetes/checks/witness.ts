// Who complains: an odd setting is worth little until somebody's log does.
import type { LogGroup } from '../pod-logs.ts'
import { WORKLOAD_KINDS } from '../schema.ts'
import type { Service, Workload } from '../schema.ts'
import { keyOf, referenceOf } from '../view.ts'
import type { Reference, View } from '../view.ts'

/** Lines of trouble in the logs of other workloads that speak of `service` by its name or its address. */
export function callersComplain(view: View, service: string, of: Reference): boolean {
  const isCalled = ({ metadata }: Service) => metadata.name === service && metadata.namespace === of.namespace
  return (
    view.complaints().some(each => each.service && isCalled(each.service) && keyOf(each.by) !== keyOf(of)) ||
    view.logs.some(({ pod, text }) => keyOf(view.ownerOf(pod)) !== keyOf(of) && speaksOf(text, service))
  )
}

/** Whose pods a service sends to; where it has none, who would make such pods. */
export function workloadsOf(view: View, { metadata: { namespace }, spec }: Service): Reference[] {
  const selector = spec?.selector ?? {}
  const owners = new Map(view.selected(namespace, selector).map(pod => [keyOf(view.ownerOf(pod)), view.ownerOf(pod)]))
  if (owners.size > 0 || Object.keys(selector).length === 0) return [...owners.values()]
  return view.workloads.filter(each => each.metadata.namespace === namespace && makes(each, selector)).map(referenceOf)
}

/** Services whose selector is meant for the pods of a workload. */
export function servicesOf(view: View, workload: Workload): Service[] {
  return servicesIn(view, workload.metadata.namespace).filter(
    ({ spec }) => Object.keys(spec?.selector ?? {}).length > 0 && makes(workload, spec?.selector ?? {}),
  )
}

const byNamespace = new WeakMap<View, Map<string | undefined, Service[]>>()

function servicesIn(view: View, namespace: string | undefined): Service[] {
  const known = byNamespace.get(view) ?? Map.groupBy(view.services, ({ metadata }) => metadata.namespace)
  byNamespace.set(view, known)
  return known.get(namespace) ?? []
}

/** Of any kind that makes pods. */
export function workloadNamed(view: View, namespace: string | undefined, name: string): Workload | undefined {
  return WORKLOAD_KINDS.map(kind => view.workload({ kind, namespace, name })).find(each => each !== undefined)
}

/** Its pods will have these labels. */
export function makes({ spec }: Workload, selector: Readonly<Record<string, string>>): boolean {
  const labels = spec?.template?.metadata?.labels ?? {}
  return Object.entries(selector).every(([label, value]) => labels[label] === value)
}

export function logWitness({ pod, text }: LogGroup): string {
  return `log of ${pod.metadata.name}: ${text.slice(0, 300)}`
}

/** Lines of trouble in the workload's own log. */
export function ownLines(view: View, of: Reference): View['logs'] {
  const key = keyOf(of)
  return view.logs.filter(({ pod }) => keyOf(view.ownerOf(pod)) === key)
}

/** As a whole name: `cart` is not spoken of in "cartography" nor in "cart-cache". */
function speaksOf(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + name.length] ?? ' '
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true
  }
  return false
}
