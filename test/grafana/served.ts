// The Grafana server before a simulated Grafana: telemetry is put in by hand, tools are called by name, as the protocol would.
import { grafanaSettings } from '#mcp-servers/grafana/schema.ts'
import type { GrafanaSettings } from '#mcp-servers/grafana/schema.ts'
import { grafanaServer } from '#mcp-servers/grafana/server.ts'
import { openCloud } from '../../simulator/cloud.ts'
import { grafanaApi } from '../../simulator/grafana/api.ts'
import { listen } from '../../simulator/listen.ts'
import { emptyRecords } from '../../simulator/recording.ts'
import type { Recording } from '../../simulator/recording.ts'
import { readWith } from '../read-with.ts'
import { roomDeps } from '../room-deps.ts'

export const NOON = Date.parse('2026-11-03T12:00:00Z')
export const minutes = (count: number): number => count * 60_000

export type World = {
  /** The moment that Grafana and the server go by: half past twelve, until a test moves it. */
  now: number
  recording: Recording
  /** `METHOD path` of each request that reached Grafana; a test may empty it. */
  requests: string[]
  /** A point each minute of the hour. */
  measure(metric: string, labels: Record<string, string>, value: (minute: number) => number): void
  serve(options?: ServeOptions): Promise<Served>
  close(): Promise<void>
}

export type ServeOptions = {
  settings?: Partial<GrafanaSettings>
  renderer?: boolean
  /** A real Prometheus behind Grafana; absent: the simulator's own evaluator. */
  prometheusUrl?: string
  /** An answer in place of Grafana's own; undefined: its own. */
  instead?(path: string, body: string): { status: number; body: string } | undefined
}

export type Served = {
  url: string
  /** The structured answer, parsed by the tool's own schema; throws the Fault. */
  call(tool: string, input?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** The same answer as text. */
  text(tool: string, input?: Record<string, unknown>): Promise<string>
  /** What stands after the text. */
  attached(tool: string, input?: Record<string, unknown>): Promise<unknown[]>
}

/** Nothing is in it yet. */
export function openWorld(): World {
  const recording: Recording = {
    name: 't',
    start: NOON,
    end: NOON + minutes(60),
    records: emptyRecords(),
    series: [],
    dashboards: [],
  }
  const closing: (() => Promise<void>)[] = []
  const world: World = {
    now: NOON + minutes(30),
    recording,
    requests: [],
    measure(metric, labels, value) {
      const at = Float64Array.from({ length: 61 }, (_, i) => NOON + minutes(i))
      recording.series.push({ metric, labels, at, values: Float64Array.from(at, (_, i) => value(i)) })
    },
    serve,
    close: async () => {
      await Promise.all(closing.map(close => close()))
    },
  }
  const clock = () => world.now

  async function serve({ settings = {}, instead, ...options }: ServeOptions = {}): Promise<Served> {
    const api = grafanaApi(openCloud({ recording }, clock), { token: 'right', ...options })
    const listener = await listen((request, response, body) => {
      world.requests.push(`${request.method} ${request.url?.split('?')[0]}`)
      const other = instead?.(decodeURIComponent(request.url ?? ''), body)
      if (!other) return api.handle(request, response, body)
      response.writeHead(other.status, { 'content-type': 'text/html' }).end(other.body)
    })
    closing.push(() => listener.close())
    const given = grafanaSettings.parse({ url: listener.url, token: 'right', ...settings })
    const server = grafanaServer(given, roomDeps('grafana', clock))

    return {
      url: listener.url,
      call: async (name, input = {}) => (await readWith(server, clock, name, input)).output,
      async text(name, input = {}) {
        const { tool, output } = await readWith(server, clock, name, input)
        return tool.text(output).replaceAll(listener.url, 'http://grafana')
      },
      async attached(name, input = {}) {
        const { tool, output } = await readWith(server, clock, name, input)
        return tool.attach?.(output) ?? []
      },
    }
  }
  return world
}
