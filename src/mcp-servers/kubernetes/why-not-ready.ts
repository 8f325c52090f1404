// The one reason people need of a pod that should serve and does not.
import type { Resilience } from '../resilience.ts'
import type { KubernetesClient } from './client.ts'
import { kindNamed, pathOfKind } from './kinds.ts'
import { containersOf, isDone, isReady } from './readiness.ts'
import { eventSchema } from './schema.ts'
import type { Pod } from './pod-schema.ts'

/**
 * What its container waits for, how it ended, what its conditions say, or how its probe failed last. Undefined: it is
 * ready, or done.
 */
export function whyNotReady(pod: Pod, failedProbe?: string): string | undefined {
  const { phase, reason, conditions = [] } = pod.status ?? {}
  if (phase === 'Succeeded' || (phase !== 'Failed' && isReady(pod))) return undefined
  for (const { name, state, lastState } of containersOf(pod)) {
    const ended = state?.terminated ?? lastState?.terminated
    const exit =
      ended && ended.exitCode !== 0 ? `, last ended ${ended.reason ?? ''} with exit code ${ended.exitCode}` : ''
    const { reason: waits, message } = state?.waiting ?? {}
    if (waits && waits !== 'PodInitializing' && waits !== 'ContainerCreating')
      return `${name}: ${waits}${exit}${message ? `: ${message}` : ''}`
    if (exit) return `${name}${exit}${failedProbe ? `; ${failedProbe}` : ''}`
  }
  const failing = conditions.find(
    ({ status, type }) => status !== 'True' && type !== 'Ready' && type !== 'ContainersReady',
  )
  if (failing) return [failing.type, failing.reason, failing.message].filter(Boolean).join(': ')
  const unready = (pod.status?.containerStatuses ?? []).filter(({ ready }) => !ready).map(({ name }) => name)
  if (unready.length > 0) return `${unready.join(', ')} not ready${failedProbe ? `: ${failedProbe}` : ''}`
  return reason ?? `phase ${phase ?? 'Unknown'}`
}

/** Its containers run and it is not ready: only an event says which probe fails, and how. */
export function isSilentlyUnready(pod: Pod): boolean {
  if (isDone(pod) || isReady(pod)) return false
  return (pod.status?.containerStatuses ?? []).some(({ ready, state }) => !ready && state?.running)
}

/** The last message of each pod's probes, by namespace/name; none where events cannot be read: the pod's own state stands. */
export async function failedProbes(
  client: KubernetesClient,
  resilience: Resilience,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const path = pathOfKind(kindNamed('Event'), namespace)
  const query = { fieldSelector: 'reason=Unhealthy,involvedObject.kind=Pod' }
  const read = (abort: AbortSignal) => client.list({ path, item: eventSchema }, abort, query)
  const events = await resilience.run('list events', read, { signal }).then(
    ({ items }) => items.sort((a, b) => a.last - b.last),
    () => [],
  )
  return new Map(
    events.map(({ involvedObject, metadata, message = '' }) => [
      `${involvedObject.namespace ?? metadata.namespace}/${involvedObject.name}`,
      message,
    ]),
  )
}
