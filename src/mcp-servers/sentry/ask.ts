// Asks Sentry through the one retry layer; where Sentry refuses what the caller named, the Fault says what to do instead.
import { Fault } from '#incident/fault.ts'
import type { Resilience } from '../resilience.ts'

/** What a caller named, as far as Sentry may not know it; `project` is there, if undefined, where one could be named. */
export type Named = { project?: string | undefined; issue?: string | undefined; query?: string | undefined }

export type Ask = <T>(
  what: string,
  once: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  named?: Named,
) => Promise<T>

/** `watched`: the slugs that the settings name. */
export function askThrough(resilience: Resilience, watched: readonly string[]): Ask {
  return async (what, once, signal, named = {}) => {
    try {
      const value = await resilience.run(what, once, { signal })
      return value
    } catch (error) {
      throw meant(error, named, watched)
    }
  }
}

/** Sentry answers 404, or 403 for what exists and what does not alike, and 400 to a query it cannot parse. */
function meant(error: unknown, named: Named, watched: readonly string[]): unknown {
  if (!(error instanceof Fault)) return error
  const { code, cause } = error
  const { project, issue, query } = named
  if (code === 'not_found' && issue !== undefined) {
    const message = `Sentry has no issue ${issue}, or no event of it any more. get_issues names those there are.`
    return new Fault(code, message, { cause })
  }
  if ((code === 'not_found' || code === 'forbidden') && project !== undefined) {
    const message = `There is no project ${project}, or the token may not read it. list_projects names those it may.`
    return new Fault(code, message, { cause })
  }
  if (code === 'forbidden' && 'project' in named && watched.length > 0) {
    const message =
      `The token may not read all the projects that the settings watch (${watched.join(', ')}), or one is not there. ` +
      'list_projects names those it may; name one as project meanwhile.'
    return new Fault(code, message, { cause })
  }
  if (code === 'validation' && query !== undefined && cause !== undefined) {
    const message =
      'Sentry does not understand this query. It takes text, key:value, !key:value, key:[a,b], "quoted", *, AND, OR, ( ): ' +
      'https://docs.sentry.io/concepts/search/'
    return new Fault(code, message, { cause })
  }
  return error
}
