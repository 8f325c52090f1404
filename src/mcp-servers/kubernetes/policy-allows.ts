// What network policies let through, as far as it can be told: what cannot be, is allowed.
// https://kubernetes.io/docs/concepts/services-networking/network-policies/
import { BlockList, isIPv4 } from 'node:net'
import { selects } from './selects.ts'
import type { NetworkPolicy, PolicyPeer, PolicyPort } from './schema.ts'
import type { Pod } from './pod-schema.ts'

export type Direction = 'ingress' | 'egress'

/** A pod with the labels of its namespace, where they are known; or a host outside, by its address or its name. */
export type Other = { pod: Pod; space?: Readonly<Record<string, string>> | undefined } | { host: string }

/** The policies that select the pod and, taken together, do not let `other` through at `port`; undefined where it may pass. */
export function blocking(
  policies: readonly NetworkPolicy[],
  direction: Direction,
  pod: Pod,
  other: Other,
  port: number | undefined,
): NetworkPolicy[] | undefined {
  const own = policies.filter(policy => isAbout(policy, direction, pod))
  const server = direction === 'ingress' ? pod : 'pod' in other ? other.pod : undefined
  if (own.length === 0 || own.some(policy => allows(policy, direction, other, { port, server }))) return undefined
  return own
}

function isAbout({ metadata, spec }: NetworkPolicy, direction: Direction, pod: Pod): boolean {
  if (metadata.namespace !== pod.metadata.namespace || !selects(spec?.podSelector, pod.metadata.labels)) return false
  const types = spec?.policyTypes ?? []
  // Types left out mean ingress, and egress where there are rules for it.
  if (types.length === 0) return direction === 'ingress' || (spec?.egress.length ?? 0) > 0
  return types.some(type => type.toLowerCase() === direction)
}

function allows({ metadata, spec }: NetworkPolicy, direction: Direction, other: Other, asked: Asked): boolean {
  const rules = direction === 'ingress' ? spec?.ingress : spec?.egress
  return (rules ?? []).some(rule => {
    const peers = 'from' in rule ? rule.from : rule.to
    const isPort = rule.ports.length === 0 || rule.ports.some(each => isFor(each, asked))
    return isPort && (peers.length === 0 || peers.some(peer => isPeer(peer, metadata.namespace, other)))
  })
}

/** `server`: whose port it is, where that is a pod. */
type Asked = { port: number | undefined; server: Pod | undefined }

function isFor({ port, endPort }: PolicyPort, { port: asked, server }: Asked): boolean {
  if (port === undefined || asked === undefined) return true
  const number = Number.isNaN(Number(port)) ? numberOf(String(port), server) : Number(port)
  return number === undefined || (asked >= number && asked <= (endPort ?? number))
}

function numberOf(name: string, server: Pod | undefined): number | undefined {
  const ports = (server?.spec?.containers ?? []).flatMap(each => each.ports)
  return ports.find(each => each.name === name)?.containerPort
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, own: string | undefined, other: Other) {
  if ('host' in other) return ipBlock !== undefined && isWithin(ipBlock, other.host)
  if (ipBlock !== undefined) return true // whether blocks hold for pods is up to the network plugin
  const { namespace, labels } = other.pod.metadata
  // Where the labels of namespaces are not known, the one that each has by its name is.
  const known: Record<string, string> = { ...other.space, 'kubernetes.io/metadata.name': namespace ?? '' }
  const names = [
    ...Object.keys(namespaceSelector?.matchLabels ?? {}),
    ...(namespaceSelector?.matchExpressions ?? []).map(({ key }) => key),
  ]
  const isThere = namespaceSelector
    ? (!other.space && names.some(name => !(name in known))) || selects(namespaceSelector, known)
    : namespace === own
  return isThere && (!podSelector || selects(podSelector, labels))
}

/** A name may have any address: then only a block that takes in nothing public does not hold it. */
function isWithin({ cidr, except }: NonNullable<PolicyPeer['ipBlock']>, host: string): boolean {
  if (!isIPv4(host)) return !PRIVATE.test(cidr)
  return listed([cidr], host) && !listed(except, host)
}

const PRIVATE = /^(?:10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./

function listed(blocks: readonly string[], address: string): boolean {
  const list = new BlockList()
  for (const block of blocks) {
    const [network = '', bits] = block.split('/')
    if (isIPv4(network)) list.addSubnet(network, Number(bits ?? 32), 'ipv4')
  }
  return list.check(address)
}
