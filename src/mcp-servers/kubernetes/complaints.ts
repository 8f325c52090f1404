// Whom the lines of trouble in the logs speak of: an address that refused, did not answer or has no name. Cluster addresses and
// cluster DNS names are read as the services they are. Pure; a name that is only spoken of is witness.ts's.
import { isIPv4 } from 'node:net'
import type { LogGroup } from './pod-logs.ts'
import type { Service } from './schema.ts'
import type { Reference, View } from './view.ts'

export type Complaint = {
  by: Reference
  line: LogGroup
  /** As the line has it: `cart`, `db.data.svc.cluster.local`, `10.96.12.7`, `api.example.com`. */
  host: string
  port?: number
  /** The service meant, if there is one. */
  service?: Service
  /** `failed`: it answered, and not with what was asked for. */
  how: 'unresolved' | 'timeout' | 'refused' | 'failed' | 'other'
}

/** One for each address of each group of lines, in the order of the lines. */
export function complaintsIn(
  logs: readonly LogGroup[],
  view: Pick<View, 'ownerOf' | 'service' | 'serviceAt' | 'podAt' | 'serviceOf'>,
): Complaint[] {
  return logs.flatMap(line => {
    const by = view.ownerOf(line.pod)
    const how = troubleIn(line.text)
    const isAnswered = NO_SUCH_NAME.test(line.text)
    const isLookup = LOOKUP.test(line.text)
    const namespace = line.pod.metadata.namespace ?? 'default'
    const found = new Map<string, Complaint>()
    for (const { host, port, isAddress } of hostsIn(line.text)) {
      const meant = isIPv4(host) ? serviceBehind(host, line, view) : serviceNamed(host, namespace, view)
      const alias = meant?.spec?.type === 'ExternalName' ? meant.spec.externalName?.replace(/\.$/, '') : undefined
      const [name, service] = alias ? [alias, undefined] : [host, meant]
      if ((!service && !alias && !isAddress) || (port === DNS_PORT && isAnswered)) continue
      if (found.has(name) || name === line.pod.metadata.name || name === line.pod.spec?.nodeName) continue
      // "lookup cart on 10.96.0.10:53: i/o timeout": the resolver is silent, and cart was never asked.
      const own = isLookup && port !== DNS_PORT ? 'unresolved' : how
      found.set(name, { by, line, host: name, how: own, ...(port && { port }), ...(service && { service }) })
    }
    const names = [...found.values()].some(each => isExternal(each) && !isIPv4(each.host))
    // "api.example.com/203.0.113.9:443" is one host.
    return [...found.values()].filter(each => !names || !isIPv4(each.host) || each.service)
  })
}

/** In the first characters of a line, as it may be long. */
const MOST_CHARACTERS = 1000

