// What get_signals reads from Sentry: errors by issue and minute, new releases, the newest minutes of transactions.
import type { Millis, Missing, Reading, Window } from '#incident/signal.ts'
import type { ToolContext } from '../define.ts'
import { gather } from '../gather.ts'
import { MINUTE } from '../log-lines.ts'
import type { RoomDeps } from '../resilience.ts'
import { PAGE_ROWS } from './client.ts'
import type { Rows, SentryClient } from './client.ts'
import { errorSignals, releaseSignals, transactionSeries } from './mapper.ts'
import type { SentrySettings } from './schema.ts'

const PAGES = 5 // of error events and of issues; beyond 500 only the issues' own counts tell
const LATE: Millis = MINUTE // events reach Sentry's tables seconds after they happen

/** A table is of one stretch, so a minute costs a request: these many at most, and only of the present. */
const NEWEST_MINUTES = 5
const PRESENT: Millis = 10 * MINUTE
const MOST_TRANSACTIONS = 50
const PROJECTS_FRESH: Millis = 5 * MINUTE

export function readSentry(
  sentry: SentryClient,
  settings: SentrySettings,
  { resilience, log, clock }: RoomDeps,
): (window: Window, context: ToolContext) => Promise<Reading> {
  const watched = (project: string) => settings.projects.length === 0 || settings.projects.includes(project)
  let projects: { at: Millis; any: boolean } | undefined

  /** Where there is nothing to watch nothing is asked, except now and then whether that is still so. */
  async function isEmpty(ask: Ask): Promise<boolean> {
    const now = clock()
    if (!projects || now < projects.at || now - projects.at >= PROJECTS_FRESH) {
      const slugs = await ask('list projects', each => sentry.projects(each))
      projects = { at: now, any: slugs.length > 0 }
    }
    return !projects.any
  }

  return async ({ from, to }, { signal }) => {
    const ask: Ask = (what, once) => resilience.run(what, once, { signal }).then(answer => answer.value)
    if (await isEmpty(ask)) return { signals: [], relations: [], healthy: [], missing: [] }

    async function errors(): Promise<Partial<Reading>> {
      const window = { from: wholeMinute(from - LATE), to }
      const [events, issues] = await Promise.all([
        all(cursor => ask('list error events', each => sentry.errors({ ...window, cursor }, each)), PAGES),
        all(cursor => ask('list issues', each => sentry.issues({ ...window, query: '', cursor }, each)), PAGES),
      ])
      const rows = events.rows.filter(row => watched(row.project) && Date.parse(row.timestamp) <= to)
      const signals = errorSignals(rows, issues.rows, { from, to })
      return { signals, missing: [...left('error events', events), ...left('issues', issues)] }
    }

    async function releases(): Promise<Partial<Reading>> {
      const { rows, rejected } = await ask('list releases', each => sentry.releases({}, each))
      const signals = releaseSignals(rows, { from, to }).filter(({ labels }) => watched(labels['project'] ?? ''))
      return { signals, missing: left('releases', { rows, rejected }) }
    }

    async function transactions(): Promise<Partial<Reading>> {
      const ends = wholeMinutes(from - LATE, to).slice(-NEWEST_MINUTES)
      if (to < clock() - PRESENT) return {}
      const minutes = await Promise.all(
        ends.map(async end => {
          const asked = { from: end - MINUTE, to: end - 1, limit: MOST_TRANSACTIONS }
          const { rows } = await ask('measure transactions', each => sentry.transactions(asked, each))
          return rows.filter(row => watched(row.project)).flatMap(row => transactionSeries(row, end))
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
    return gather('sentry', parts, log)
  }
}

type Ask = <T>(what: string, once: (signal: AbortSignal) => Promise<T>) => Promise<T>

/** Pages until the last or `most`; `cursor` is then left over. */
async function all<T>(page: (cursor?: string) => Promise<Rows<T>>, most: number): Promise<Rows<T>> {
  const joined: Rows<T> = { rows: [], rejected: 0 }
  let cursor: string | undefined
  for (let i = 0; i < most && (i === 0 || cursor !== undefined); i++) {
    const { rows, rejected, cursor: next } = await page(cursor)
    for (const row of rows) joined.rows.push(row)
    joined.rejected += rejected
    cursor = next
  }
  return { ...joined, cursor }
}

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
