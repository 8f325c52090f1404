// Cluster addresses in the environment and the arguments of a workload, read as cluster DNS names:
// service.namespace.svc.cluster.local.
import { isIP } from 'node:net'
import type { Service, Workload } from './schema.ts'
import type { View } from './view.ts'

export type Address = {
  /** `env CART_URL`, or `args` */
  where: string
  namespace: string
  name: string
  port?: number
  /** The service of that name, if there is one. */
  service?: Service
}

const known = new WeakMap<Pick<View, 'service'>, Map<Workload, Address[]>>()

/** Every host:port, URL or bare service name in the literal values; names outside the cluster are left out. */
export function addressesOf(workload: Workload, view: Pick<View, 'service'>): Address[] {
  const read = known.get(view) ?? new Map<Workload, Address[]>()
  const addresses = read.get(workload) ?? readAddresses(workload, view)
  known.set(view, read.set(workload, addresses))
  return addresses
}

function readAddresses(workload: Workload, view: Pick<View, 'service'>): Address[] {
  const own = workload.metadata.namespace ?? 'default'
  const containers = workload.spec?.template?.spec?.containers ?? []
  return containers.flatMap(({ env, command, args }) => [
    ...env.flatMap(({ name, value }) => addressIn(`env ${name}`, value, own, view)),
    // --redis=redis:6379, or the same in two arguments. A shell script is none of both.
    ...[...command, ...args]
      .filter(each => /[:.]/.test(each))
      .flatMap(each => addressIn('args', each.replace(/^--?[\w.-]{1,60}=/, ''), own, view)),
  ])
}

function addressIn(where: string, value: string | undefined, own: string, view: Pick<View, 'service'>): Address[] {
  const host = hostOf(value)
  return host ? addressOf(where, host, own, view) : []
}

type Host = { labels: string[]; port?: number; isBare: boolean }

// scheme and credentials, host, port, and what follows; a value with spaces or lists is no single address
const ADDRESS =
  /^(?:([a-z][a-z0-9+.-]{0,20}):\/\/(?:[^@/\s]{0,256}@)?)?([A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?(?:[/?][^\s]{0,2048})?$/

function hostOf(value: string | undefined): Host | undefined {
  const [, scheme, host, port] = ADDRESS.exec((value ?? '').slice(0, 2600)) ?? []
  if (!host || isIP(host) || !/[a-z]/i.test(host)) return undefined
  return {
    labels: host.toLowerCase().replace(/\.$/, '').split('.'),
    port: port === undefined ? undefined : Number(port),
    isBare: scheme === undefined && port === undefined,
  }
}

function addressOf(where: string, { labels, port, isBare }: Host, own: string, view: Pick<View, 'service'>): Address[] {
  const [name = '', second, third] = labels
  const isQualified = third === 'svc' || second === 'svc'
  if (labels.length > 2 && !isQualified) return []
  const namespace = second && second !== 'svc' ? second : own
  const service = view.service(namespace, name)
  // "production" or "redis.example" may be anything; with a port, a scheme or a service of that name it is an address.
  if (!service && !isQualified && (isBare || labels.length > 1)) return []
  return [{ where, namespace, name, ...(port !== undefined && { port }), ...(service && { service }) }]
}
