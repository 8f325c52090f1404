// Who complains: an odd setting is worth little until somebody's log does.
import { messageIn } from '#incident/log-message.ts'
import type { LogGroup } from '../pod-logs.ts'
import { WORKLOAD_KINDS } from '../schema.ts'
import type { Service, Workload } from '../schema.ts'
import { keyOf, referenceOf } from '../view.ts'
import type { Reference, View } from '../view.ts'

/** Lines of trouble in the logs of other workloads that speak of `service` by its name or its address. */
export function callersComplain(view: View, service: string, of: Reference): boolean {
  const own = keyOf(of)
  const all = speakersOf(view)
  const address = `${of.namespace ?? ''}/${service}` // no word has a slash
  return [service, address].some(name => [...(all.get(name) ?? [])].some(key => key !== own))
}

const speakers = new WeakMap<View, Map<string, Set<string>>>()

/**
 * Workloads by each name of a service in their lines, and by each service they mean. As a whole word: `cart` is not spoken of in
 * "cartography" nor in "cart-cache".
 */
function speakersOf(view: View): Map<string, Set<string>> {
  const known = speakers.get(view)
  if (known) return known
  const found = new Map<string, Set<string>>()
  const add = (name: string, key: string) => {
    const keys = found.get(name)
    if (keys) keys.add(key)
    else found.set(name, new Set([key]))
  }
  const names = new Set(view.services.map(({ metadata }) => metadata.name))
  for (const { pod, text } of view.logs) {
    const key = keyOf(view.ownerOf(pod))
    for (const word of text.split(/[^\w-]/)) if (names.has(word)) add(word, key)
  }
  for (const { by, service } of view.complaints()) {
    if (service) add(`${service.metadata.namespace ?? ''}/${service.metadata.name}`, keyOf(by))
  }
  speakers.set(view, found)
  return found
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

const MOST_QUOTED = 120 // of a title's 220 characters

/** As a sentence quotes it. */
export function saidIn({ text }: LogGroup): string {
  return messageIn(text).slice(0, MOST_QUOTED)
}

export function logWitness({ pod, text }: LogGroup): string {
  return `log of ${pod.metadata.name}: ${text.slice(0, 300)}`
}
