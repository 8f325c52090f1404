// What an AWS SDK throws, as a Fault: by the exception's name and the status it came with.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
import { Fault } from '#incident/fault.ts'
import { retryAfterOf } from '../retry-after.ts'

export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  const { name, status, retryAfter, clockCorrected } = facts(error)
  const cause = error
  if (THROTTLED.test(name) || status === 429) {
    return new Fault('rate_limit', 'AWS asks us to slow down.', { retryAfter, cause })
  }
  if (clockCorrected && SIGNATURE.test(name)) {
    const message = 'The clock of this machine is not that of AWS. Requests are signed by the time of AWS from now on.'
    return new Fault('authentication', message, { retryable: true, cause })
  }
  if (NO_CREDENTIALS.test(name)) {
    const message = 'No AWS credentials were found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
    return new Fault('authentication', message, { cause })
  }
  if (REFUSED.test(name) || SIGNATURE.test(name) || status === 401) {
    const message =
      'AWS does not accept the credentials. Look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_PROFILE), and whether they have expired.'
    return new Fault('authentication', message, { cause })
  }
  if (/AccessDenied|Unauthorized/.test(name) || status === 403) {
    const message = 'These AWS credentials may not read this; the room’s readme lists the actions to allow.'
    return new Fault('forbidden', message, { cause })
  }
  if (/InvalidNextToken/.test(name)) {
    return new Fault('expired', 'AWS does not know this cursor any more. Ask again without it.', { cause })
  }
  if (/MalformedQuery/.test(name)) return new Fault('validation', `query: ${placeIn(error)}.`, { cause })
  if (/NotFound/.test(name) || status === 404)
    return new Fault('not_found', 'CloudWatch knows nothing by this name.', { cause })
  if (error instanceof Error && /region is missing/i.test(error.message)) {
    return new Fault('validation', 'No AWS region is set. Set AWS_REGION.', { cause })
  }
  if (/AbortError|TimeoutError/.test(name)) return new Fault('network', 'CloudWatch did not answer in time.', { cause })
  if (status !== undefined && status >= 500)
    return new Fault('network', `CloudWatch failed with status ${status}.`, { cause })
  if (name === 'SyntaxError') {
    const message = 'Expected JSON from CloudWatch, got something else. Is AWS_ENDPOINT_URL the address of CloudWatch?'
    return new Fault('network', message, { retryable: false, cause })
  }
  if (status !== undefined && status >= 400) {
    const why = /^\w{1,60}$/.test(name) ? name : 'of a kind unknown here' // the name is the vendor's word
    return new Fault('validation', `CloudWatch did not accept the request (${why}).`, { cause })
  }
  if (SYSTEM_CODE.test(name)) {
    return new Fault('network', `CloudWatch cannot be reached (${name}). Are AWS_REGION and AWS_ENDPOINT_URL right?`, {
      cause,
    })
  }
  return new Fault('network', 'CloudWatch answered something that its API does not describe.', {
    retryable: false,
    cause,
  })
}

const THROTTLED = /Throttl|TooManyRequests|(?:Limit|Throughput)Exceeded|SlowDown/
const NO_CREDENTIALS = /CredentialsProviderError|CouldNotLoadCredentials/
/** What a wrong secret and a wrong clock look like; the SDK then takes the time of AWS, and says that it did. */
const SIGNATURE = /InvalidSignature|SignatureDoesNotMatch|RequestExpired|RequestTimeTooSkewed|RequestInTheFuture/
const REFUSED =
  /UnrecognizedClient|InvalidClientTokenId|ExpiredToken|IncompleteSignature|MissingAuthenticationToken|InvalidAccessKeyId/
const SYSTEM_CODE = /^E[A-Z]{3,}/ // ECONNREFUSED, ENOTFOUND, EPIPE

/** Where AWS stopped reading: numbers only, as its words quote the query. */
function placeIn(error: unknown): string {
  const at = numberAt(error, 'queryCompileError', 'location', 'startCharOffset')
  return at === undefined ? 'Insights cannot read it' : `Insights cannot read it from character ${at + 1} on`
}

type Facts = { name: string; status?: number; retryAfter?: number; clockCorrected?: boolean }

/** The SDK's errors carry `$metadata` and `$response`; those of Node a `code`. */
function facts(error: unknown): Facts {
  if (typeof error !== 'object' || error === null) return { name: '' }
  const code =
    'code' in error && typeof error.code === 'string' && SYSTEM_CODE.test(error.code) ? error.code : undefined
  const name = code ?? ('name' in error && typeof error.name === 'string' ? error.name : '')
  const status = numberAt(error, '$metadata', 'httpStatusCode') ?? numberAt(error, '$response', 'statusCode')
  const headers = valueAt(error, '$response', 'headers')
  const retryAfter = retryAfterOf(typeof headers === 'object' && headers !== null ? { ...headers } : {})
  return { name, status, retryAfter, clockCorrected: valueAt(error, '$metadata', 'clockSkewCorrected') === true }
}

function numberAt(value: unknown, ...path: string[]): number | undefined {
  const inner = valueAt(value, ...path)
  const number = typeof inner === 'string' && inner !== '' ? Number(inner) : inner
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function valueAt(value: unknown, ...path: string[]): unknown {
  let inner = value
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null) return undefined
    inner = (inner as Record<string, unknown>)[key]
  }
  return inner
}