const UNRESOLVED =
  /no such host|ENOTFOUND|EAI_AGAIN|UnknownHost|could not translate host|could ?n[o']t resolve|failed to resolve|name or service not known|name resolution|NXDOMAIN|SERVFAIL|server misbehaving|nodename nor servname/i
const TIMEOUT = /time[d -]{0,2}out|ETIMEDOUT|deadline exceeded|no route to host|EHOSTUNREACH|unreachable/i
const REFUSED =
  /refused|connection reset|reset by peer|ECONNRESET|EPIPE|broken pipe|socket hang up|closed the connection|unexpected EOF|no (?:healthy|available) (?:upstream|endpoints)|unavailable|database system is (?:starting up|shutting down|in recovery)/i
const FAILED =
  /(?:status|code|HTTP\/[\d.]{1,3}|error|response)\W{1,4}(?:429|5\d\d)\b|\b429 Too|\b5\d\d (?:Internal|Bad|Service|Gateway|Server)|bad gateway|too many requests|rate limit(?:ed| exceeded)|throttling|SlowDown|RequestLimitExceeded/i

const DNS_PORT = 53
const LOOKUP = /\blookup \S{1,253} on \S{1,60}:53\b/
/** The resolver answered: there is no such name. It is well. */
const NO_SUCH_NAME = /no such host|NXDOMAIN|ENOTFOUND/

/** What a line says happened to whoever asked. */
export function troubleIn(text: string): Complaint['how'] {
  if (UNRESOLVED.test(text)) return 'unresolved'
  if (TIMEOUT.test(text)) return 'timeout'
  if (REFUSED.test(text)) return 'refused'
  return FAILED.test(text) ? 'failed' : 'other'
}

// A name with a dash, a dot or a port; a bare word is one only where it is written as an address, or called a service: "cart"
// alone may be any cart. Each look at a word is bounded, and none begins within a word, so that long lines stay cheap.
const MARKED =
  /(?<![a-z0-9])(?:[a-z0-9]{1,63}(?:[-.]{1,2}[a-z0-9]{1,63}){1,12}|[a-z0-9]{1,63}(?=:\d))(?::(\d{1,5})(?!\d))?/gi
const INTRODUCED =
  /(?:\/\/|@|lookup |ENOTFOUND |EAI_AGAIN |Exception: |server (?:at|on) ["'`]?|host(?:name)?(?: name)?[ :=]{1,3}["'`]?|resolve(?: host)?[ :]{1,2}["'`]?|dial tcp |connect(?:ing)? to ["'`]?)(?!(?:host|hostname|addr|address|server)[ =:])([a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){0,252})(?::(\d{1,5})(?!\d))?/gi
/** Java's way: the name, and the address that it led to. */
const RESOLVED = /(?<![a-z0-9.-])([a-z0-9](?:[a-z0-9.-]{0,252}))\/\d{1,3}(?:\.\d{1,3}){3}(?::(\d{1,5})(?!\d))?/gi
const CALLED_SERVICE = /(?<![a-z0-9-])([a-z0-9-]{1,63})["'`]? service\b/gi

/** Places in source code, and words that follow an exception or "host" and are no names. */
const NO_HOST =
  /\.(?:go|[cm]?[jt]sx?|py|rb|java|kt|scala|php|cs|cc|cpp|rs|json|ya?ml|sql|log)$|^(?:name|is|was|not|failed|unable|could|cannot|can|unknown|for|the|to|on|at|of|no|host|error|connection|temporary|query|server|lookup|resolve|timeout|read|write|it|its|this|that|java|null)$/

function hostsIn(text: string): { host: string; port?: number; isAddress: boolean }[] {
  const line = text.slice(0, MOST_CHARACTERS)
  const found = new Map<string, { host: string; port?: number; isAddress: boolean }>()
  const add = (name: string, digits: string | undefined, isIntroduced: boolean) => {
    const host = name.toLowerCase()
    const isNumber = isIPv4(host)
    if ((!isNumber && !/[a-z]/.test(host)) || NO_HOST.test(host)) return
    const port = digits === undefined ? undefined : Number(digits)
    const isAddress = isIntroduced || (port !== undefined && host.includes('.'))
    const known = found.get(host)
    found.set(host, {
      host,
      ...((port ?? known?.port) !== undefined && { port: port ?? known?.port }),
      isAddress: isAddress || (known?.isAddress ?? false),
    })
  }
  for (const [, host = '', digits] of line.matchAll(INTRODUCED)) add(host, digits, true)
  for (const [whole, digits] of line.matchAll(MARKED)) add(whole.replace(/:\d{1,5}$/, ''), digits, false)
  for (const [, host = '', digits] of line.matchAll(RESOLVED)) add(host, digits, true)
  for (const [, host = ''] of line.matchAll(CALLED_SERVICE)) add(host, undefined, false)
  return [...found.values()]
}

/** By the cluster's address of a service, or by that of one of its pods, unless the line only says where a call came from. */
function serviceBehind(
  address: string,
  { pod, text }: LogGroup,
  view: Pick<View, 'serviceAt' | 'podAt' | 'serviceOf'>,
): Service | undefined {
  const service = view.serviceAt(address)
  if (service) return service
  const other = view.podAt(address)
  if (!other || other === pod || isWhereFrom(address, text)) return undefined
  return view.serviceOf(other)
}

/** "client: 10.0.1.9", "error from 10.42.1.8:51218", "10.42.1.8:48112->10.42.1.9:8080" */
function isWhereFrom(address: string, text: string): boolean {
  const start = text.indexOf(address)
  const [before, after] = [text.slice(Math.max(0, start - 20), start), text.slice(start + address.length)]
  return /(?:from|client|remote\S{0,10}|src|source|by|addr)[:=\s"'\\]{1,4}$/i.test(before) || /^:\d{1,5}->/.test(after)
}

/** cart, cart.shop, cart.shop.svc, cart.shop.svc.cluster.local; cart-0.cart.shop.svc is one pod of the service cart. */
function serviceNamed(host: string, own: string, view: Pick<View, 'service'>): Service | undefined {
  const labels = host.split('.')
  const end = labels.indexOf('svc')
  const [namespace = own, name = ''] = end >= 2 ? [labels[end - 1], labels[end - 2]] : [labels[1], labels[0]]
  if (end < 0 && labels.length > 3) return undefined
  const meant = view.service(namespace, name)
  // cart-0.cart: the second name is a service of the own namespace.
  return meant ?? (end < 0 && labels[1] ? view.service(labels[2] ?? own, labels[1]) : undefined)
}

/** A name or an address that is not of this cluster, as far as can be told: a public one, or a long name of the own network. */
export function isExternal({ host, service }: Pick<Complaint, 'host' | 'service'>): boolean {
  if (service) return false
  if (isIPv4(host)) return !PRIVATE.test(host)
  if (!/\.[a-z]{2,24}$/.test(host) || /\.svc(?:$|\.)|\.cluster\.local$/.test(host)) return false
  return (
    !/\.(?:local|internal|localdomain|lan|cluster)$/.test(host) ||
    /^(?!ip-\d)(?:[^.]+\.){2,}(?!cluster$)[a-z]+$/.test(host)
  )
}

// RFC 1918, 6598, 3927 and loopback: pods, services, nodes, and what else is near.
const PRIVATE = /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./
