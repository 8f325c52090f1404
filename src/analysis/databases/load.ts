// Which statements load a database and what its sessions wait for, from rows that a log carries: Performance Insights and its like,
// written as key=value or as JSON. What that means is driver.ts's business.
import type { Millis, Utterance } from '#incident/signal.ts'

/** `sessions`: how many wait for it on average. */
export type Wait = { event: string; sessions: number }

export type Statement = {
  sql: string
  /** Average active sessions. */
  sessions: number
  callsPerSecond?: number
  user?: string
  waits: Wait[]
  signal: string
  at: Millis
}

export type Load = { statements: Statement[]; waits: Wait[]; signals: string[] }

const SESSIONS = ['db_load_avg', 'db.load.avg', 'avg_active_sessions', 'aas']
const SQL = ['sql', 'statement', 'query', 'db.sql_tokenized.statement', 'db.sql.statement']
const USERS = ['user', 'db.user.name', 'usename']
const CALLS = ['calls_per_sec', 'db.sql_tokenized.stats.calls_per_sec.avg']
const REPORT: Millis = 10 * 60_000 // rows within this belong to one look at the load

/** The newest look at the load, most loading first; undefined where no text is a row of it. */
export function loadOf(said: readonly Utterance[]): Load | undefined {
  const rows = said.flatMap(signal => {
    const row = rowOf(signal.text)
    return row ? [{ ...row, signal: signal.id, at: signal.at }] : []
  })
  const newest = Math.max(...rows.map(({ at }) => at))
  const recent = rows.filter(({ at }) => newest - at <= REPORT)
  if (recent.length === 0) return undefined
  const bySql = new Map<string, Statement>()
  for (const { sql, ...row } of recent.toSorted((a, b) => a.at - b.at)) if (sql) bySql.set(sql, { ...row, sql })
  const statements = [...bySql.values()].toSorted((a, b) => b.sessions - a.sessions || (a.sql < b.sql ? -1 : 1))
  const whole = recent.findLast(({ sql, waits }) => !sql && waits.length > 0)
  return {
    statements,
    waits: (whole?.waits ?? summed(statements)).toSorted((a, b) => b.sessions - a.sessions),
    signals: recent.map(({ signal }) => signal),
  }
}

/** Its statements are no errors, whatever words they hold. */
export function isLoadRow(text: string): boolean {
  return rowOf(text) !== undefined
}

type Row = Omit<Statement, 'sql' | 'signal' | 'at'> & { sql?: string }

const LIKELY = /^.{0,300}(?:db[._]load|avg_active_sessions|\baas\b|\bwait(?:_event)?s)/i
const LONGEST = 4000

/** 'db_load_avg=5.2 waits=[Client:ClientRead 4.1, CPU 1.1] sql=SELECT ...': undefined for any other line. */
function rowOf(text: string): Row | undefined {
  if (!LIKELY.test(text)) return undefined
  const fields = text.startsWith('{') ? jsonFields(text) : plainFields(text.slice(0, LONGEST))
  const first = (names: readonly string[]) => names.map(name => fields.get(name)).find(Boolean)
  const waits = waitsIn(fields.get('waits') ?? fields.get('wait_events') ?? '')
  const sessions = Number(first(SESSIONS))
  const sql = first(SQL)
  if (!Number.isFinite(sessions) && (waits.length === 0 || sql)) return undefined
  const [calls, user] = [Number(first(CALLS)), first(USERS)]
  return {
    sessions: Number.isFinite(sessions) ? sessions : 0,
    waits,
    ...(sql && { sql }),
    ...(Number.isFinite(calls) && { callsPerSecond: calls }),
    ...(user && { user }),
  }
}

/** The statement comes last and goes to the end: it holds blanks and equals signs of its own. */
function plainFields(text: string): Map<string, string> {
  const start = new RegExp(`\\b(${SQL.join('|')})=`).exec(text)
  const head = start ? text.slice(0, start.index) : text
  const fields = new Map<string, string>()
  for (const [, name, list, plain] of head.matchAll(/([\w.]{1,60})=(?:\[([^\]]{0,1000})\]|(\S{1,200}))/g)) {
    fields.set(name!, list ?? plain ?? '')
  }
  if (start) fields.set(start[1]!, text.slice(start.index + start[0].length).trim())
  return fields
}

function jsonFields(text: string): Map<string, string> {
  try {
    const row = JSON.parse(text) as Record<string, unknown>
    return new Map(
      Object.entries(row).flatMap(([name, value]): [string, string][] => {
        if (typeof value === 'string' || typeof value === 'number') return [[name, String(value)]]
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
        return [
          [
            name,
            Object.entries(value)
              .map(([event, sessions]) => `${event} ${sessions}`)
              .join(', '),
          ],
        ]
      }),
    )
  } catch {
    return new Map()
  }
}

function waitsIn(list: string): Wait[] {
  return list.split(',').flatMap(item => {
    const [, event, sessions] = /^\s*(\S.{0,80}?)[ =:](\d{1,6}(?:\.\d{1,6})?)\s*$/.exec(item) ?? []
    return event && sessions ? [{ event, sessions: Number(sessions) }] : []
  })
}

function summed(statements: readonly Statement[]): Wait[] {
  const sums = new Map<string, number>()
  for (const { waits } of statements) {
    for (const { event, sessions } of waits) sums.set(event, (sums.get(event) ?? 0) + sessions)
  }
  return [...sums].map(([event, sessions]) => ({ event, sessions }))
}
