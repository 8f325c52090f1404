// The process's own log: JSON lines on stderr, secrets taken out by name. Results go to stdout, and are not its business.
import pino from 'pino'
import type { Log } from '#incident/observe.ts'

const SECRET = ['token', 'authorization', 'password', 'secret', 'sealed', 'approval']

export function createLog(level: 'debug' | 'info' | 'warn' | 'error'): Log {
  const paths = SECRET.flatMap(name => [name, `*.${name}`, `*.*.${name}`])
  const serializers = { cause: describe, err: describe, error: describe }
  return pino(
    { level, base: null, redact: { paths, censor: '[secret]' }, serializers },
    pino.destination({ dest: 2, sync: true }),
  )
}

const CAUSE_CHARACTERS = 500 // enough to know the error; a vendor's body may hold anything

function describe(cause: unknown): string | undefined {
  if (cause === undefined) return undefined
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return text.slice(0, CAUSE_CHARACTERS)
}
