// Who depends on whom: relations as sources told them, joined into one graph of services. Names meet across sources by the service's name,
// whatever its case; a namespace parts them only where both sides say one.
import type { Entity, Relation } from '#incident/signal.ts'

/** Key of a service in the graph: 'namespace/service', or 'node:name'. */
export type ServiceKey = string

export type Topology = {
  keyOf(entity: Entity): ServiceKey
  /** As its sources describe it best: with its namespace and workload where they are known. */
  entityOf(key: ServiceKey): Entity
  callees(key: ServiceKey): ReadonlySet<ServiceKey>
  callers(key: ServiceKey): ReadonlySet<ServiceKey>
  /** Nodes the service's pods run on. */
  nodesOf(key: ServiceKey): ReadonlySet<ServiceKey>
  /** Services with pods on the node. */
  servicesOn(node: ServiceKey): ReadonlySet<ServiceKey>
  /** Calls from `from` to `to` in one or more steps, at most six; undefined where there is no way. Both ends included. */
  path(from: ServiceKey, to: ServiceKey): ServiceKey[] | undefined
  /** Services by their name in lower case; of two in different namespaces the first. */
  names: ReadonlyMap<string, ServiceKey>
  /** Whether any call is known at all. */
  hasCalls: boolean
  /** Whether anything is known of this one. */
  isKnown(key: ServiceKey): boolean
}

const LONGEST_PATH = 6
const MOST_REMEMBERED = 100_000
const LONGEST_OWNERSHIP = 4 // pod, replica set, deployment and one to spare

/** `entities`: others that signals are about, so that they are called as their sources call them. */
export function buildTopology(relations: Iterable<Relation>, entities: Iterable<Entity>): Topology {
  const all = [...relations]
  const names = namesOf(all, [...entities])
  const { keyOf, bestEntity } = names
  const callees = new Map<ServiceKey, Set<ServiceKey>>()
  const callers = new Map<ServiceKey, Set<ServiceKey>>()
  const nodes = new Map<ServiceKey, Set<ServiceKey>>()
  const tenants = new Map<ServiceKey, Set<ServiceKey>>()
  const known = new Set<ServiceKey>()
  for (const { from, to, kind } of all) {
    const [a, b] = [keyOf(from), keyOf(to)]
    known.add(a).add(b)
    if (kind === 'calls' && a !== b) {
      into(callees, a, b)
      into(callers, b, a)
    }
    if (kind === 'runs-on') {
      into(nodes, a, b)
      into(tenants, b, a)
    }
  }
  return {
    keyOf,
    entityOf: bestEntity,
    callees: key => callees.get(key) ?? NONE,
    callers: key => callers.get(key) ?? NONE,
    nodesOf: key => nodes.get(key) ?? NONE,
    servicesOn: node => tenants.get(node) ?? NONE,
    path: remembered((from, to) => pathOf(callees, from, to)),
    names: names.byName,
    hasCalls: callees.size > 0,
    isKnown: key => known.has(key) || names.isNamed(key),
  }
}

const NONE: ReadonlySet<ServiceKey> = new Set()

function into(map: Map<ServiceKey, Set<ServiceKey>>, key: ServiceKey, value: ServiceKey): void {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}

function pathOf(callees: Map<ServiceKey, Set<ServiceKey>>, from: ServiceKey, to: ServiceKey): ServiceKey[] | undefined {
  if (from === to) return [from]
  const cameFrom = new Map<ServiceKey, ServiceKey>([[from, from]])
  let frontier = [from]
  for (let steps = 0; steps < LONGEST_PATH && frontier.length > 0; steps++) {
    const next: ServiceKey[] = []
    for (const here of frontier) {
      for (const there of callees.get(here) ?? NONE) {
        if (cameFrom.has(there)) continue
        cameFrom.set(there, here)
        if (there === to) return walkBack(cameFrom, from, to)
        next.push(there)
      }
    }
    frontier = next
  }
  return undefined
}

/** Each way is looked for once: pairs of signals ask again and again. */
function remembered(find: Topology['path']): Topology['path'] {
  const known = new Map<string, ServiceKey[] | undefined>()
  return (from, to) => {
    const key = `${from} ${to}`
    if (known.has(key)) return known.get(key)
    const path = find(from, to)
    if (known.size < MOST_REMEMBERED) known.set(key, path)
    return path
  }
}

