// The Sentry server before a handler that plays Sentry: its tools called by name, as the protocol would.
import { sentrySettings } from '#mcp-servers/sentry/schema.ts'
import { sentryServer } from '#mcp-servers/sentry/server.ts'
import { openCloud } from '../../simulator/cloud.ts'
import { listen } from '../../simulator/listen.ts'
import type { Handler } from '../../simulator/listen.ts'
import { emptyRecords } from '../../simulator/recording.ts'
import type { Recording } from '../../simulator/recording.ts'
import { sentryApi } from '../../simulator/sentry/api.ts'
import { readWith } from '../read-with.ts'
import { roomDeps } from '../room-deps.ts'

export const NOW = Date.parse('2026-11-03T14:02:30Z')
export type SentEvent = Recording['records']['sentry/events'][0]

/** Sentry as it would answer at NOW; `token` is `right`. */
export function simulated(records: Partial<Recording['records']>): Handler {
  const events = (records['sentry/events'] ?? []).toSorted((a, b) => a.at - b.at)
  const whole = { ...emptyRecords(), ...records, 'sentry/events': events }
  const recording = { name: 't', start: 0, end: NOW, records: whole, series: [], dashboards: [] }
  return sentryApi(
    openCloud({ recording }, () => NOW),
    { token: 'right' },
  ).handle
}

export type Served = {
  /** The structured answer, parsed by the tool's own schema; throws the Fault. */
  call(tool: string, input?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** The same answer as text. */
  text(tool: string, input?: Record<string, unknown>): Promise<string>
  /** What Sentry was asked since the last time, as `path?query`. */
  asked(): string[]
  close(): Promise<void>
}

export async function serve(handle: Handler, settings: { token?: string; projects?: string[] } = {}): Promise<Served> {
  let asked: string[] = []
  const listener = await listen((request, response, body) => {
    asked.push(decodeURIComponent(request.url ?? ''))
    return handle(request, response, body)
  })
  const clock = () => NOW
  const whole = sentrySettings.parse({ url: listener.url, organization: 'demo', token: 'right', ...settings })
  const server = sentryServer(whole, roomDeps('sentry', clock))

  return {
    call: async (name, input = {}) => (await readWith(server, clock, name, input)).output,
    async text(name, input = {}) {
      const { tool, output } = await readWith(server, clock, name, input)
      return tool.text(output)
    },
    asked() {
      const all = asked
      asked = []
      return all
    },
    close: () => listener.close(),
  }
}
