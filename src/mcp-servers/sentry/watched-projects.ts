// Which projects get_signals reads: those the settings name, as far as they are there; asked now and then, not at each tick.
import { asFault } from '#incident/fault.ts'
import type { Fault } from '#incident/fault.ts'
import type { Millis, Missing } from '#incident/signal.ts'
import { MINUTE } from '../log-lines.ts'
import { all, PAGE_ROWS } from './client.ts'
import type { Rows, SentryClient } from './client.ts'
import type { Project, SentrySettings } from './schema.ts'

const FRESH: Millis = 5 * MINUTE
const PAGES = 10 // of projects; beyond 1,000 a name is taken on trust

export type Watched = {
  isNothing: boolean
  /** What to ask for. */
  scope: { projects?: string[] }
  isWatched(slug: string): boolean
  missing: Missing[]
}

type AskPage = (once: (signal: AbortSignal) => Promise<Rows<Project>>) => Promise<Rows<Project>>

/**
 * One bad name among the settings makes Sentry refuse the whole request: such are left out, and told as missing. When projects
 * cannot be listed, what was known before stands in.
 */
export function watchedProjects(
  sentry: SentryClient,
  { projects: named }: SentrySettings,
  clock: () => Millis,
): (ask: AskPage) => Promise<Watched> {
  let known: { at: Millis; watched: Watched } | undefined

  return async ask => {
    const now = clock()
    if (known && now >= known.at && now - known.at < FRESH) return known.watched
    // Without names, whether there is any project is all that matters.
    const pages = named.length === 0 ? 1 : PAGES
    let found: Rows<Project>
    try {
      found = await all(cursor => ask(signal => sentry.projects({ limit: PAGE_ROWS, cursor }, signal)), pages)
    } catch (error) {
      return known ? ofBefore(known) : onTrust(named, asFault(error))
    }
    const slugs = new Set(found.rows.map(({ slug }) => slug))
    const there = named.filter(slug => slugs.has(slug) || found.cursor !== undefined)
    const watched: Watched = {
      isNothing: named.length === 0 ? slugs.size === 0 : there.length === 0,
      scope: named.length === 0 ? {} : { projects: there },
      isWatched: slug => named.length === 0 || there.includes(slug),
      missing: named.filter(slug => !there.includes(slug)).map(absent),
    }
    known = { at: now, watched }
    return watched
  }
}

function ofBefore({ at, watched }: { at: Millis; watched: Watched }): Watched {
  const why = `the list of ${new Date(at).toISOString()} is used; it could not be read again`
  return { ...watched, missing: [...watched.missing, { source: 'sentry', what: 'projects', why }] }
}

/** When projects cannot be listed: the rest is asked for as the settings have it. */
function onTrust(named: readonly string[], { message }: Fault): Watched {
  return {
    isNothing: false,
    scope: {},
    isWatched: slug => named.length === 0 || named.includes(slug),
    missing: [{ source: 'sentry', what: 'projects', why: message }],
  }
}

function absent(slug: string): Missing {
  return { source: 'sentry', what: `project ${slug}`, why: 'there is none of this name, or the token may not read it' }
}