function walkBack(cameFrom: Map<ServiceKey, ServiceKey>, from: ServiceKey, to: ServiceKey): ServiceKey[] {
  const path = [to]
  while (path[0] !== from) path.unshift(cameFrom.get(path[0]!)!)
  return path
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Rollout']

/** Which service an entity is of: by its pod's owner, by what selects it, else by name. */
function namesOf(relations: readonly Relation[], others: readonly Entity[]) {
  const namespaces = new Map<string, Set<string>>() // service -> namespaces it is known in
  const ofPod = new Map<string, Entity>() // pod or replica set -> an entity that names the service
  const alias = new Map<string, string>() // 'namespace/service' -> the workload's 'namespace/service'
  const best = new Map<ServiceKey, Entity>()
  const entities = [...relations.flatMap(({ from, to }) => [from, to]), ...others]
  for (const { service, namespace } of entities) {
    if (!namespace) continue
    const lower = service.toLowerCase()
    const held = namespaces.get(lower)
    if (held) held.add(namespace.toLowerCase())
    else namespaces.set(lower, new Set([namespace.toLowerCase()]))
  }
  for (const entity of others) {
    if (entity.kind === 'Pod' && entity.name && entity.name !== entity.service)
      ofPod.set(entity.name.toLowerCase(), entity)
  }
  for (const { from, to, kind } of relations) {
    if (kind === 'owns' && to.name && (to.kind === 'Pod' || to.kind === 'ReplicaSet'))
      ofPod.set(to.name.toLowerCase(), from)
    if (kind !== 'selects' || from.service === to.service || from.namespace !== to.namespace) continue
    alias.set(plainKey(from), plainKey(to))
  }

  function plainKey({ service, namespace }: Entity): string {
    return `${namespace ?? ''}/${service}`.toLowerCase()
  }

  function withNamespace(service: string, namespace: string | undefined): string {
    const lower = service.toLowerCase()
    if (namespace) return `${namespace.toLowerCase()}/${lower}`
    const places = namespaces.get(lower)
    return places?.size === 1 ? `${[...places][0]}/${lower}` : `/${lower}`
  }

  function keyOf(entity: Entity): ServiceKey {
    if (entity.kind === 'Node') return `node:${(entity.name ?? entity.service).toLowerCase()}`
    const owner = ownerOf(entity)
    const key = withNamespace(owner.service, owner.namespace ?? entity.namespace)
    return alias.get(key) ?? key
  }

  /** A pod that its source knew only by its own name is of the service of its owner, else of its name less the generated ending. */
  function ownerOf(entity: Entity, steps = 0): Entity {
    const { service } = entity
    const known = ofPod.get(service.toLowerCase())
    if (known) return known.service === service || steps === LONGEST_OWNERSHIP ? known : ownerOf(known, steps + 1)
    if (entity.name !== service || (entity.kind !== undefined && entity.kind !== 'Pod')) return entity
    return { ...entity, service: withoutGenerated(service) }
  }

  for (const entity of entities) {
    const key = keyOf(entity)
    const held = best.get(key)
    if (!held || rankOf(entity) > rankOf(held)) best.set(key, entity)
  }

  const byName = new Map<string, ServiceKey>()
  for (const key of best.keys()) {
    const name = key.slice(key.indexOf('/') + 1)
    if (name.length > 2 && !key.startsWith('node:') && !byName.has(name)) byName.set(name, key)
  }

  function bestEntity(key: ServiceKey): Entity {
    const held = best.get(key)
    if (held) return held
    if (key.startsWith('node:')) return { kind: 'Node', name: key.slice(5), service: key.slice(5) }
    const cut = key.indexOf('/')
    const namespace = key.slice(0, cut)
    return { ...(namespace && { namespace }), service: key.slice(cut + 1) }
  }

  return { keyOf, bestEntity, byName, isNamed: (key: ServiceKey) => best.has(key) }
}

function rankOf(entity: Entity): number {
  if (entity.kind && WORKLOADS.includes(entity.kind)) return 3
  return entity.kind === undefined ? 1 : entity.kind === 'Service' ? 2 : 0
}

// Kubernetes generates names from an alphabet without vowels, so that no word is cut by mistake.
const POD = /-[bcdfghjklmnpqrstvwxz2456789]{5}$/
const REPLICA_SET = /-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/

/** 'checkout-7c9f6d8b54-x2k4q' -> 'checkout' */
export function withoutGenerated(name: string): string {
  const shorter = name.replace(POD, '')
  return shorter === name ? name : shorter.replace(REPLICA_SET, '')
}

const FAILING =
  /\b5\d\d\b|refused|time(d|d-|d |-| )?out|no (healthy )?(instances|upstream|endpoints)|unknown ?host|no such host|enotfound|name or service not known|unavailable|unreachable|connection reset|reset by peer|certificate|handshake|deadline exceeded|can(no|')t connect|failed to connect|too many connections/i
const TOWARDS = /\b(to|from|of|with|calling|call|upstream|host|server|service|at|connect|by|via|cluster|database)$/

/**
 * Services that a text says did not answer: named in it together with words of a failed call. A name that is an ordinary word
 * ('orders') counts only where an address or a preposition stands with it.
 */
export function peersIn(text: string, { names }: Topology): ServiceKey[] {
  if (!FAILING.test(text)) return []
  const lower = text.slice(0, 2000).toLowerCase()
  const found = new Set<ServiceKey>()
  for (const { 0: token, index } of lower.matchAll(/[a-z0-9][a-z0-9_.-]*/g)) {
    const name = names.has(token) ? token : token.split('.', 1)[0]!
    const key = names.get(name)
    if (!key) continue
    const before = lower.slice(Math.max(0, index - 12), index)
    const isAddress = token !== name || /[/@"'[]$/.test(before) || lower[index + token.length] === ':'
    if (/[-\d]/.test(name) || isAddress || TOWARDS.test(before.trimEnd())) found.add(key)
  }
  return [...found]
}

/** Nodes and services that labels name outright, by their whole value. */
export function namedIn(labels: Readonly<Record<string, string>>, { names, isKnown }: Topology): ServiceKey[] {
  return Object.values(labels).flatMap(value => {
    const node = `node:${value.toLowerCase()}`
    return isKnown(node) ? [node] : (names.get(value.toLowerCase()) ?? [])
  })
}
