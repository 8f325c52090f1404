// What get_signals reads from CloudWatch: alarms, points of watched metrics, lines of logs that tell of trouble.
import type { Log } from '#incident/observe.ts'
import type { Millis, Missing, Reading, SeriesPoints, Window } from '#incident/signal.ts'
import type { ToolContext } from '../define.ts'
import { allEnded, gather } from '../gather.ts'
import { logSignals, MINUTE, TROUBLE_WORDS } from '../log-lines.ts'
import type { Line } from '../log-lines.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { ofAccount } from './accounts.ts'
import type { Account, Accounts } from './accounts.ts'
import { alarmSignals, lineOf, seriesSignal, sinceOf, spacingOf, USUAL_SPACING } from './mapper.ts'
import { QUERIES } from './metrics-client.ts'
import type { Alarm } from './schema.ts'
import { openWatched } from './watched.ts'
import type { Ask, WatchedSeries } from './watched.ts'

const ALARM_PAGES = 20 // of 100
const LINES = 500 // of one group in one reading
const LINE_PAGES = 10 // CloudWatch also gives empty pages while it searches
const LATE_LINES: Millis = MINUTE
const GROUPS_AT_ONCE = 5 // FilterLogEvents allows 5 to 10 a second

const PATTERN = TROUBLE_WORDS.map(word => `?"${word}"`).join(' ')

/** Of all accounts at once; one that cannot be read at all is named in `missing`, the rest stands. */
export function readCloudwatch(
  accounts: Accounts,
  { log, clock }: RoomDeps,
): (window: Window, context: ToolContext) => Promise<Reading> {
  const [alone] = accounts.all
  if (alone && alone.name === undefined) return readAccount(alone, log, clock)
  const readers = accounts.all.map(account => ({ name: account.name ?? '', read: readAccount(account, log, clock) }))
  return (window, context) => {
    const parts = readers.map(({ name, read }) => ({
      what: `everything of ${name}`,
      read: async () => ofAccount(name, await read(window, context)),
    }))
    return gather('cloudwatch', parts, log)
  }
}

function readAccount(
  { cloudwatch, settings, resilience }: Account,
  log: Log,
  clock: () => Millis,
): (window: Window, context: ToolContext) => Promise<Reading> {
  const watched = openWatched(cloudwatch, settings)
  const newest = new Map<string, { at: Millis; spacing: Millis }>() // by id of the series

  /** Nothing new can be there: the window begins after the last point and ends before the next. */
  function idle({ head }: WatchedSeries, { from, to }: Window): boolean {
    const last = newest.get(head.id)
    return last !== undefined && from >= last.at && to < last.at + last.spacing
  }

  return async (window, { signal }) => {
    const ask: Ask = (what, once) => resilience.run(what, once, { signal })
    const alarms = listAlarms(ask)
    const known = alarms.then(
      ({ rows }) => rows,
      () => [],
    )
    const watch = known.then(rows => watched(rows, clock(), ask))

    async function ofAlarms(): Promise<Partial<Reading>> {
      const { rows, missing } = await alarms
      const blind = rows.filter(each => each.StateValue === 'INSUFFICIENT_DATA' && isWithin(window, sinceOf(each)))
      const why = 'it has too little data to say ALARM or OK'
      return {
        signals: alarmSignals(rows, window),
        missing: [...missing, ...blind.map(each => left(`alarm ${safe(each.AlarmName)}`, why))],
      }
    }

    async function ofMetrics(): Promise<Partial<Reading>> {
      const { series, missing } = await watch
      const due = series.filter(each => !idle(each, window))
      const signals: SeriesPoints[] = []
      for (let i = 0; i < due.length; i += QUERIES) {
        const batch = due.slice(i, i + QUERIES)
        const span = { from: window.from - 2 * USUAL_SPACING, to: window.to }
        const points = await ask('read metrics', each => cloudwatch.data(batch, span, each))
        for (const [nth, each] of batch.entries()) {
          const own = points[nth] ?? []
          const last = own.at(-1)?.[0]
          if (last !== undefined && last >= (newest.get(each.head.id)?.at ?? 0)) {
            newest.set(each.head.id, { at: last, spacing: spacingOf(own) })
          }
          const found = seriesSignal(each, own, window)
          if (found) signals.push(found)
        }
      }
      return { signals, missing }
    }

    async function ofLogs(): Promise<Partial<Reading>> {
      const { groups } = await watch
      const lines: Line[] = []
      const missing: Missing[] = []
      for (let i = 0; i < groups.length; i += GROUPS_AT_ONCE) {
        const batch = groups.slice(i, i + GROUPS_AT_ONCE).map(group => readGroup(group, window, ask))
        const read = await allEnded(batch)
        for (const group of read) {
          lines.push(...group.lines)
          missing.push(...group.missing)
        }
      }
      return { signals: logSignals('cloudwatch', 'tenant', lines), missing }
    }

    const parts = [
      { what: 'alarms', read: ofAlarms },
      { what: 'metrics', read: ofMetrics },
      { what: 'error lines', read: ofLogs },
    ]
    return gather('cloudwatch', parts, log)
  }

  async function listAlarms(ask: Ask): Promise<{ rows: Alarm[]; missing: Missing[] }> {
    const rows: Alarm[] = []
    const missing: Missing[] = []
    let token: string | undefined
    for (let i = 0; i < ALARM_PAGES && (i === 0 || token); i++) {
      const page = await ask('list alarms', each => cloudwatch.alarms({ token }, each))
      rows.push(...page.rows)
      if (page.rejected > 0) missing.push(left('alarms', `${page.rejected} were not of the shape AWS documents`))
      token = page.token
    }
    if (token) missing.push(left('alarms', `only the first ${rows.length} were read`))
    return { rows, missing }
  }

  /** Whole minutes, and the one before again for lines that arrive late. */
  async function readGroup(group: string, { from, to }: Window, ask: Ask) {
    const span = { from: Math.floor((from - LATE_LINES) / MINUTE) * MINUTE, to }
    const lines: Line[] = []
    const missing: Missing[] = []
    let token: string | undefined
    for (let i = 0; i < LINE_PAGES && lines.length < LINES && (i === 0 || token); i++) {
      const asked = { group, pattern: PATTERN, span, limit: LINES - lines.length, token }
      const page = await ask('read error lines', each => cloudwatch.logEvents(asked, each))
      lines.push(...page.rows.map(event => lineOf(group, event)))
      token = page.token
    }
    if (token) missing.push(left(`error lines of ${group}`, `only the first ${lines.length} of the window were read`))
    return { lines, missing }
  }
}

function isWithin({ from, to }: Window, at: Millis): boolean {
  return at > from && at <= to
}

function left(what: string, why: string): Missing {
  return { source: 'cloudwatch', what, why }
}
