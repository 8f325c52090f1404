// Custom resources that may explain what is seen: of the kinds a cluster has, those first that own what is in trouble, that
// events and logs name, or that route and guard traffic. One that may not be listed is left out and not missed.
import { z } from 'zod'
import type { RoomDeps } from '../resilience.ts'
import type { KubernetesClient } from './client.ts'
import { compile } from './compile.ts'
import { customKinds, ONE_ANSWER } from './custom-kinds.ts'
import type { CustomKind } from './custom-kinds.ts'
import { customSchema, customStatusSchema } from './schema.ts'
import type { Condition } from './schema.ts'
import type { Explaining, Objects } from './view.ts'

export type Custom = z.output<typeof customSchema> & {
  group: string
  kind: string
  /** Its own, and those of its parts: a route's parents, a gateway's listeners. */
  conditions: Condition[]
}

type Seen = Omit<Objects, keyof Explaining>
type Asking = { client: Pick<KubernetesClient, 'get' | 'page'>; deps: Pick<RoomDeps, 'clock'> }

const MOST_KINDS = 24 // a request each
const MOST_OF_A_KIND = 500 // one page
const AT_ONCE = 8

/** Never throws. */
export async function listCustom(asking: Asking, seen: Seen, signal: AbortSignal): Promise<Custom[]> {
  const { client } = asking
  const kinds = inTurn(await customKinds(asking, signal), seen).slice(0, MOST_KINDS)
  const found: Custom[][] = kinds.map(() => [])
  const turns = kinds.entries()
  const worker = async (): Promise<void> => {
    for (const [index, { group, version, plural, kind }] of turns) {
      const path = `/apis/${group}/${version}/${plural}`
      const within = AbortSignal.any([signal, AbortSignal.timeout(ONE_ANSWER)])
      const page = await client.page(path, within, { limit: MOST_OF_A_KIND }).catch(() => undefined)
      const { data } = pageSchema.safeParse(page)
      found[index] = (data?.items ?? []).flatMap(item => customOf(item, group, kind))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return found.flat()
}

const pageSchema = z.object({ items: z.array(z.unknown()) })
const read = compile(customSchema)

export function customOf(item: unknown, group: string, kind: string): Custom[] {
  const known = read(item)
  if (!known) return []
  const { data } = customStatusSchema.safeParse(known.status ?? {})
  const parts = [data?.parents, data?.listeners, data?.ancestors].flatMap(each => each ?? [])
  return [
    { ...known, group, kind, conditions: [...(data?.conditions ?? []), ...parts.flatMap(part => part.conditions)] },
  ]
}

/** Mesh, gateways, certificates and secrets from elsewhere: what stands between a workload and those it needs. */
const BETWEEN =
  /istio\.io$|linkerd\.io$|gateway\.networking\.k8s\.io$|cert-manager\.io$|external-secrets\.io$|traefik|cilium\.io$/

function inTurn(kinds: CustomKind[], { workloads, pods, events, logs }: Seen): CustomKind[] {
  const owning = new Set(
    [...workloads, ...pods].flatMap(({ metadata }) => metadata.ownerReferences.map(({ kind }) => kind)),
  )
  const told = new Set(events.map(({ involvedObject }) => involvedObject.kind))
  const words = new Set(logs.flatMap(({ text }) => text.match(/[A-Z][A-Za-z]{3,40}/g) ?? []))
  const rank = ({ group, kind }: CustomKind): number =>
    (told.has(kind) ? 4 : 0) + (owning.has(kind) ? 3 : 0) + (words.has(kind) ? 2 : 0) + (BETWEEN.test(group) ? 1 : 0)
  const ranked = kinds.map(each => ({ each, rank: rank(each) }))
  return ranked.toSorted((a, b) => b.rank - a.rank).map(({ each }) => each)
}
