// What doctor asks of a Slack setup, and how to mend what is not right. Each check stands alone: one that fails leaves the rest.
import { asFault, Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import type { Check } from '../check.ts'
import { channelsOf } from '../route.ts'
import type { Call } from './client.ts'
import { SLACK_API } from './settings.ts'
import type { SlackSettings } from './settings.ts'

/** What the bot asks of Slack, and what it cannot do without it. The app manifest asks for the same. */
export const SCOPES: Record<string, string> = {
  'app_mentions:read': 'hear its name',
  'channels:history': 'find its own messages after a crash',
  'channels:read': 'see whether it is in a channel',
  'chat:write': 'post',
  commands: 'hear /incident',
  'files:write': 'show charts',
  'groups:history': 'find its own messages in private channels',
  'groups:read': 'see whether it is in a private channel',
  'im:history': 'hear what is said to it alone',
  'users:read': 'know who presses',
}

export async function checkSlack(given: {
  settings: SlackSettings
  call: Call
  clock: () => Millis
}): Promise<Check[]> {
  const { settings } = given
  const token = await checkToken(given)
  const channels = await Promise.all(channelsOf(settings).map(channel => checkChannel(given, channel)))
  return [...token, ...channels, checkDoors(settings)]
}

async function checkToken({
  settings,
  call,
  clock,
}: {
  settings: SlackSettings
  call: Call
  clock: () => Millis
}): Promise<Check[]> {
  const what = 'Slack: token'
  try {
    const { team, user, response_metadata } = await call(web => web.auth.test())
    const has = response_metadata?.scopes ?? []
    const missing = Object.keys(SCOPES).filter(scope => !has.includes(scope))
    const scopes: Check = {
      what: 'Slack: scopes',
      state: missing.length === 0 ? 'ok' : 'missing',
      says:
        missing.length === 0
          ? 'all there'
          : missing.map(scope => `${scope} is missing: it cannot ${SCOPES[scope]}`).join('; '),
      ...(missing.length > 0 && {
        mend: 'Add them under OAuth & Permissions of the app, then install it to the workspace again.',
      }),
    }
    return [{ what, state: 'ok', says: `speaks as ${user} in ${team}` }, scopes, await checkTime(settings, clock)]
  } catch (error) {
    return [
      {
        what,
        state: 'wrong',
        says: asFault(error).message,
        mend: 'Check SLACK_BOT_TOKEN, and that slack.com can be reached.',
      },
    ]
  }
}

const SKEW_SECONDS = 60 // signed requests are refused from 300 s on

/** Slack's clock is in the Date header of anything it answers. */
async function checkTime({ apiUrl = SLACK_API }: SlackSettings, clock: () => Millis): Promise<Check> {
  const what = 'Slack: clock'
  try {
    const response = await fetch(new URL('api.test', asFolder(apiUrl)), {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    })
    const theirs = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(theirs)) throw new Fault('network', 'Slack told no time.')
    const seconds = Math.round((clock() - theirs) / 1000)
    if (Math.abs(seconds) <= SKEW_SECONDS) return { what, state: 'ok', says: 'agrees with Slack' }
    const off = `this clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}; at 300 s nothing that Slack signs is believed`
    return { what, state: 'wrong', says: off, mend: 'Let the machine keep its time by NTP.' }
  } catch {
    return { what, state: 'wrong', says: 'Slack told no time', mend: 'Check that slack.com can be reached.' }
  }
}

function asFolder(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}

async function checkChannel({ call }: { call: Call }, channel: string): Promise<Check> {
  const what = `Slack: channel ${channel}`
  if (!/^[CG][A-Z0-9]{6,}$/.test(channel)) {
    const mend = 'Open the channel, its name at the top, and copy the channel id from the bottom of About.'
    return { what, state: 'wrong', says: 'expected the id of a channel, such as C0123456789', mend }
  }
  try {
    const { channel: found } = await call(web => web.conversations.info({ channel }))
    const name = `#${found?.name}`
    if (found?.is_archived) return { what, state: 'wrong', says: `${name} is archived`, mend: 'Name another channel.' }
    if (!found?.is_member) {
      return {
        what,
        state: 'missing',
        says: `the bot is not in ${name}`,
        mend: `Type /invite in ${name} and choose the bot.`,
      }
    }
    return { what, state: 'ok', says: `is in ${name}` }
  } catch (error) {
    return {
      what,
      state: 'wrong',
      says: asFault(error).message,
      mend: 'Check the id, and invite the bot to the channel.',
    }
  }
}

function checkDoors({ appToken, signingSecret }: SlackSettings): Check {
  const what = 'Slack: way in'
  if (appToken) return { what, state: 'ok', says: 'Socket Mode' }
  if (signingSecret) return { what, state: 'ok', says: 'requests to /slack/events' }
  return {
    what,
    state: 'missing',
    says: 'incidents are posted, but no press, command or question is heard',
    mend: 'Set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and a request URL that ends in /slack/events.',
  }
}
