// Asks one cluster's API server, and answers with its JSON. The SDK finds the server and proves who we are (kubeconfig,
// exec plugins, service account, certificates, proxies); bodies stay as they came, because the SDK's generated classes
// drop the fields they do not know, and a template that went through them would not be the template that ran.
import http from 'node:http'
import https from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import type { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { faultOf, notKubernetes, statusOf } from './answer.ts'
import type { Answer } from './answer.ts'
import { exchange } from './exchange.ts'
import { FIELD_MANAGER, listSchema, reviewSchema } from './schema.ts'
import type { KubernetesSettings } from './schema.ts'

export type Query = Record<string, string | number | boolean | undefined>

export type Collection<Item> = { path: string; item: z.ZodType<Item> }

export type Listed<Item> = {
  items: Item[]
  /** Objects that were not what Kubernetes documents; left out. */
  malformed: number
  /** There were more than MOST_ITEMS. */
  truncated: boolean
}

export type Operation = { op: 'test' | 'add' | 'replace'; path: string; value: unknown }

export type LogQuery = {
  namespace: string
  pod: string
  container?: string | undefined
  sinceTime?: string // RFC 3339
  tailLines?: number
  limitBytes: number
  previous?: boolean
}

export type Access = { verb: string; group: string; resource: string; namespace: string; name?: string }

/** Contract: throws only Faults, whose messages hold no text from the server; `patch` throws none for a status. */
export type KubernetesClient = {
  /** Makes sure there is a cluster to ask, which the first request does otherwise: once, it takes a second. */
  ready(): Promise<void>
  list<Item>(collection: Collection<Item>, signal: AbortSignal, query?: Query): Promise<Listed<Item>>
  /** One page of a list as its JSON says; `asTable`: in the columns that kubectl prints. */
  page(path: string, signal: AbortSignal, query: Query, options?: { asTable: boolean }): Promise<unknown>
  /** The object as its JSON says, from a quorum read. */
  get(path: string, signal: AbortSignal): Promise<unknown>
  /** Lines as the kubelet kept them, each after its RFC 3339 time; `cut` where `limitBytes` left some out. */
  logs(query: LogQuery, signal: AbortSignal): Promise<{ text: string; cut: boolean }>
  patch(path: string, body: string, options: { dryRun: boolean }, signal: AbortSignal): Promise<Answer>
  /** Whether this client's own account may do it. */
  mayI(access: Access, signal: AbortSignal): Promise<boolean>
  close(): void
}

type Request = {
  method: string
  path: string
  query?: Query
  body?: string
  type?: string
  accept?: string
  /** Bytes of the answer that are read. */
  most?: number
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

const PAGE_ITEMS = 500 // what kubectl asks for
const MOST_ITEMS = 20_000 // 10,000 pods and as much again
const MOST_BYTES = 32 * 1024 * 1024 // of one answer; 500 large pods are 10 MB

export function openClient(settings: KubernetesSettings): KubernetesClient {
  // Loaded here and not with this file: it takes 0.5 s and 80 MB, which a command that asks no cluster should not pay.
  const sdk = import('@kubernetes/client-node')
  let config: KubeConfig | undefined // one that could not be read is tried again: it may be mounted later
  const agents = new Set<http.Agent>()

  async function configured(): Promise<KubeConfig> {
    const { KubeConfig: Config } = await sdk
    return (config ??= loadConfig(new Config(), settings))
  }

  async function send(request: Request, signal: AbortSignal): Promise<Answer> {
    const kubeConfig = await configured()
    const server = kubeConfig.getCurrentCluster()?.server
    if (!server) throw noConfig('it names no cluster')
    const headers: http.OutgoingHttpHeaders = { accept: request.accept ?? 'application/json' }
    if (request.body !== undefined) {
      headers['content-type'] = request.type ?? 'application/json'
      headers['content-length'] = Buffer.byteLength(request.body)
    }
    const options: https.RequestOptions = { method: request.method, signal, headers }
    try {
      await kubeConfig.applyToHTTPSOptions(options)
    } catch (cause) {
      throw new Fault('authentication', 'The credentials of the kubeconfig could not be made ready.', { cause })
    }
    if (options.agent instanceof http.Agent) {
      // The SDK's agents close every connection, and one look needs a dozen.
      agents.add(Object.assign(options.agent, { keepAlive: true }))
    }
    const url = new URL(server.replace(/\/$/, '') + request.path)
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return exchange(url, options, request.body, request.most ?? MOST_BYTES)
  }

  async function ask(
    request: { method: string; path: string; query?: Query; body?: string },
    signal: AbortSignal,
  ): Promise<unknown> {
    const answer = await send(request, signal)
    if (answer.status === undefined || answer.status >= 300) throw faultOf(answer, `${request.method} ${request.path}`)
    if (answer.cut) throw new Fault('network', `The answer to ${request.path} is larger than ${MOST_BYTES} bytes.`)
    return parseJson(answer.body, request.path)
  }

  return {
    async ready() {
      await configured()
    },

    async list<Item>({ path, item }: Collection<Item>, signal: AbortSignal, query: Query = {}) {
      const items: Item[] = []
      let malformed = 0
      let next: string | undefined
      do {
        const page = await listPage(path, { ...query, limit: PAGE_ITEMS, continue: next }, signal)
        for (const raw of page.items) {
          const parsed = item.safeParse(raw)
          if (parsed.success) items.push(parsed.data)
          else malformed++
        }
        next = page.metadata?.continue || undefined
      } while (next && items.length < MOST_ITEMS)
      return { items, malformed, truncated: next !== undefined }
    },

    page: (path, signal, query, { asTable } = { asTable: false }) =>
      readPage({ path, query, ...(asTable && { accept: TABLE }) }, signal),

    get: (path, signal) => ask({ method: 'GET', path }, signal),

    async logs({ namespace, pod, ...options }, signal) {
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`
      const most = options.limitBytes + 1024
      const answer = await send({ method: 'GET', path, query: { ...options, timestamps: true }, most }, signal)
      if (answer.status === undefined || answer.status >= 300) throw faultOf(answer, `GET ${path}`)
      return { text: answer.body, cut: answer.cut || Buffer.byteLength(answer.body) >= options.limitBytes }
    },

    patch(path, body, { dryRun }, signal) {
      const query = {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        ...(dryRun && { dryRun: 'All' }),
      }
      return send({ method: 'PATCH', path, query, body, type: 'application/json-patch+json' }, signal)
    },

    async mayI(resourceAttributes, signal) {
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      }
      const answer = reviewSchema.safeParse(await ask({ method: 'POST', path, body: JSON.stringify(review) }, signal))
      if (!answer.success) throw notKubernetes(path)
      return answer.data.status.allowed
    },

    close() {
      for (const agent of agents) agent.destroy()
    },
  }

  async function listPage(path: string, query: Query, signal: AbortSignal): Promise<z.output<typeof listSchema>> {
    const page = listSchema.safeParse(await readPage({ path, query }, signal))
    if (!page.success) throw notKubernetes(path)
    return page.data
  }

  /** A continue token that expired comes with one that goes on, from a newer moment: KUBERNETES.md 10. */
  async function readPage(
    { path, query = {}, accept }: Pick<Request, 'path' | 'query' | 'accept'>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const answer = await send({ method: 'GET', path, query, accept }, signal)
    const onward = answer.status === 410 ? statusOf(answer.body)?.metadata?.continue : undefined
    if (onward && query['continue']) return readPage({ path, query: { ...query, continue: onward }, accept }, signal)
    if (answer.status === undefined || answer.status >= 300) throw faultOf(answer, `GET ${path}`)
    if (answer.cut) throw new Fault('network', `A page of ${path} is larger than ${MOST_BYTES} bytes.`)
    return parseJson(answer.body, path)
  }
}

function loadConfig(config: KubeConfig, settings: KubernetesSettings): KubeConfig {
  try {
    if (settings.kubeconfig) config.loadFromFile(settings.kubeconfig)
    else config.loadFromDefault()
    if (settings.context) config.setCurrentContext(settings.context)
  } catch (cause) {
    throw noConfig('it is missing, or is no YAML that describes clusters', cause)
  }
  const cluster = config.getCurrentCluster()
  if (!cluster) throw noConfig('its current context, or the one named in the settings, is not there')
  if (!cluster.server.startsWith('http:')) return config
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(cluster.server).hostname)) {
    throw noConfig('its server is http:// on another machine, and the token would travel in the clear')
  }
  // kubectl proxy and the simulator: the SDK takes plain http only where verification is off, which changes nothing there.
  config.clusters = config.clusters.map(each => (each === cluster ? { ...each, skipTLSVerify: true } : each))
  return config
}

function noConfig(why: string, cause?: unknown): Fault {
  return new Fault('validation', `The kubeconfig cannot be used: ${why}. Set KUBECONFIG or kubernetes.kubeconfig.`, {
    cause,
  })
}

function parseJson(body: string, path: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw notKubernetes(path)
  }
}
