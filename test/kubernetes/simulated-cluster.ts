// The Kubernetes server before a simulated cluster that holds the given objects, with a place to trip requests on their way.
import { mkdtemp } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { Tool, ToolContext } from '#mcp-servers/define.ts'
import { createResilience } from '#mcp-servers/resilience.ts'
import { openClient } from '#mcp-servers/kubernetes/client.ts'
import type { KubernetesClient } from '#mcp-servers/kubernetes/client.ts'
import { kubernetesServer } from '#mcp-servers/kubernetes/server.ts'
import { openCloud } from '../../simulator/cloud.ts'
import { kubernetesApi } from '../../simulator/kubernetes/api.ts'
import { writeKubeconfig } from '../../simulator/kubeconfig.ts'
import { listen } from '../../simulator/listen.ts'
import { emptyRecords } from '../../simulator/recording.ts'
import type { Recording } from '../../simulator/recording.ts'
import { NOW } from './objects.ts'
import type { Raw } from './objects.ts'

export type Seen = { method: string; path: string; body: string }

/** Answers instead of the cluster where it returns true; `pass` lets the cluster act without its answer being heard. */
export type Trip = (request: IncomingMessage, response: ServerResponse, body: string, pass: () => void) => boolean

export type SimulatedCluster = {
  /** Its path, for a server of one's own. */
  kubeconfig: string
  client: KubernetesClient
  requests: Seen[]
  clock: { now: Millis }
  trip(trip: Trip | undefined): void
  call(tool: string, input?: Record<string, unknown>): Promise<Record<string, unknown>>
  callIn(context: ToolContext, tool: string, input?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** The same answer as text. */
  told(tool: string, input?: Record<string, unknown>): Promise<string>
  context(): ToolContext
  deps: Parameters<typeof kubernetesServer>[1]
  /** The object as the API server has it now. */
  read(path: string): Promise<Raw>
  /** A request of somebody else, such as a person with kubectl; not among `requests`. */
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<number>
  /** As a compaction does: open watches end with 410 Expired, and no version or continue token given before is good. */
  expireWatches(): void
  close(): Promise<void>
}

const SOMEBODY_ELSE = 'somebody-else'

export async function simulatedCluster(
  objects: Raw[],
  more: Partial<Recording['records']> = {},
): Promise<SimulatedCluster> {
  const clock = { now: NOW }
  const start = NOW - 24 * 3_600_000
  const records: Recording['records'] = {
    ...emptyRecords(),
    'kubernetes/objects': objects.map(object => ({ at: start, op: 'apply', object })),
    ...more,
  }
  const recording: Recording = { name: 'test', start, end: NOW, records, series: [], dashboards: [] }
  const api = kubernetesApi(openCloud({ recording }, () => clock.now))
  const requests: Seen[] = []
  let trip: Trip | undefined
  const listener = await listen((request, response, body) => {
    const pass = (): void => void api.handle(request, response, body)
    if (request.headers['user-agent'] === SOMEBODY_ELSE) return pass()
    requests.push({ method: request.method ?? '', path: request.url ?? '', body })
    if (!trip?.(request, response, body, pass)) pass()
  })
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-room-'))
  const settings = { kubeconfig: await writeKubeconfig(listener.url, 'token', folder) }
  const now = () => clock.now
  const resilience = createResilience({
    name: 'kubernetes',
    log: SILENT,
    observe: UNOBSERVED,
    random: () => 0,
  })
  const deps = { clock: now, log: SILENT, observe: UNOBSERVED, resilience }
  const client = openClient(settings)
  await client.ready() // the SDK takes seconds to load on a busy machine: no test's deadline should pay for it
  const server = kubernetesServer(settings, deps)
  const context = () => ({ signal: AbortSignal.timeout(20_000), now, log: SILENT, progress() {} })

  function toolNamed(name: string): Tool {
    const tool = server.tools.find(each => each.name === name)
    if (!tool) throw new Error(`no tool ${name}`)
    return tool
  }

  async function callIn(given: ToolContext, name: string, input: Record<string, unknown> = {}) {
    const tool = toolNamed(name)
    const parsed = tool.input.strict().parse(input)
    return tool.output.parse(await ('run' in tool ? tool.run(parsed, given) : tool.dryRun(parsed, given)))
  }

  const call: SimulatedCluster['call'] = (name, input) => callIn(context(), name, input)

  return {
    kubeconfig: settings.kubeconfig,
    client,
    requests,
    clock,
    deps,
    context,
    trip: next => void (trip = next),
    call,
    callIn,
    told: async (name, input) => toolNamed(name).text(await call(name, input)),
    async send(method, path, body) {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
      const headers = { 'content-type': type, 'user-agent': SOMEBODY_ELSE }
      const given: RequestInit = { method, headers, ...(body && { body: JSON.stringify(body) }) }
      const response = await fetch(listener.url + path, given)
      await response.arrayBuffer()
      return response.status
    },
    expireWatches: api.expireWatches,
    read: async path => (await client.get(path, AbortSignal.timeout(5000))) as Raw,
    async close() {
      server.close?.()
      client.close()
      api.close()
      await listener.close()
    },
  }
}
