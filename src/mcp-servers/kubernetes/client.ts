// Asks one cluster's API server, and answers with its JSON. Where it is and who we are is connection.ts's; bodies stay as
// they came, because the SDK's generated classes drop the fields they do not know, and a template that went through them
// would not be the template that ran.
import type { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import { faultOf, notKubernetes, statusOf } from './answer.ts'
import type { Answer } from './answer.ts'
import { openConnection } from './connection.ts'
import type { Query, Request } from './connection.ts'
import { compile } from './compile.ts'
import { exchange } from './exchange.ts'
import { listSchema, reviewSchema } from './answer-schema.ts'
import { FIELD_MANAGER } from './settings.ts'
import type { KubernetesSettings } from './settings.ts'
import { openLines } from './stream.ts'
import { changeOf } from './watch-event.ts'
import type { WatchEvent } from './watch-event.ts'

export type { Query } from './connection.ts'

/** What every object has to be told apart by. */
export type Named = { metadata: { name: string; namespace?: string | undefined } }

export type Collection<Item extends Named> = { path: string; item: z.ZodType<Item> }

export type Listed<Item> = {
  items: Item[]
  /** Objects that were not what Kubernetes documents; left out. */
  malformed: number
  /** There were more than MOST_ITEMS, or than could be read in the time. */
  truncated: boolean
  /** From where a watch goes on; absent where the pages are not of one moment. */
  version?: string
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
  /** After `within` no further page is asked for: much is better than nothing. Default: LIST_MILLIS. */
  list<Item extends Named>(
    collection: Collection<Item>,
    signal: AbortSignal,
    query?: Query,
    within?: Millis,
  ): Promise<Listed<Item>>
  /** Resolves once the server watches. Ends as the server ends it; throws a Fault `expired` where `version` is too old. */
  watch(path: string, version: string, signal: AbortSignal, query?: Query): Promise<AsyncIterable<WatchEvent>>
  /** One page of a list as its JSON says; `asTable`: in the columns that kubectl prints. */
  page(path: string, signal: AbortSignal, query: Query, options?: { asTable: boolean }): Promise<unknown>
  /** The object as its JSON says, from a quorum read. */
  get(path: string, signal: AbortSignal): Promise<unknown>
  /** Lines as the kubelet kept them, each after its RFC 3339 time; `cut` where `limitBytes` left some out. */
  logs(query: LogQuery, signal: AbortSignal): Promise<{ text: string; cut: boolean }>
  /** Lines as above, as they are written; resolves once the kubelet agrees. Ends as the container does. */
  followLogs(query: Omit<LogQuery, 'limitBytes'>, signal: AbortSignal): Promise<AsyncIterable<string>>
  patch(path: string, body: string, options: { dryRun: boolean }, signal: AbortSignal): Promise<Answer>
  /** Whether this client's own account may do it. */
  mayI(access: Access, signal: AbortSignal): Promise<boolean>
  close(): void
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

const PAGE_ITEMS = 500 // what kubectl asks for
const MOST_ITEMS = 120_000 // 100,000 events and a fifth more
const LIST_MILLIS = 4500 // a list of a look has 5.5 s, and the last page takes some of it
const MOST_BYTES = 32 * 1024 * 1024 // of one answer; 500 large pods are 10 MB

const WATCH_SECONDS = 300 // then the server ends it, and whether it is still wanted is asked anew
const WATCH_BOUNDS = { longest: MOST_BYTES, silence: 90_000 } // bookmarks come once a minute: KUBERNETES.md 7
const LOG_BOUNDS = { longest: 64 * 1024, silence: 60_000 } // whoever follows a log does so for less

export function openClient(settings: KubernetesSettings): KubernetesClient {
  const connection = openConnection(settings)

  /** `most`: bytes of the answer that are read. */
  async function send(request: Request, signal: AbortSignal, most = MOST_BYTES): Promise<Answer> {
    const { url, options } = await connection.prepare(request, signal)
    return exchange(url, options, request.body, most)
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
    ready: connection.ready,

    async list<Item extends Named>(
      { path, item }: Collection<Item>,
      signal: AbortSignal,
      query: Query = {},
      within: Millis = LIST_MILLIS,
    ) {
      const until = performance.now() + within
      const items: Item[] = []
      const read = compile(item)
      const versions = new Set<string>()
      let malformed = 0
      let next: string | undefined
      let asked: Promise<z.output<typeof listSchema>> | undefined = listPage(path, query, undefined, signal)
      while (asked) {
        const page: z.output<typeof listSchema> = await asked
        versions.add(page.metadata?.resourceVersion ?? '')
        next = page.metadata?.continue || undefined
        const enough = items.length + page.items.length >= MOST_ITEMS || performance.now() > until
        // Asked for before this one is looked at, so that the server works meanwhile.
        asked = next && !enough ? listPage(path, query, next, signal) : undefined
        asked?.catch(() => {}) // it is awaited below, unless what comes first throws
        for (const raw of page.items) {
          const parsed = read(raw)
          if (parsed) items.push(parsed)
          else malformed++
        }
      }
      const [version] = versions
      return { items, malformed, truncated: next !== undefined, ...(versions.size === 1 && version && { version }) }
    },

    async watch(path, version, signal, query = {}) {
      const following = { watch: true, allowWatchBookmarks: true, timeoutSeconds: WATCH_SECONDS }
      const request = { method: 'GET', path, query: { ...query, ...following, resourceVersion: version } }
      const { url, options } = await connection.prepare(request, signal)
      return changesIn(await openLines(url, options, `GET ${path}`, WATCH_BOUNDS), path)
    },

    page: (path, signal, query, { asTable } = { asTable: false }) =>
      readPage({ path, query, ...(asTable && { accept: TABLE }) }, signal),

    get: (path, signal) => ask({ method: 'GET', path }, signal),

    async logs({ namespace, pod, ...options }, signal) {
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`
      const most = options.limitBytes + 1024
      const answer = await send({ method: 'GET', path, query: { ...options, timestamps: true } }, signal, most)
      if (answer.status === undefined || answer.status >= 300) throw faultOf(answer, `GET ${path}`)
      return { text: answer.body, cut: answer.cut || Buffer.byteLength(answer.body) >= options.limitBytes }
    },

    async followLogs({ namespace, pod, ...options }, signal) {
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`
      const query = { ...options, follow: true, timestamps: true }
      const { url, options: ready } = await connection.prepare({ method: 'GET', path, query }, signal)
      return openLines(url, ready, `GET ${path}`, LOG_BOUNDS)
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

    close: connection.close,
  }

  async function listPage(
    path: string,
    query: Query,
    next: string | undefined,
    signal: AbortSignal,
  ): Promise<z.output<typeof listSchema>> {
    const asked = { path, query: { ...query, limit: PAGE_ITEMS, continue: next } }
    const page = listSchema.safeParse(await readPage(asked, signal))
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

async function* changesIn(lines: AsyncIterable<string>, path: string): AsyncGenerator<WatchEvent, void> {
  for await (const line of lines) yield changeOf(parseJson(line, path), path)
}

function parseJson(body: string, path: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw notKubernetes(path)
  }
}
