// Grafana's HTTP API over the cloud: who may ask, and which part answers. Answers follow Grafana 11.
// https://grafana.com/docs/grafana/v11.6/developers/http_api/
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cloud } from '../cloud.ts'
import type { VendorApi } from '../vendor-api.ts'
import { alertHistory } from './alert-history.ts'
import { alertInstances, alertmanagerAlerts, provisionedRules, ruleStates } from './alerts.ts'
import { listAnnotations } from './annotations.ts'
import { oneDashboard, searchDashboards } from './dashboards.ts'
import { dataSources, listDataSources, oneDataSource } from './datasources.ts'
import { ownEngine } from './engine.ts'
import { answerLoki } from './loki.ts'
import { answerPrometheus } from './prometheus.ts'
import { answerQueries } from './query.ts'
import { QueryError } from './query-error.ts'
import { failure, json, type Reply } from './reply.ts'
import { frontendSettings, renderedPanel } from './render.ts'
import { seriesIndex } from './series-index.ts'
import { silences } from './silences.ts'
import { upstream } from './upstream.ts'

type Request = { parameters: URLSearchParams; body: string; rest: string[] }
type Route = {
  method: 'GET' | 'POST' | 'DELETE' | 'any'
  path: string
  answer(request: Request): Reply | Promise<Reply>
}

const version = '11.6.0'

/**
 * With a token every request but the health check must bear it; without one anybody may ask. `renderer`: panels as PNG.
 * `prometheusUrl`: a real Prometheus that holds the series, in place of those of the recording.
 */
type Options = { token?: string; renderer?: boolean; prometheusUrl?: string }

export function grafanaApi(cloud: Cloud, options: Options = {}): VendorApi {
  const routes = routesOf(cloud, options)

  async function answer(request: IncomingMessage, body: string): Promise<Reply> {
    const url = new URL(request.url ?? '/', 'http://grafana')
    if (url.pathname !== '/api/health') {
      const refused = refusal(request.headers.authorization, options.token)
      if (refused) return refused
    }
    const segments = url.pathname.split('/').filter(Boolean).map(decodeURIComponent)
    if (segments[0] !== 'api' && segments[0] !== 'render') return failure(404, 'Not found')
    for (const route of routes) {
      const rest = route.method === 'any' || route.method === request.method ? matched(route.path, segments) : undefined
      if (rest) return route.answer({ parameters: parametersOf(url, request, body), body, rest })
    }
    if (segments[0] === 'render') return failure(404, 'Not found')
    return failure(400, `not simulated: ${request.method} ${url.pathname}`)
  }

  return {
    async handle(request, response, body) {
      let reply: Reply
      try {
        reply = await answer(request, body)
      } catch (error) {
        reply = unanswered(error)
      }
      write(response, reply)
    },
  }
}

