// Whether the pods that would be left carry what all of them use now, by what metrics.k8s.io measured last.
import type { Prerequisite } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import { wantedReplicas } from '../readiness.ts'
import { measure } from '../usage.ts'
import type { Usage } from '../usage.ts'
import type { Facts, Reader } from './facts.ts'

/** The share of its requests up to which an autoscaler lets a pod go by the usual target; above it, it would add pods again. */
const MOST_USED = 0.8

const MEASURE_MILLIS = 4000 // of a preview's 8 s

/** Undefined where no pod is taken away. Never throws. */
export async function lookAtCapacity(
  { workload, target: { namespace, kind, name } }: Facts,
  replicas: number,
  now: Millis,
  { client }: Reader,
  signal: AbortSignal,
): Promise<Prerequisite | undefined> {
  const before = wantedReplicas(workload)
  if (replicas >= before) return undefined
  const what = `${replicas} of ${before} pods carry the traffic`
  if (replicas === 0) return { what, holds: false, saw: 'nothing would be left to carry it' }
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(MEASURE_MILLIS)])
  const measured = await measure(client, 'workload', namespace, now, bounded).catch(() => undefined)
  const own = measured?.usage.find(usage => usage.kind === kind && usage.name === name)
  if (!own || !measured?.whole) return { what, saw: 'what its pods use now cannot be read' }
  return { what, ...carries(own, replicas) }
}

/**
 * Of cpu the requests are what a pod can count on, of memory the limit. Traffic moves to the pods left, so what is used
 * is shared by fewer: 3 pods using 300m of 750m, 1 left with 250m -> 120 %, does not hold.
 */
function carries({ used, room, pods = 1 }: Usage, replicas: number): Omit<Prerequisite, 'what'> {
  const shares = (['cpu', 'memory'] as const).flatMap(resource => {
    const left = (room[resource] / pods) * replicas
    return left > 0 ? [{ resource, share: used[resource] / left }] : []
  })
  if (!shares.some(({ resource }) => resource === 'cpu'))
    return { saw: 'its containers request no cpu to compare with' }
  const saw = shares.map(({ resource, share }) => `${resource} at ${Math.round(100 * share)} %`).join(', ')
  return { holds: shares.every(({ share }) => share <= MOST_USED), saw: `those left would have ${saw}` }
}
