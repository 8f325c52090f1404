// One port for people, scripts and machines: the page, REST, events, MCP, health, metrics. Foreign pages and hosts are refused.
import { createServer } from 'node:http'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Express, Router } from 'express'
import helmet from 'helmet'
import { Fault } from '#incident/fault.ts'
import { bearer } from '#mcp-servers/access.ts'
import { guard, LOOPBACK } from '#mcp-servers/guard.ts'
import { mcpRouter } from '#mcp-servers/host.ts'
import type { Config } from './config.ts'
import type { House, Surroundings } from './main.ts'
import { admissionOf } from './mcp-clients.ts'
import type { Metrics } from './metrics.ts'
import { refusal } from './rest/faults.ts'
import { restRouter } from './rest/router.ts'
import type { RestGiven } from './rest/router.ts'

export type Served = { url: string; close(): Promise<void> }

type ServeGiven = Pick<Surroundings, 'clock' | 'log'> & {
  config: Config
  house: House
  metrics: Metrics
  /** Where chat platforms call us. */
  routers: readonly Router[]
  /** Folder of the built page. */
  page: string
  demo: boolean
  /** A port in use: the next free one instead of an error. */
  nextFree: boolean
}

export async function serve(given: ServeGiven): Promise<Served> {
  const { config } = given
  const { host, port, token } = config.http
  if (!isLoopback(host) && !token) {
    throw new Fault(
      'validation',
      `Listening on ${host} without a token would let everyone in. Set http.token (HTTP_TOKEN), or listen on 127.0.0.1.`,
    )
  }
  const server = createServer(application({ ...given, since: given.clock() }))
  const bound = await listen(server, host, port, given.nextFree)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function application(given: RestGiven & ServeGiven): Express {
  const { config, house, metrics, clock, log } = given
  const app = express()
  app.disable('x-powered-by')
  app.get('/healthz', (_request, response) => void response.type('text').send('ok'))
  app.get('/readyz', (_request, response) => {
    const trouble = troubleOf(house)
    response
      .status(trouble ? 503 : 200)
      .type('text')
      .send(trouble ?? 'ok')
  })
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text())
  })
  const guards = { hosts: [...LOOPBACK, ...config.http.hosts], origins: config.http.origins }
  const { token } = config.http
  const options = { clock, log, observe: metrics, gate: house.gate, ...guards, ...admissionOf(config.http, log) }
  app.use(mcpRouter(house.servers, options))
  app.use(guard(guards))
  for (const router of given.routers) app.use(router) // they know their callers by signature, not by our token
  if (token) app.use('/api', bearer({ token })) // a key is for the servers it names
  app.use(helmet({ contentSecurityPolicy: { directives: CONTENT }, strictTransportSecurity: false }))
  app.use('/api/v1', restRouter(given))
  app.get('/preview', (_request, response) => response.redirect('/#/preview'))
  app.use(express.static(given.page, { index: 'index.html', maxAge: '1h', setHeaders: neverCachePage }))
  app.use(refusal(log)) // Express itself would answer with the stack
  return app
}

const FAILED_LOOKS = 3 // in a row: one or two may be a disk or an analysis that has recovered since

/** Why nothing can be expected of it now. */
function troubleOf({ watch, sources }: House): string | undefined {
  if (sources.length > 0 && !watch.health().some(({ up }) => up)) return 'no source can be read'
  const failures = watch.failures()
  return failures >= FAILED_LOOKS ? `the last ${failures} looks failed; the log says why` : undefined
}

/** Nothing from elsewhere, nothing inline. */
const CONTENT = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  upgradeInsecureRequests: null,
}

function neverCachePage(response: { setHeader(name: string, value: string): void }, path: string): void {
  if (path.endsWith('.html')) response.setHeader('cache-control', 'no-cache')
}

const MOST_PORTS_TRIED = 20

async function listen(server: HttpServer, host: string, port: number, nextFree: boolean): Promise<number> {
  for (let tried = 0; ; tried++) {
    try {
      return await listenOnce(server, host, port === 0 ? 0 : port + tried)
    } catch (error) {
      const used = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (used && nextFree && tried < MOST_PORTS_TRIED) continue
      const why = used
        ? `Port ${port} is in use. Choose another with --port or PORT.`
        : `${host}:${port} cannot be listened on.`
      throw new Fault('validation', why, { cause: error })
    }
  }
}

function listenOnce(server: HttpServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
