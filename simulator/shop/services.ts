// An online shop as it is on a good day: its services, who calls whom, how fast and how often, and what they say in their logs.
// Scenarios bend these figures (story-line.ts); nothing here knows of trouble.

export type ServiceName = 'frontend' | 'catalogue' | 'cart' | 'checkout' | 'payments' | 'orders' | 'shop-db'

export type Service = {
  name: ServiceName
  version: string
  replicas: number // 0: not in the cluster but managed by the cloud provider
  p50Seconds: number // of what it answers; p95 and p99 are multiples of it
  errorPercent: number
  cpuMillicores: number // a pod
  memoryMebibytes: number // a pod
  connections: number // to the database, a pod
  calls: Partial<Record<ServiceName, number>> // requests to others for each of its own
  /** Where it calls somebody else's service, and the variable that says so. */
  outside?: { name: string; value: string }
  transaction: string // what Sentry calls its main work
  lines: readonly [string, ...string[]] // what it logs: # is a number, % a small one, @ an id
}

/** What runs in the cluster and serves nobody looks the same to Kubernetes. */
export type Workload = Omit<Service, 'name'> & { name: string }

export const namespace = 'shop'
export const cluster = 'demo'
/** One name for it wherever it is seen: as a cloud provider's instance, in traces, in its clients' settings. */
export const database = 'shop-db'
export const connectionLimit = 200
/** Who takes the customers' money: outside, and nobody's to mend here. */
export const cardProcessor = 'api.cardgate.example'
/** Requests a second that customers make: every other rate follows from it along the calls. */
export const customersPerSecond = 60

const service = { errorPercent: 0.2, cpuMillicores: 120, memoryMebibytes: 180, connections: 0 }

/** Callers before those they call. */
export const services: readonly Service[] = [
  {
    ...service,
    name: 'frontend',
    version: 'v5.12',
    replicas: 3,
    p50Seconds: 0.16,
    cpuMillicores: 210,
    calls: { catalogue: 1.2, cart: 0.5, checkout: 0.25 },
    transaction: 'GET /',
    lines: [
      'INFO GET /product/# 200 # ms session=@',
      'INFO GET / 200 # ms session=@',
      'INFO POST /cart 200 # ms session=@',
    ],
  },
  {
    ...service,
    name: 'cart',
    version: 'v1.44',
    replicas: 3,
    p50Seconds: 0.12,
    connections: 8,
    calls: { catalogue: 0.3, checkout: 0.3, [database]: 2 },
    transaction: 'POST /cart/items',
    lines: ['INFO cart @ now has % items', 'INFO quote for cart @ took # ms', 'INFO cart @ saved'],
  },
  {
    ...service,
    name: 'checkout',
    version: 'v2.30',
    replicas: 4,
    p50Seconds: 0.14,
    calls: { payments: 0.6, orders: 0.6 },
    transaction: 'POST /checkout',
    lines: [
      'INFO checkout @ accepted, % items in # ms',
      'INFO quote @ priced in # ms',
      'INFO checkout @ handed to payments',
    ],
  },
  {
    ...service,
    name: 'payments',
    version: 'v3.7',
    replicas: 3,
    p50Seconds: 0.08,
    connections: 8,
    calls: { [database]: 3 },
    outside: { name: 'CARDS_URL', value: `https://${cardProcessor}/v2` },
    transaction: 'POST /payments',
    lines: ['INFO payment @ authorised in # ms', 'INFO payment @ captured', 'INFO statement # reconciled'],
  },
  {
    ...service,
    name: 'orders',
    version: 'v4.2',
    replicas: 3,
    p50Seconds: 0.06,
    connections: 8,
    calls: { [database]: 4 },
    transaction: 'POST /orders',
    lines: ['INFO order @ stored in # ms', 'INFO order @ sent to warehouse %', 'INFO % orders listed for customer @'],
  },
  {
    ...service,
    name: 'catalogue',
    version: 'v1.14',
    replicas: 3,
    p50Seconds: 0.03,
    connections: 8,
    calls: { [database]: 1 },
    transaction: 'GET /products',
    lines: [
      'INFO # products found for query @ in # ms',
      'INFO product @ read from cache',
      'INFO prices of # products refreshed',
    ],
  },
  {
    ...service,
    name: database,
    version: '15.4',
    replicas: 0,
    p50Seconds: 0.004,
    errorPercent: 0,
    calls: {},
    transaction: '',
    lines: [''],
  },
]

export function serviceNamed(name: ServiceName): Service {
  const found = services.find(each => each.name === name)
  if (!found) throw new Error(`expected a service of the shop, got ${name}`)
  return found
}

export const nodes = ['node-1', 'node-2', 'node-3'] as const
/** One node is busier than the others, as one always is. */
export const nodeCpuPercent: Record<(typeof nodes)[number], number> = { 'node-1': 41, 'node-2': 72, 'node-3': 38 }

/** What goes on beside the trouble and means nothing. */
export const harmlessWarnings: Partial<Record<ServiceName, string>> = {
  catalogue: 'WARN slow query: # ms for category page %',
  payments: 'WARN card processor answered after # ms, within limits',
  frontend: 'WARN deprecated cookie format from session=@',
}
