// What Teams, Graph or the way to them refused, as a Fault. Their words stay in the cause; only their code is shown.
import { isAxiosError } from 'axios'
import { Fault } from '#incident/fault.ts'
import type { FaultCode } from '#incident/fault.ts'

/** `doing`: what was tried, as the end of a sentence: "post in the channel". */
export function teamsFault(error: unknown, doing: string): Fault {
  if (error instanceof Fault) return error
  if (!isAxiosError(error)) return new Fault('processing', `Teams: could not ${doing}.`, { cause: error })
  const { response } = error
  const cause = { status: response?.status, code: error.code, said: error.message }
  if (!response) return new Fault('network', `Teams did not answer when we tried to ${doing}.`, { cause })
  return refusal(response.status, {
    doing,
    cause,
    said: errorCode(response.data),
    retryAfter: response.headers['retry-after'],
  })
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages and .../rate-limit */
export function refusal(
  status: number,
  { doing, said, retryAfter, cause }: { doing: string; said?: string; retryAfter?: unknown; cause?: unknown },
): Fault {
  const told = `Teams answered ${status}${said ? ` (${said})` : ''} when we tried to ${doing}.`
  const detail = { cause, details: { status } }
  if (status === 429) {
    return new Fault('rate_limit', `${told} It is asked again when Teams allows it.`, {
      ...detail,
      retryAfter: secondsOf(retryAfter),
    })
  }
  const [code, mend] = meaning(status, said)
  return new Fault(code, mend ? `${told} ${mend}` : told, detail)
}

function meaning(status: number, said?: string): [FaultCode, string?] {
  if (status === 401) return ['authentication', 'Check CLIENT_ID, CLIENT_SECRET and TENANT_ID.']
  if (status === 403 && said === 'BotNotInConversationRoster') return ['forbidden', 'Add the app to that team.']
  if (status === 403) return ['forbidden']
  if (status === 404) return ['not_found', 'Check the id of the channel, and that the app is installed in its team.']
  if (status === 408 || status === 412 || status >= 500) return ['network'] // what the vendor asks to try again
  return ['validation']
}

const LONGEST_WAIT_SECONDS = 3_600

/** Undefined when Teams does not say, or says nonsense. */
function secondsOf(retryAfter: unknown): number | undefined {
  const seconds = Number(retryAfter)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : undefined
}

/** A word such as MessageSizeTooBig; never a sentence of theirs. */
function errorCode(body: unknown): string | undefined {
  const code = (body as { error?: { code?: unknown } } | undefined)?.error?.code
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : undefined
}
