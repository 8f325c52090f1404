// The Web API: asked once, with a deadline; retrying is the delivery's business. Every failure is a Fault.
import { LogLevel, WebClient } from '@slack/web-api'
import type { Logger } from '@slack/web-api'
import type { Log } from '#incident/observe.ts'
import { slackFault } from './fault.ts'
import { SLACK_API } from './settings.ts'
import type { SlackSettings } from './settings.ts'

/** Throws a Fault, never anything else. */
export type Call = <T>(ask: (web: WebClient) => Promise<T>) => Promise<T>

const DEADLINE_MILLIS = 10_000 // chat.postMessage answers within one second; ten means it will not

export function createCall({ botToken, apiUrl = SLACK_API }: SlackSettings, log: Log): Call {
  const web = new WebClient(botToken, {
    slackApiUrl: apiUrl,
    timeout: DEADLINE_MILLIS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: sdkLogger(log),
  })
  return async ask => {
    try {
      return await ask(web)
    } catch (error) {
      throw slackFault(error)
    }
  }
}

/** The SDKs say at `debug` what they send: that is nobody's to keep. */
export function sdkLogger(log: Log): Logger {
  const at =
    (level: 'debug' | 'warn') =>
    (...said: unknown[]) =>
      log[level]({ chat: 'slack' }, said.map(String).join(' ').slice(0, LONGEST_LINE))
  return {
    debug() {},
    info: at('debug'),
    warn: at('debug'),
    error: at('warn'),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  }
}

const LONGEST_LINE = 300 // characters

/** Whether an address that Slack told us is Slack's: what is sent goes nowhere else. */
export function isSlacks(address: string, { apiUrl = SLACK_API }: SlackSettings): boolean {
  const url = URL.parse(address)
  if (!url) return false
  const isOwn = url.protocol === 'https:' && SLACK_HOSTS.test(url.hostname)
  return isOwn || url.origin === new URL(apiUrl).origin
}

const SLACK_HOSTS = /^(?:[a-z0-9-]+\.)*slack(?:-gov)?\.com$/
