// Which custom kinds a cluster has, as its API server tells: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
// Asked for seldom: definitions come and go with installations.
import { z } from 'zod'
import type { Millis } from '#incident/signal.ts'
import type { RoomDeps } from '../resilience.ts'
import type { KubernetesClient } from './client.ts'

export type CustomKind = { group: string; version: string; plural: string; kind: string }

type Asking = { client: Pick<KubernetesClient, 'get'>; deps: Pick<RoomDeps, 'clock'> }

const KNOWN_FOR: Millis = 10 * 60_000
/** An aggregated API that is down answers late or with 503: that is no trouble of the cluster's own API, whose breaker it must not open. */
export const ONE_ANSWER: Millis = 2000
const MOST_GROUPS = 40 // a request each; clusters with many operators have some thirty

const known = new WeakMap<object, { at: Millis; kinds: Promise<CustomKind[]> }>()

/** In order of groups and names; none where the server does not tell. Never throws. */
export function customKinds({ client, deps }: Asking, signal: AbortSignal): Promise<CustomKind[]> {
  const held = known.get(client)
  if (held && deps.clock() - held.at < KNOWN_FOR) return held.kinds
  const kinds = discover({ client, deps }, signal)
  known.set(client, { at: deps.clock(), kinds })
  return kinds
}

async function discover({ client }: Asking, signal: AbortSignal): Promise<CustomKind[]> {
  const ask = (path: string): Promise<unknown> =>
    client.get(path, AbortSignal.any([signal, AbortSignal.timeout(ONE_ANSWER)])).catch(() => undefined)
  const { data } = groupsSchema.safeParse(await ask('/apis'))
  const versions = (data?.groups ?? [])
    .filter(({ name, preferredVersion: { version } }) => isCustom(name) && VERSION.test(version))
    .slice(0, MOST_GROUPS)
  const lists = await Promise.all(
    versions.map(async ({ name: group, preferredVersion: { version } }) => {
      const found = resourcesSchema.safeParse(await ask(`/apis/${group}/${version}`))
      return (found.data?.resources ?? [])
        .filter(({ name, verbs }) => verbs.includes('list') && PLURAL.test(name) && !TOO_MANY.has(name))
        .map(({ name: plural, kind }): CustomKind => ({ group, version, plural, kind }))
    }),
  )
  return lists.flat()
}

const groupsSchema = z.object({
  groups: z.array(z.object({ name: z.string(), preferredVersion: z.object({ version: z.string() }) })),
})
const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), verbs: z.array(z.string()) })),
})

// They become parts of a path, and an aggregated API writes them itself.
const GROUP = /^[a-z\d](?:[a-z\d.-]{0,250}[a-z\d])?$/
const VERSION = /^v\d[a-z\d]{0,8}$/
const PLURAL = /^[a-z][a-z\d]{0,62}$/

/** Kubernetes' own groups have no dot, or are its own: *.k8s.io, of which two are installed like any other. */
function isCustom(group: string): boolean {
  if (/^(?:gateway\.networking|snapshot\.storage)\.k8s\.io$/.test(group)) return true
  return group.includes('.') && GROUP.test(group) && !/(?:^|\.)k8s\.io$/.test(group)
}

/** One for each pod, identity or finding: many, and they say nothing of trouble. */
const TOO_MANY = new Set([
  'ciliumendpoints',
  'ciliumidentities',
  'ciliumnodes',
  'policyreports',
  'clusterpolicyreports',
  'ephemeralreports',
  'clusterephemeralreports',
  'vulnerabilityreports',
  'configauditreports',
  'exposedsecretreports',
  'ipamblocks',
  'ipamhandles',
])
