// What drives a shortage: the statement that waits most for it, else the work that grew with it.
import { sayCourse, timesUsual } from './course.ts'
import type { Database } from './database.ts'
import type { Statement } from './load.ts'
import { isBatch, isWrite, sayStatement, secondsPerCall, tableOf, verbOf } from './statement.ts'
import type { Shortage } from './shortage.ts'
import type { WaitClass } from './wait.ts'
import { driverOf } from './waiting.ts'

export type Driver = {
  /** 'INSERT on public.audit_log' */
  name: string
  reason: string
  signals: string[]
}

const GREW = 1.5 // times its usual
const LEAST = 10 // requests a second: fewer are noise

export function driverOfShortage(database: Database, { waits }: Pick<Shortage, 'waits'>): Driver | undefined {
  return byStatement(database, waits) ?? byWork(database, waits)
}

/** Whether it is written much more than usual, and how that shows. */
export function writesGrew({ courses: { writeIops, wal } }: Database): { text: string; signals: string[] } | undefined {
  const grown = [wal, writeIops].flatMap(course => (course && timesUsual(course, LEAST) >= GREW ? course : []))
  if (grown.length === 0) return undefined
  const text = grown.map(course => `${course.role === 'wal' ? 'WAL: ' : ''}${sayCourse(course)}`).join(', ')
  return { text, signals: grown.map(({ id }) => id) }
}

function byStatement(database: Database, waits: readonly WaitClass[]): Driver | undefined {
  const statement = driverOf(database, waits)
  if (!statement) return undefined
  const { sql } = statement
  const [verb, table] = [verbOf(sql)?.toUpperCase() ?? 'statement', tableOf(sql)]
  return {
    name: `${verb}${table ? ` on ${table}` : ''}`,
    reason: `top statement${kindOf(database, statement)}: ${sayStatement(statement)}`,
    signals: database.load?.signals ?? [],
  }
}

const SLOW = 1 // seconds a call

/** A few calls that take seconds while reads grew look through whole tables. */
function kindOf({ courses: { readIops } }: Database, statement: Statement): string {
  if (isBatch(statement.sql)) return ' (a batch)'
  if (isWrite(statement.sql) || (secondsPerCall(statement) ?? 0) < SLOW) return ''
  return readIops && timesUsual(readIops, LEAST) >= GREW ? ' (a slow query, likely a full scan)' : ' (a slow query)'
}

function byWork(database: Database, waits: readonly WaitClass[]): Driver | undefined {
  const { readIops } = database.courses
  const writes = waits.includes('write') ? writesGrew(database) : undefined
  if (writes) return { name: 'a write-heavy workload', reason: `writes grew: ${writes.text}`, signals: writes.signals }
  if (!waits.includes('read') || !readIops || timesUsual(readIops, LEAST) < GREW) return undefined
  return { name: 'a read-heavy workload', reason: `reads grew: ${sayCourse(readIops)}`, signals: [readIops.id] }
}

/** Whether two shortages are driven by one workload. */
export function isSameDriver(database: Database, a: Shortage, b: Shortage): boolean {
  const [one, other] = [driverOf(database, a.waits), driverOf(database, b.waits)]
  return one !== undefined && other !== undefined && one.sql === other.sql
}

/** A write that stands out: what fills a disk or outruns a replica. */
export function topWrite({ load }: Database): Driver | undefined {
  const statement = load?.statements.find(({ sql }) => isWrite(sql))
  if (!statement) return undefined
  const table = tableOf(statement.sql)
  return {
    name: `${verbOf(statement.sql)?.toUpperCase() ?? 'statement'}${table ? ` on ${table}` : ''}`,
    reason: `top write${isBatch(statement.sql) ? ' (a batch)' : ''}: ${sayStatement(statement)}`,
    signals: load?.signals ?? [],
  }
}
