// What the Web API's client throws, as a Fault that says whose it is, whether the message may have been taken, and what to do.
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api'
import { Fault } from '#incident/fault.ts'
import type { FaultCode } from '#incident/fault.ts'

export function slackFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (error instanceof WebAPIRateLimitedError) return rateLimited(error.retryAfter, error)
  if (error instanceof WebAPIRequestError) return unanswered(error)
  if (error instanceof WebAPIHTTPError) {
    if (error.statusCode >= 500) return unanswered(error)
    return new Fault('validation', `Slack answered ${error.statusCode}. Check the address of its API.`, {
      cause: error,
    })
  }
  if (error instanceof WebAPIPlatformError) return refused(error.data.error, error)
  return unanswered(error)
}

/** Slack's word for what is wrong, where there is one. */
export function errorWord(fault: Fault): string | undefined {
  return fault.cause instanceof WebAPIPlatformError ? fault.cause.data.error : undefined
}

function rateLimited(seconds: number | undefined, cause: unknown): Fault {
  const retryAfter = seconds ?? 30 // Slack always says; a proxy in front of it may not
  return new Fault('rate_limit', `Slack asks to wait ${retryAfter} s.`, { retryAfter, cause })
}

/** Nobody knows whether it was taken. */
function unanswered(cause: unknown): Fault {
  return new Fault('network', 'Slack did not answer. Its status is at https://slack-status.com.', { cause })
}

function refused(word: string, cause: unknown): Fault {
  if (word === 'ratelimited' || word === 'rate_limited') return rateLimited(undefined, cause)
  if (UNSURE.includes(word)) return unanswered(cause)
  const [code, message] = REFUSALS[word] ?? ['validation', `Slack refused: ${known(word)}.`]
  return new Fault(code, message, { whose: 'caller', cause })
}

/** Slack's own trouble: what was asked may be done all the same. */
const UNSURE = ['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable', 'team_added_to_org']

const NEW_TOKEN = 'Install the app again and set SLACK_BOT_TOKEN to the new token.'
const INVITE = 'Invite the bot with /invite in that channel.'

const REFUSALS: Record<string, [FaultCode, string]> = {
  invalid_auth: ['authentication', `Slack does not know the bot token. ${NEW_TOKEN}`],
  not_authed: ['authentication', `No bot token was sent. ${NEW_TOKEN}`],
  account_inactive: ['authentication', `The bot token is of an app that was removed. ${NEW_TOKEN}`],
  token_revoked: ['authentication', `The bot token was revoked. ${NEW_TOKEN}`],
  token_expired: ['authentication', `The bot token has expired. ${NEW_TOKEN}`],
  missing_scope: ['authentication', 'The bot lacks a scope. `doctor` names it; add it, then install the app again.'],
  not_in_channel: ['not_found', `The bot is not in the channel. ${INVITE}`],
  channel_not_found: ['not_found', `There is no such channel, or the bot cannot see it. Check its id. ${INVITE}`],
  is_archived: ['validation', 'The channel is archived. Name another one in chats.slack.channel.'],
  restricted_action: ['forbidden', 'The workspace does not let the bot post there. Ask an owner of the channel.'],
  message_not_found: ['not_found', 'The message is not there any more: somebody deleted it.'],
  thread_not_found: ['not_found', 'The thread is not there any more: somebody deleted its first message.'],
  user_not_found: ['not_found', 'Slack does not know this person.'],
  user_not_in_channel: ['not_found', 'This person is not in the channel.'],
  expired_trigger_id: ['expired', 'The form could not be opened in time. Press again.'],
  exchanged_trigger_id: ['expired', 'The form was opened once already. Press again.'],
}

/** Only what looks like a word of Slack's goes on. */
function known(word: string): string {
  return /^[a-z_]{1,60}$/.test(word) ? word : 'something else'
}
