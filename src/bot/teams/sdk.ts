// The Teams SDK as we use it: checks signatures, dispatches, talks to the Connector. Nothing of the environment decides.
import { App } from '@microsoft/teams.apps'
import type { IHttpServerAdapter } from '@microsoft/teams.apps'
import type { CloudEnvironment } from '@microsoft/teams.api'
import type { ClientOptions, ILogger, Interceptor } from '@microsoft/teams.common'
import type { Log } from '#incident/observe.ts'
import type { TeamsSettings } from './settings.ts'
import type { Tokens } from './token.ts'

const PATIENCE_MILLIS = 10_000

export function createSdk(given: {
  settings: TeamsSettings
  cloud: CloudEnvironment
  tokens: Tokens
  adapter: IHttpServerAdapter
  log: Log
}): App {
  const { settings, cloud, tokens, adapter, log } = given
  const logger = quiet(log)
  return new App({
    clientId: settings.clientId,
    tenantId: settings.tenantId,
    serviceUrl: settings.serviceUrl,
    // Said even where they are empty or false: for what is left out the SDK reads the environment.
    clientSecret: '',
    dangerouslyAllowUnauthenticatedRequests: false,
    token: scope => tokens.get([scope].flat()[0] ?? cloud.botScope),
    cloud,
    client: patient(logger),
    logger,
    httpServerAdapter: adapter,
    telemetry: { agent365: false },
  })
}

/** An end to every wait, and no redirect, which would carry our token to another place. */
function patient(logger: ILogger): ClientOptions {
  const interceptor: Interceptor = { request: ({ config }) => ({ ...config, maxRedirects: 0 }) }
  return { timeout: PATIENCE_MILLIS, logger, interceptors: [interceptor] }
}

/** The SDK's troubles, without the requests they are about. */
function quiet(log: Log): ILogger {
  function warn(...said: unknown[]): void {
    const cause = said.find(part => part instanceof Error)?.message
    log.warn(
      { chat: 'teams', cause },
      String(said.find(part => typeof part === 'string') ?? 'a trouble in the Teams SDK'),
    )
  }
  const logger: ILogger = {
    debug() {},
    info() {},
    trace() {},
    log() {},
    warn,
    error: warn,
    child: () => logger,
  }
  return logger
}
