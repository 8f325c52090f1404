// The simulated vendors' answers, each asked for once and then given again from memory, spoilt or not on their way.
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeKubeconfig } from '../simulator/kubeconfig.ts'
import { listen } from '../simulator/listen.ts'
import type { Handler } from '../simulator/listen.ts'
import type { Simulator } from '../simulator/serve.ts'
import type { Vendor } from '../simulator/vendor-api.ts'
import type { Places } from './four-sources.ts'

export type Answer = { status: number; headers: Record<string, string>; body: string }
export type Asked = { vendor: Vendor; method: string; path: string }

export type ReplayedVendors = {
  places: Places
  /** From here on, until the next time: what is asked, and what becomes of the answer to each request, counted from 0. */
  begin(spoil?: (answer: Answer, nth: number) => Answer): Asked[]
  close(): Promise<void>
}

/** What the answer depends on, and what a client reads of it. */
const ASKED_BY = ['accept', 'authorization', 'content-type', 'x-amz-target']
const READ = ['content-type', 'link', 'retry-after']

export async function replayVendors({ endpoints, env }: Simulator): Promise<ReplayedVendors> {
  const known = new Map<string, Answer>()
  let asked: Asked[] = []
  let spoil: (answer: Answer, nth: number) => Answer = answer => answer

  function before(vendor: Vendor, url: string): Handler {
    return async (request, response, body) => {
      const { method = '', url: path = '' } = request
      const nth = asked.push({ vendor, method, path }) - 1
      const target = String(request.headers['x-amz-target'] ?? '')
      const key = JSON.stringify([vendor, method, path, target, request.headers.accept, body])
      const answer = known.get(key) ?? (isWatch(path) ? NOTHING_YET : await fetched(url + path, request, body))
      if (!isUnderway(answer)) known.set(key, answer)
      const { status, headers, body: text } = spoil(answer, nth)
      response.writeHead(status, headers).end(text)
    }
  }

  const vendors: [Vendor, string][] = [
    ['kubernetes', endpoints.kubernetesUrl],
    ['sentry', endpoints.sentryUrl],
    ['cloudwatch', endpoints.awsEndpointUrl],
    ['grafana', endpoints.grafanaUrl],
  ]
  const listeners = await Promise.all(vendors.map(([vendor, url]) => listen(before(vendor, url))))
  const [kubernetesUrl = '', sentryUrl = '', awsEndpointUrl = '', grafanaUrl = ''] = listeners.map(({ url }) => url)
  const folder = await mkdtemp(join(tmpdir(), 'replayed-'))
  const kubeconfig = await writeKubeconfig(kubernetesUrl, env['SENTRY_AUTH_TOKEN'] ?? '', folder) // one token opens all
  return {
    places: { kubeconfig, sentryUrl, awsEndpointUrl, grafanaUrl },
    begin(next = answer => answer) {
      spoil = next
      return (asked = [])
    },
    async close() {
      await Promise.all(listeners.map(listener => listener.close()))
      await rm(folder, { recursive: true })
    },
  }
}

async function fetched(url: string, { method = '', headers }: IncomingMessage, body: string): Promise<Answer> {
  const sent = ASKED_BY.flatMap(name =>
    headers[name] === undefined ? [] : [[name, String(headers[name])] as [string, string]],
  )
  const response = await fetch(url, { method, headers: sent, ...(body !== '' && { body }) })
  const read = READ.flatMap(name => (response.headers.has(name) ? [[name, response.headers.get(name) ?? '']] : []))
  return { status: response.status, headers: Object.fromEntries(read), body: await response.text() }
}

/** Of Kubernetes: it would not end. */
function isWatch(path: string): boolean {
  return /[?&]watch=true/.test(path)
}

const NOTHING_YET: Answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '' }

/** A query of Insights that runs: the next poll must be told something else. */
function isUnderway({ body }: Answer): boolean {
  return /"status":"(?:Running|Scheduled)"/.test(body.slice(0, 10_000))
}
