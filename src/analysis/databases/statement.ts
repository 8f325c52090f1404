// A statement as people speak of it: what it does and to which table.
import { duration } from '../amount.ts'
import type { Statement } from './load.ts'

const VERB =
  /^\W{0,20}(?:with\b[\s\S]{0,2000}?\)\s{0,5})?(select|insert|update|delete|merge|copy|replace|truncate|vacuum|analyze|create|alter|refresh|call)\b/i
const TABLE =
  /\b(?:from|into|update|join|copy|table|view)\s{1,5}(?:only\s{1,5}|if\s{1,5}exists\s{1,5})?["`]?([a-z_][\w$.]{0,80})/i
const TARGET = /\b(?:into|update|copy|delete\s{1,5}from|table|view)\s{1,5}["`]?([a-z_][\w$.]{0,80})/i
const WRITES = ['insert', 'update', 'delete', 'merge', 'copy', 'replace', 'truncate', 'create', 'alter', 'refresh']
const LONGEST_SHOWN = 110

export function verbOf(sql: string): string | undefined {
  return VERB.exec(sql)?.[1]?.toLowerCase()
}

export function isWrite(sql: string): boolean {
  const verb = verbOf(sql)
  return verb !== undefined && WRITES.includes(verb)
}

/** Whether one call moves many rows: a job rather than a request. */
export function isBatch(sql: string): boolean {
  return (
    /^\W{0,20}copy\b|\binsert\b[\s\S]{0,400}\bselect\b|\bbatch|bulk|archiv/i.test(sql) ||
    /^\W{0,20}(vacuum|refresh|create|alter)\b/i.test(sql)
  )
}

/** The table it writes to, else the first it reads. */
export function tableOf(sql: string): string | undefined {
  return (isWrite(sql) ? TARGET.exec(sql)?.[1] : undefined) ?? TABLE.exec(sql)?.[1]
}

/** Sessions that are active all the time are calls a second times seconds a call (Little's law). */
export function secondsPerCall({ sessions, callsPerSecond = 0 }: Statement): number | undefined {
  return callsPerSecond > 0 ? sessions / callsPerSecond : undefined
}

/** 'INSERT INTO clicks ... (5.1 sessions, 847 calls/s of 6 ms)' */
export function sayStatement(statement: Statement): string {
  const { sql, sessions, callsPerSecond, user } = statement
  const each = secondsPerCall(statement)
  const line = sql.replaceAll(/\s+/g, ' ').trim()
  const short = line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line
  const by = user ? ` by ${user}` : ''
  const often =
    callsPerSecond === undefined
      ? ''
      : `, ${Number(callsPerSecond.toPrecision(3))} calls/s${each === undefined ? '' : ` of ${duration(each * 1000)}`}`
  return `${short}${by} (${Number(sessions.toPrecision(2))} sessions${often})`
}
