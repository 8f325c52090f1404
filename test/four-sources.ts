// The source servers as new, over a simulator: nothing asked yet, no breaker open, no retry waited for.
import type { Toolbox } from '#incident/approval.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Json } from '#incident/tool-call.ts'
import { SOURCES } from '#incident/signal.ts'
import type { Millis, Source } from '#incident/signal.ts'
import { cloudwatchSettings } from '#mcp-servers/cloudwatch/schema.ts'
import { cloudwatchServer } from '#mcp-servers/cloudwatch/server.ts'
import type { Server } from '#mcp-servers/define.ts'
import { grafanaSettings } from '#mcp-servers/grafana/schema.ts'
import { grafanaServer } from '#mcp-servers/grafana/server.ts'
import { kubernetesServer } from '#mcp-servers/kubernetes/server.ts'
import { createResilience } from '#mcp-servers/resilience.ts'
import type { RoomDeps } from '#mcp-servers/resilience.ts'
import { sentrySettings } from '#mcp-servers/sentry/schema.ts'
import { sentryServer } from '#mcp-servers/sentry/server.ts'
import { createToolbox } from '#mcp-servers/toolbox.ts'

export type FourSources = {
  call(server: Source, tool: string, input?: Record<string, Json>): ReturnType<Toolbox['call']>
  close(): Promise<void>
}

/** Where each vendor answers: the simulator's own endpoints, or something in front of them. */
export type Places = { kubeconfig: string; sentryUrl: string; awsEndpointUrl: string; grafanaUrl: string }

const DEADLINE_MILLIS = 20_000

/** `env`: as the simulator has it. */
export type Env = Readonly<Record<string, string>>

export function openSource(source: Source, places: Places, env: Env, room: RoomDeps): Server {
  const { SENTRY_AUTH_TOKEN, GRAFANA_SERVICE_ACCOUNT_TOKEN, SENTRY_ORG, AWS_REGION } = env
  switch (source) {
    case 'kubernetes':
      return kubernetesServer({ kubeconfig: places.kubeconfig }, room)
    case 'sentry': {
      const settings = { url: places.sentryUrl, organization: SENTRY_ORG, token: SENTRY_AUTH_TOKEN }
      return sentryServer(sentrySettings.parse(settings), room)
    }
    case 'cloudwatch': {
      const credentials = { accessKeyId: env['AWS_ACCESS_KEY_ID'], secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] }
      const settings = { endpoint: places.awsEndpointUrl, region: AWS_REGION, credentials }
      return cloudwatchServer(cloudwatchSettings.parse(settings), room)
    }
    case 'grafana': {
      const settings = { url: places.grafanaUrl, token: GRAFANA_SERVICE_ACCOUNT_TOKEN }
      return grafanaServer(grafanaSettings.parse(settings), room)
    }
  }
}

export async function openFourSources(places: Places, env: Env, clock: () => Millis): Promise<FourSources> {
  const given = { clock, log: SILENT, observe: UNOBSERVED }
  const servers = SOURCES.map(source => {
    const resilience = createResilience({ ...given, name: source, random: () => 0 })
    return openSource(source, places, env, { ...given, resilience })
  })
  const toolbox = await createToolbox({ ...given, servers })
  return {
    call: (server, tool, input = {}) =>
      toolbox.call({ server, tool, arguments: input }, { deadlineMillis: DEADLINE_MILLIS }),
    async close() {
      await toolbox.close()
      for (const server of servers) server.close?.()
    },
  }
}
