// A small kube-apiserver over the simulated cloud: the front door. It knows who asks and what for; the rooms behind it answer.
// True to kube-apiserver 1.27 where a client can tell; always JSON, also to those who would rather have protobuf.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cloud } from '../cloud.ts'
import type { VendorApi } from '../vendor-api.ts'
import { demandAccess, reviewAccess, userOf } from './access.ts'
import { parsed } from './body.ts'
import { openCluster, type Cluster } from './cluster.ts'
import { existing, type WriteOptions, type Written } from './commit.ts'
import { createObject } from './create.ts'
import { deleteObject } from './delete.ts'
import { discoveryAt } from './discovery.ts'
import { followLog } from './follow-log.ts'
import type { JsonMap } from './json.ts'
import { PatchPanicked } from './json-patch.ts'
import { listBody } from './list-body.ts'
import { logOf } from './logs.ts'
import { hasMetrics, metricsAt } from './metrics.ts'
import { uidFor } from './names.ts'
import type { Pod, StoredObject } from './objects.ts'
import { openPages, type Pages } from './pages.ts'
import { readReview } from './protobuf.ts'
import { getObject, listObjects } from './read.ts'
import { apiVersionOf, pods } from './resources.ts'
import { routeOf, type Route } from './route.ts'
import { readScale, writeScale } from './scale.ts'
import { invalid, methodNotAllowed, noSuchPath, notSimulated, Refusal, status } from './status.ts'
import { tableOf, wantsTable } from './table.ts'
import { openWatches, type Watches } from './watches.ts'
import { replaceObject, patchObject } from './write.ts'

export type KubernetesApi = VendorApi & {
  /** Ends open watches with 410 Expired and lets no client go on from a version it has been given, as a compaction does. */
  expireWatches(): void
  close(): void
}

/** `token`: the only bearer token let in; absent, any is. */
export function kubernetesApi(cloud: Cloud, { token }: { token?: string } = {}): KubernetesApi {
  const cluster = openCluster(cloud)
  const pages = openPages()
  const watches = openWatches(cluster)
  let requests = 0

  return {
    handle(request, response, body) {
      requests += 1
      response.setHeader('audit-id', uidFor(`audit/${requests}`))
      try {
        cluster.bringUpToDate()
        answer({ cluster, pages, watches, request, response, body, token })
      } catch (error) {
        if (error instanceof PatchPanicked) request.socket.destroy()
        else if (error instanceof Refusal) send(response, error.code, error.body)
        else send(response, 500, status(500, 'InternalError', `Internal error occurred: ${(error as Error).message}`))
      }
    },
    expireWatches: watches.expire,
    close: watches.close,
  }
}

type Exchange = {
  cluster: Cluster
  pages: Pages
  watches: Watches
  request: IncomingMessage
  response: ServerResponse
  body: string
  token: string | undefined
}

function answer(exchange: Exchange): void {
  const { request, response } = exchange
  const method = request.method ?? 'GET'
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (method === 'GET' && ['/healthz', '/livez', '/readyz'].includes(url.pathname)) return send(response, 200, 'ok')
  const user = userOf(request.headers, exchange.token)

  const route = routeOf(exchange.cluster.catalogue, method, url)
  if (!route) return answerElse(exchange, user, method, url)
  demandAccess(user, route)
  if (route.subresource !== undefined) return answerBelow(exchange, route, url.searchParams)
  answerObject(exchange, route, url.searchParams)
}

/** Discovery, access reviews and metrics: what is no kept object. */
function answerElse({ cluster, response, body }: Exchange, user: string, method: string, url: URL): void {
  const [, review] = /^\/apis\/authorization\.k8s\.io\/v1\/((?:self)?subjectaccessreview)s$/.exec(url.pathname) ?? []
  if (review && method === 'POST') {
    const kind = review.startsWith('self') ? 'SelfSubjectAccessReview' : 'SubjectAccessReview'
    return send(response, 201, reviewAccess(kind, user, readReview(body) ?? parsed(body)))
  }
  if (method !== 'GET') throw noSuchPath()
  const [, metrics] = /^\/apis\/metrics\.k8s\.io\/v1beta1\/(.+)$/.exec(url.pathname) ?? []
  if (metrics !== undefined) return send(response, 200, metricsAt(cluster, metrics, url.searchParams))
  const found = discoveryAt(url.pathname.replace(/\/$/, ''), cluster.catalogue.all, {
    metrics: hasMetrics(cluster),
  })
  if (!found) throw noSuchPath()
  send(response, 200, found)
}

