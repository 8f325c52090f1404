// The five servers, in one list.
import type { Log, Observe } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import { cloudwatchServer } from './cloudwatch/server.ts'
import type { CloudwatchSettings } from './cloudwatch/schema.ts'
import type { Server } from './define.ts'
import { grafanaServer } from './grafana/server.ts'
import type { GrafanaSettings } from './grafana/schema.ts'
import { kubernetesServer } from './kubernetes/server.ts'
import type { KubernetesSettings } from './kubernetes/settings.ts'
import { orchestratorServer } from './orchestrator/server.ts'
import type { OrchestratorPorts } from './orchestrator/ports.ts'
import { createResilience } from './resilience.ts'
import type { RoomDeps } from './resilience.ts'
import { sentryServer } from './sentry/server.ts'
import type { SentrySettings } from './sentry/schema.ts'

/** A source without settings is not watched. */
export type SourceSettings = {
  kubernetes?: KubernetesSettings | undefined
  sentry?: SentrySettings | undefined
  cloudwatch?: CloudwatchSettings | undefined
  grafana?: GrafanaSettings | undefined
}

/** One server for each source that has settings, and the orchestrator. Each source fails and rests on its own. */
export function openServers(
  { kubernetes, sentry, cloudwatch, grafana }: SourceSettings,
  ports: OrchestratorPorts,
  given: { clock: () => Millis; log: Log; observe: Observe },
): readonly Server[] {
  const room = (name: string): RoomDeps => ({ ...given, resilience: createResilience({ ...given, name }) })
  return [
    ...(kubernetes ? [kubernetesServer(kubernetes, room('kubernetes'))] : []),
    ...(sentry ? [sentryServer(sentry, room('sentry'))] : []),
    ...(cloudwatch ? [cloudwatchServer(cloudwatch, room('cloudwatch'))] : []),
    ...(grafana ? [grafanaServer(grafana, room('grafana'))] : []),
    orchestratorServer(ports),
  ]
}