/** `*` in a path stands for one segment, `**` for all that follow; both are handed to the answer in `rest`. */
function routesOf(cloud: Cloud, { renderer = false, prometheusUrl }: Options): Route[] {
  const sources = dataSources(cloud)
  const select = seriesIndex(cloud)
  const real = prometheusUrl === undefined ? undefined : upstream(prometheusUrl)
  const engine = real ?? ownEngine(select)
  const history = alertHistory(cloud)
  const quiet = silences(cloud.now)

  function has(uid: string): boolean {
    return sources.some(source => source.uid === uid)
  }
  function prometheus({ rest, parameters }: Request): Reply | Promise<Reply> {
    if (!has('prometheus')) return failure(404, 'Data source not found')
    if (real) return real.forward(rest, parameters)
    return answerPrometheus({ select, now: cloud.now }, rest, parameters)
  }
  function loki({ rest, parameters }: Request): Reply {
    return has('loki') ? answerLoki(cloud, rest, parameters) : failure(404, 'Data source not found')
  }

  return [
    { method: 'GET', path: 'api/health', answer: () => json({ commit: 'simulated', database: 'ok', version }) },
    { method: 'GET', path: 'api/org', answer: () => json({ id: 1, name: 'Main Org.', address: noAddress }) },
    { method: 'GET', path: 'api/search', answer: ({ parameters }) => searchDashboards(cloud, parameters) },
    { method: 'GET', path: 'api/dashboards/uid/*', answer: ({ rest: [uid = ''] }) => oneDashboard(cloud, uid) },
    { method: 'GET', path: 'api/datasources', answer: () => listDataSources(sources) },
    { method: 'GET', path: 'api/datasources/uid/*', answer: ({ rest: [uid = ''] }) => oneDataSource(sources, uid) },
    { method: 'any', path: 'api/datasources/proxy/uid/prometheus/api/v1/**', answer: prometheus },
    { method: 'any', path: 'api/datasources/proxy/uid/loki/loki/api/v1/**', answer: loki },
    { method: 'any', path: 'api/datasources/uid/prometheus/resources/api/v1/**', answer: prometheus },
    // Grafana's Loki plugin adds /loki/api/v1 itself
    { method: 'any', path: 'api/datasources/uid/loki/resources/**', answer: loki },
    { method: 'any', path: 'api/datasources/proxy/uid/**', answer: () => failure(404, 'Not found') },
    { method: 'POST', path: 'api/ds/query', answer: ({ body }) => answerQueries(cloud, engine, sources, parsed(body)) },
    { method: 'GET', path: 'api/annotations', answer: ({ parameters }) => listAnnotations(cloud, history, parameters) },
    {
      method: 'GET',
      path: 'api/v1/provisioning/alert-rules',
      answer: () => provisionedRules(history.alerts(), cloud.story.recording.start),
    },
    {
      method: 'GET',
      path: 'api/prometheus/grafana/api/v1/rules',
      answer: () => ruleStates(history.alerts(), cloud.now()),
    },
    { method: 'GET', path: 'api/prometheus/grafana/api/v1/alerts', answer: () => alertInstances(history.alerts()) },
    {
      method: 'GET',
      path: 'api/alertmanager/grafana/api/v2/alerts',
      answer: ({ parameters }) => alertmanagerAlerts(history.alerts(), cloud.now(), parameters, quiet.over),
    },
    { method: 'GET', path: 'api/alertmanager/grafana/api/v2/silences', answer: () => quiet.list() },
    {
      method: 'POST',
      path: 'api/alertmanager/grafana/api/v2/silences',
      answer: ({ body }) => quiet.create(parsed(body)),
    },
    {
      method: 'DELETE',
      path: 'api/alertmanager/grafana/api/v2/silence/*',
      answer: ({ rest: [id = ''] }) => quiet.expire(id),
    },
    { method: 'GET', path: 'api/frontend/settings', answer: () => frontendSettings(renderer, version) },
    {
      method: 'GET',
      path: 'render/d-solo/*/*',
      answer: ({ rest: [uid = ''], parameters }) => renderedPanel(cloud, uid, renderer, parameters),
    },
  ]
}

const noAddress = { address1: '', address2: '', city: '', zipCode: '', state: '', country: '' }

function refusal(authorization: string | undefined, token: string | undefined): Reply | undefined {
  if (token === undefined || authorization === `Bearer ${token}`) return undefined
  const [message, messageId] = authorization?.startsWith('Bearer ')
    ? ['Invalid API key', 'api-key.invalid']
    : ['Unauthorized', 'auth.unauthorized']
  return json({ extra: null, message, messageId, statusCode: 401, traceID: '' }, 401)
}

function matched(path: string, segments: string[]): string[] | undefined {
  const rest: string[] = []
  const pattern = path.split('/')
  for (const [i, part] of pattern.entries()) {
    if (part === '**') return [...rest, ...segments.slice(i)]
    const segment = segments[i]
    if (segment === undefined || (part !== '*' && part !== segment)) return undefined
    if (part === '*') rest.push(segment)
  }
  return pattern.length === segments.length ? rest : undefined
}

/** Prometheus and Loki take the same parameters from the query string and from a form. */
function parametersOf(url: URL, request: IncomingMessage, body: string): URLSearchParams {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return url.searchParams
  return new URLSearchParams([...url.searchParams, ...new URLSearchParams(body)])
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function unanswered(error: unknown): Reply {
  if (error instanceof QueryError) return failure(error.status, error.message)
  if (error instanceof URIError || (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_URL'))
    return failure(400, 'Bad request')
  return failure(500, `Internal server error: ${error instanceof Error ? error.message : String(error)}`)
}

function write(response: ServerResponse, { status, body, contentType }: Reply): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(body)
}
