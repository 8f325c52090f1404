// Asks a vendor's REST API for JSON. Bound to one configured address: a path is all a caller can choose, redirects are not
// followed, so the token goes nowhere else. What comes back is text until it has been parsed here; its shape is the caller's to check.
import axios from 'axios'
import type { AxiosResponse } from 'axios'
import { z } from 'zod'
import { asFault, Fault } from '#incident/fault.ts'
import { retryAfterOf } from './retry-after.ts'

export type Vendor = {
  name: string // as people call it: "Sentry"
  url: string // origin, perhaps with a path before the API's
  token: string
  /** Names of the settings that hold them: what an error tells people to look at. */
  urlSetting: string
  tokenSetting: string
}

export type Answer = { body: unknown; header(name: string): string | undefined }

export type Http = {
  get(path: string, parameters: Parameters, signal: AbortSignal): Promise<Answer>
  /** `form`: as a form's fields, for queries longer than a URL may be. `alsoAccept`: failures whose body is an answer too. */
  post(
    path: string,
    body: { json: unknown } | { form: Parameters },
    signal: AbortSignal,
    options?: { alsoAccept: readonly number[] },
  ): Promise<Answer>
  /** What is no JSON: the bytes of an answer of this media type, or a Fault. */
  bytes(path: string, parameters: Parameters, mediaType: string, signal: AbortSignal): Promise<Uint8Array>
}
export type Parameters = Record<string, string | number | readonly string[] | undefined>

/** Far over any page we ask for: 6 h of 1,000 series a minute are 14 MB. */
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024

/** Every failure is a Fault that says which setting to look at, never the token or the vendor's words (those stay in `cause`). */
export function openHttp(vendor: Vendor): Http {
  const base = new URL(vendor.url)
  const client = axios.create({
    baseURL: base.href.replace(/\/+$/, ''),
    headers: { authorization: `Bearer ${vendor.token}`, accept: 'application/json' },
    maxRedirects: 0,
    maxContentLength: LARGEST_ANSWER_BYTES,
    responseType: 'text',
    transformResponse: (text: unknown) => text,
    validateStatus: () => true,
    allowAbsoluteUrls: false,
    ...(isLoopback(base) ? { proxy: false } : {}),
  })

  async function answered<T>(
    send: () => Promise<AxiosResponse<T>>,
    alsoAccept: readonly number[] = [],
  ): Promise<AxiosResponse<T>> {
    let response: AxiosResponse<T>
    try {
      response = await send()
    } catch (error) {
      throw unreachable(vendor, error)
    }
    const { status } = response
    if ((status < 200 || status > 299) && !alsoAccept.includes(status)) throw refusal(vendor, response)
    return response
  }

  async function ask(send: () => Promise<AxiosResponse<unknown>>, alsoAccept?: readonly number[]): Promise<Answer> {
    const response = await answered(send, alsoAccept)
    const header = (name: string) => {
      const value: unknown = response.headers[name]
      return typeof value === 'string' ? value : undefined
    }
    return { body: parsed(vendor, response), header }
  }

  return {
    get: (path, parameters, signal) => ask(() => client.get(path, { params: encoded(parameters), signal })),
    post(path, body, signal, options) {
      const content = 'json' in body ? body.json : encoded(body.form)
      return ask(() => client.post(path, content, { signal }), options?.alsoAccept)
    },
    async bytes(path, parameters, mediaType, signal) {
      const { data, headers } = await answered(() =>
        client.get<ArrayBuffer>(path, {
          params: encoded(parameters),
          headers: { accept: mediaType },
          responseType: 'arraybuffer',
          signal,
        }),
      )
      if (String(headers['content-type']).split(';')[0]?.trim() === mediaType) return new Uint8Array(data)
      throw new Fault('network', `Expected ${mediaType} from ${vendor.name}, got something else.`, { retryable: false })
    },
  }
}

/** The value as `schema` has it, or a Fault: the vendor answered something that is not what its API describes. */
export function checked<T>(vendor: string, what: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new Fault('network', `${vendor} answered ${what} in a shape that is not its API's.`, {
    retryable: false,
    cause: result.error,
  })
}

/** Each row as `schema` has it; those it rejects are counted, not thrown: one bad row must not hide the others. */
export function checkedList<T>(
  vendor: string,
  what: string,
  schema: z.ZodType<T>,
  value: unknown,
): { rows: T[]; rejected: number } {
  const list = checked(vendor, what, z.array(z.unknown()), value)
  const rows = list.flatMap(row => {
    const result = schema.safeParse(row)
    return result.success ? [result.data] : []
  })
  return { rows, rejected: list.length - rows.length }
}

function encoded(parameters: Parameters): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  return search
}

function parsed({ name, urlSetting }: Vendor, response: AxiosResponse<unknown>): unknown {
  try {
    return JSON.parse(String(response.data))
  } catch (cause) {
    const message = `Expected JSON from ${name}, got something else. Does ${urlSetting} hold the address of ${name} itself?`
    throw new Fault('network', message, { retryable: false, cause })
  }
}

function unreachable({ name, urlSetting }: Vendor, error: unknown): Fault {
  if (!axios.isAxiosError(error)) return asFault(error)
  if (axios.isCancel(error)) return new Fault('network', `${name} did not answer in time.`, { cause: error })
  if (/maxContentLength/.test(error.message)) {
    const message = `${name} answered more than ${LARGEST_ANSWER_BYTES / 1024 / 1024} MB. Ask for less at once.`
    return new Fault('resource', message, { whose: 'vendor', cause: error })
  }
  return new Fault('network', `${name} cannot be reached (${error.code ?? 'no answer'}). Is ${urlSetting} right?`, {
    cause: new Error(error.message), // an AxiosError carries the request, and with it the token
  })
}

function refusal({ name, urlSetting, tokenSetting }: Vendor, { status, data, headers }: AxiosResponse<unknown>): Fault {
  const cause = new Error(String(data).slice(0, 1000))
  if (status === 401)
    return new Fault('authentication', `${name} does not accept the token in ${tokenSetting}.`, { cause })
  if (status === 403) {
    const message = `The token in ${tokenSetting} may not read this from ${name}; the room's readme lists what to grant.`
    return new Fault('forbidden', message, { cause })
  }
  if (status === 404) return new Fault('not_found', `${name} knows nothing at this address or by this name.`, { cause })
  if (status === 429) {
    const retryAfter = retryAfterOf(headers)
    return new Fault('rate_limit', `${name} asks us to slow down.`, { cause, retryAfter })
  }
  if (status >= 500)
    return new Fault('network', `${name} failed with status ${status}.`, { cause, details: { status } })
  if (status >= 300 && status < 400) {
    return new Fault('validation', `${name} redirects elsewhere. Put its final address into ${urlSetting}.`, { cause })
  }
  return new Fault('validation', `${name} did not accept the request (status ${status}).`, { cause })
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
}
