// We call Slack: a socket that stays open, and is opened again whenever it ends. No address of ours has to be reachable.
import { SocketModeReceiver } from '@slack/bolt'
import type { Log } from '#incident/observe.ts'
import { sdkLogger } from './client.ts'
import { Intake } from './intake.ts'
import type { Receive } from './intake.ts'
import { SLACK_API } from './settings.ts'
import type { SlackSettings } from './settings.ts'

export type Socket = {
  /** Connects, and again whenever the connection ends; resolves at once. */
  begin(): void
  close(): Promise<void>
}

const PAUSES_MILLIS = [0, 1_000, 2_000, 5_000, 10_000, 30_000]

export function openSocket(given: {
  settings: SlackSettings & { appToken: string }
  receive: Receive
  pause: (millis: number, signal: AbortSignal) => Promise<void>
  log: Log
}): Socket {
  const { settings, receive, pause, log } = given
  const receiver = new SocketModeReceiver({
    appToken: settings.appToken,
    // Its own way back ends the process when Slack refuses the token meanwhile: a rejection nobody handles.
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { slackApiUrl: settings.apiUrl ?? SLACK_API, retryConfig: { retries: 0 } } },
    logger: sdkLogger(log),
  })
  receiver.init(new Intake(receiver, receive, log))
  const ending = new AbortController()
  let failures = 0
  let connecting: Promise<void> | undefined

  function connect(): void {
    connecting ??= untilConnected().finally(() => {
      connecting = undefined
    })
  }

  async function untilConnected(): Promise<void> {
    while (!ending.signal.aborted) {
      await pause(PAUSES_MILLIS[Math.min(failures, PAUSES_MILLIS.length - 1)] ?? 0, ending.signal)
      try {
        await receiver.start()
        failures = 0
        return
      } catch (error) {
        failures++
        log.warn({ chat: 'slack', cause: error }, 'Slack cannot be reached over a socket; trying again.')
      }
    }
  }

  receiver.client.on('disconnected', connect)

  return {
    begin: connect,
    async close() {
      ending.abort()
      await receiver.client.disconnect()
      await connecting
    },
  }
}
