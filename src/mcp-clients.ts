// Which MCP clients the configuration lets in over HTTP: by its token, by keys, some in a file of their own that may change
// while we run, by access tokens.
import { readFileSync, statSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import { SERVERS } from '#incident/tool-call.ts'
import type { ApiKey } from '#mcp-servers/access.ts'
import type { HostOptions } from '#mcp-servers/host.ts'
import { createOAuth } from '#mcp-servers/oauth.ts'
import type { OAuthSettings } from '#mcp-servers/oauth.ts'

export const keysSchema = z.array(
  z.strictObject({
    name: z.string().min(1).max(60).describe('whose key it is, for people'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('of the key: printf %s "$KEY" | sha256sum'),
    servers: z.partialRecord(z.enum(SERVERS), z.enum(['read', 'write'])).describe('what it may do where'),
  }),
)

type HttpSettings = {
  token?: string | undefined
  keys: readonly ApiKey[]
  keysFile?: string | undefined
  oauth?: OAuthSettings | undefined
  requestsPerMinute: number
}

/** Throws a Fault `validation` when the file of keys cannot be used. */
export function admissionOf(
  { token, keys, keysFile, oauth, requestsPerMinute }: HttpSettings,
  log: Log,
): Pick<HostOptions, 'token' | 'keys' | 'oauth' | 'requestsPerMinute'> {
  const hasKeys = keys.length > 0 || keysFile !== undefined
  return {
    token,
    ...(hasKeys && { keys: openKeys(keys, keysFile, log) }),
    ...(oauth && { oauth: createOAuth(oauth, log) }),
    requestsPerMinute,
  }
}

/**
 * The keys that hold when it is asked: a changed file is read again, one that cannot be used leaves the keys as they were
 * and is logged. Throws a Fault `validation` when it cannot be used at the start.
 */
function openKeys(fixed: readonly ApiKey[], file: string | undefined, log: Log): () => readonly ApiKey[] {
  if (file === undefined) return () => fixed
  let seen = versionOf(file)
  let keys = [...fixed, ...read(file)]
  return () => {
    const version = versionOf(file)
    if (version === seen) return keys
    seen = version
    try {
      keys = [...fixed, ...read(file)]
      log.info({ file, keys: keys.map(({ name }) => name) }, 'keys of MCP clients read again')
    } catch (error) {
      log.error({ file, err: error }, 'keys of MCP clients stay as they were')
    }
    return keys
  }
}

function versionOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(file, { throwIfNoEntry: false }) ?? {}
  return `${mtimeMs} ${size} ${ino}`
}

function read(file: string): ApiKey[] {
  try {
    return keysSchema.parse(parse(readFileSync(file, 'utf8')) ?? [])
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message
    throw new Fault('validation', `http.keysFile ${file} cannot be used.\n${why}`, { cause })
  }
}
