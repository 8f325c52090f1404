// The four source servers as new, over a simulator: nothing asked yet, no breaker open, no retry waited for.
import type { Toolbox } from '#incident/approval.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Json } from '#incident/remedy.ts'
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
  servers: readonly Server[]
  call(server: Source, tool: string, input?: Record<string, Json>): ReturnType<Toolbox['call']>
  close(): Promise<void>
}

/** Where each vendor answers: the simulator's own endpoints, or something in front of them. */
export type Places = { kubeconfig: string; sentryUrl: string; awsEndpointUrl: string; grafanaUrl: string }

const DEADLINE_MILLIS = 20_000

/** `env`: as the simulator has it. */
export async function openFourSources(
  places: Places,
  env: Readonly<Record<string, string>>,
  clock: () => Millis,
): Promise<FourSources> {
  const given = { clock, log: SILENT, observe: UNOBSERVED }
  const room = (name: string): RoomDeps => ({
    ...given,
    resilience: createResilience({ ...given, name, random: () => 0 }),
  })
  const { SENTRY_AUTH_TOKEN, GRAFANA_SERVICE_ACCOUNT_TOKEN, SENTRY_ORG, AWS_REGION } = env
  const credentials = { accessKeyId: env['AWS_ACCESS_KEY_ID'], secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] }
  const aws = { endpoint: places.awsEndpointUrl, region: AWS_REGION, credentials }
  const sentry = { url: places.sentryUrl, organization: SENTRY_ORG, token: SENTRY_AUTH_TOKEN }
  const grafana = { url: places.grafanaUrl, token: GRAFANA_SERVICE_ACCOUNT_TOKEN }
  const servers = [
    kubernetesServer({ kubeconfig: places.kubeconfig }, room('kubernetes')),
    sentryServer(sentrySettings.parse(sentry), room('sentry')),
    cloudwatchServer(cloudwatchSettings.parse(aws), room('cloudwatch')),
    grafanaServer(grafanaSettings.parse(grafana), room('grafana')),
  ]
  const toolbox = await createToolbox({ ...given, servers })
  return {
    servers,
    call: (server, tool, input = {}) =>
      toolbox.call({ server, tool, arguments: input }, { deadlineMillis: DEADLINE_MILLIS }),
    async close() {
      await toolbox.close()
      for (const server of servers) server.close?.()
    },
  }
}
