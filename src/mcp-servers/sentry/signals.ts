// What get_signals reads from Sentry: errors by issue and minute, new releases, the newest minutes of transactions.
import type { Millis, Missing, Reading, Window } from '#incident/signal.ts'
import type { ToolContext } from '../define.ts'
import { allEnded, gather } from '../gather.ts'
import { MINUTE } from '../log-lines.ts'
import type { RoomDeps } from '../resilience.ts'
import { all, PAGE_ROWS } from './client.ts'
import type { Rows, SentryClient } from './client.ts'
import { errorSignals, releaseSignals, transactionSeries } from './mapper.ts'
import { watchedProjects } from './watched-projects.ts'
import type { SentrySettings } from './schema.ts'

const PAGES = 5 // of error events and of issues; beyond 500 only the issues' own counts tell
const LATE: Millis = MINUTE // events reach Sentry's tables seconds after they happen

/** A table is of one stretch, so a minute costs a request: these many at most, and only of the present. */
const NEWEST_MINUTES = 5
const PRESENT: Millis = 10 * MINUTE
const MOST_TRANSACTIONS = 50

// Of the 8 s a source has: a part that is slower is missing, and the rest is still told in time.
const READING_MILLIS = 7000
const PROJECTS_MILLIS = 2000 // before all the rest, which can do without

export function readSentry(
  sentry: SentryClient,
  settings: SentrySettings,
  { resilience, log, clock }: RoomDeps,
): (window: Window, context: ToolContext) => Promise<Reading> {
  const watched = watchedProjects(sentry, settings, clock)

  return async ({ from, to }, { signal }) => {
    const until = performance.now() + READING_MILLIS
    const ask: Ask = async (what, once, most = READING_MILLIS) => {
      const deadlineMillis = Math.min(most, until - performance.now())
      return resilience.run(what, once, { signal, deadlineMillis })
    }
    const listProjects: Parameters<typeof watched>[0] = once => ask('list projects', once, PROJECTS_MILLIS)
    const { isNothing, scope, isWatched, missing } = await watched(listProjects)
    if (isNothing) return { signals: [], relations: [], healthy: [], missing }

    async function errors(): Promise<Partial<Reading>> {
      const window = { from: wholeMinute(from - LATE), to, ...scope }
      const [events, issues] = await allEnded([
        all(cursor => ask('list error events', each => sentry.errors({ ...window, cursor }, each)), PAGES),
        all(cursor => ask('list issues', each => sentry.issues({ ...window, query: '', cursor }, each)), PAGES),
      ])
      const rows = events.rows.filter(row => Date.parse(row.timestamp) <= to)
      const signals = errorSignals(rows, issues.rows, { from, to })
      return { signals, missing: [...left('error events', events), ...left('issues', issues)] }
    }

    async function releases(): Promise<Partial<Reading>> {
      const { rows, rejected } = await ask('list releases', each => sentry.releases(scope, each))
      const signals = releaseSignals(rows, { from: from - LATE, to }, isWatched)
      return { signals, missing: left('releases', { rows, rejected }) }
    }

    async function transactions(): Promise<Partial<Reading>> {
      const ends = wholeMinutes(from - LATE, to).slice(-NEWEST_MINUTES)
      if (to < clock() - PRESENT) return {}
      const minutes = await allEnded(
        ends.map(async end => {
          const asked = { from: end - MINUTE, to: end - 1, limit: MOST_TRANSACTIONS, ...scope }
          const { rows } = await ask('measure transactions', each => sentry.transactions(asked, each))
          return rows.flatMap(row => transactionSeries(row, end))
        }),
      )
      const series = new Map<string, (typeof minutes)[0][0]>()
      for (const one of minutes.flat()) {
        const known = series.get(one.id)
        if (known) Object.assign(known, { at: one.at, points: [...known.points, ...one.points] })
        else series.set(one.id, one)
      }
      return { signals: [...series.values()] }
    }

    const parts = [
      { what: 'errors', read: errors },
      { what: 'releases', read: releases },
      { what: 'transactions', read: transactions },
    ]
    const reading = await gather('sentry', parts, log)
    return { ...reading, missing: [...missing, ...reading.missing] }
  }
}

type Ask = <T>(what: string, once: (signal: AbortSignal) => Promise<T>, mostMillis?: number) => Promise<T>

function left(what: string, { rejected, cursor }: Rows<unknown>): Missing[] {
  const missing: Missing[] = []
  if (rejected > 0) missing.push({ source: 'sentry', what, why: `${rejected} were not of the shape Sentry documents` })
  if (cursor) {
    const why = `more than ${PAGES * PAGE_ROWS} in the window: the newest were read, the rest is in the counts`
    missing.push({ source: 'sentry', what, why })
  }
  return missing
}

function wholeMinute(at: Millis): Millis {
  return Math.floor(at / MINUTE) * MINUTE
}

/** Ends of the whole minutes that ended after `from` and until `to`. */
function wholeMinutes(from: Millis, to: Millis): Millis[] {
  const ends: Millis[] = []
  for (let end = wholeMinute(from) + MINUTE; end <= to; end += MINUTE) ends.push(end)
  return ends
}