function answerObject(
  { cluster, pages, watches, request, response, body }: Exchange,
  route: Route,
  query: URLSearchParams,
) {
  const { resource, verb } = route
  const { accept } = request.headers
  const include = query.get('includeObject') ?? 'Metadata'
  const table = (objects: readonly StoredObject[], metadata: JsonMap) =>
    tableOf(resource.kind, objects, metadata, cluster.cloud.now(), include)
  const present = (object: StoredObject) =>
    wantsTable(accept) ? table([object], { resourceVersion: object.metadata.resourceVersion }) : object
  switch (verb) {
    case 'get':
      return send(response, 200, present(getObject(cluster, route, query)))
    case 'watch':
      return watches.open(route, query, response, present)
    case 'list': {
      const list = listObjects(cluster, pages, route, query)
      const more = list.selected ? {} : { remainingItemCount: list.remaining }
      const metadata = {
        resourceVersion: String(list.version),
        ...(list.continue && { continue: list.continue, ...more }),
      }
      if (wantsTable(accept)) return send(response, 200, table(list.items, metadata))
      response.writeHead(200, { 'content-type': 'application/json' })
      return void response.end(listBody(resource.kind, apiVersionOf(resource), metadata, list.items))
    }
    case 'deletecollection':
      throw notSimulated('deletecollection')
    default: {
      const complete = verb === 'create' ? route.name === undefined : route.name !== undefined
      if (!complete || (resource.namespaced && route.namespace === undefined)) throw methodNotAllowed()
      const options = writeOptions(request, query)
      const write = { create: createObject, update: replaceObject, delete: deleteObject }
      const written: Written =
        verb === 'patch'
          ? patchObject(cluster, route, request.headers['content-type'] ?? '', body, options)
          : write[verb](cluster, route, body, options)
      for (const warning of written.warnings) response.appendHeader('warning', `299 - ${JSON.stringify(warning)}`)
      return send(response, verb === 'create' ? 201 : 200, written.object)
    }
  }
}

function answerBelow({ cluster, request, response, body }: Exchange, route: Route, query: URLSearchParams): void {
  const { resource, subresource, verb } = route
  if (resource === pods && subresource === 'log' && verb === 'get') {
    if (query.get('follow') === 'true') return followLog(cluster, route, query, response)
    const text = logOf(cluster.logs, existing(cluster, route) as Pod, query, cluster.cloud.now())
    return send(response, 200, text)
  }
  if (subresource !== 'scale' || !resource.subresources?.includes('scale'))
    throw notSimulated(`${resource.name}/${subresource}`)
  if (verb === 'get') return send(response, 200, readScale(cluster, route))
  if (verb !== 'patch' && verb !== 'update') throw methodNotAllowed()
  const contentType = verb === 'patch' ? (request.headers['content-type'] ?? '') : undefined
  send(response, 200, writeScale(cluster, route, contentType, body, writeOptions(request, query)))
}

function writeOptions(request: IncomingMessage, query: URLSearchParams): WriteOptions {
  const dryRun = query.get('dryRun')
  if (dryRun && dryRun !== 'All') {
    const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`
    throw invalid('PatchOptions', 'meta.k8s.io', '', [{ reason: 'FieldValueNotSupported', field: 'dryRun', message }])
  }
  const agent = request.headers['user-agent']?.split('/')[0] ?? 'unknown'
  const fieldManager = query.get('fieldManager') ?? agent
  return { dryRun: dryRun === 'All', strict: query.get('fieldValidation') === 'Strict', fieldManager }
}

/** Text as text/plain, everything else as JSON. */
function send(response: ServerResponse, code: number, body: unknown): void {
  const text = typeof body === 'string'
  response.writeHead(code, { 'content-type': text ? 'text/plain; charset=utf-8' : 'application/json' })
  response.end(text ? body : `${JSON.stringify(body)}\n`)
}
