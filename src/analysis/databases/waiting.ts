// What the sessions of a database wait for, by class, and which statement waits most for it.
import { digits } from '../amount.ts'
import type { Database } from './database.ts'
import type { Statement } from './load.ts'
import { classOfWait } from './wait.ts'
import type { WaitClass } from './wait.ts'

/** Share of all sessions, 0 where nothing tells. */
export function shareOf({ load }: Database, ...classes: readonly WaitClass[]): number {
  const all = (load?.waits ?? []).reduce((sum, { sessions }) => sum + sessions, 0)
  return all > 0 ? sessionsOf(load?.waits ?? [], classes) / all : 0
}

/** 'Client:ClientRead 5.9 of 7.8 sessions' */
export function sayWaits({ load }: Database, ...classes: readonly WaitClass[]): string {
  const waits = load?.waits ?? []
  const all = waits.reduce((sum, { sessions }) => sum + sessions, 0)
  const chosen = waits.filter(({ event }) => classes.includes(classOfWait(event))).slice(0, 2)
  const told = chosen.map(({ event, sessions }) => `${event} ${digits(sessions)}`).join(', ')
  return `${told} of ${digits(all)} sessions`
}

/** The statement that most sessions wait in for one of these; undefined where none does. */
export function driverOf({ load }: Database, classes: readonly WaitClass[]): Statement | undefined {
  const waiting = (load?.statements ?? []).map(statement => ({
    statement,
    sessions: sessionsOf(statement.waits, classes),
  }))
  const [first] = waiting.toSorted((a, b) => b.sessions - a.sessions)
  return first && first.sessions > 0 ? first.statement : undefined
}

function sessionsOf(waits: Statement['waits'], classes: readonly WaitClass[]): number {
  return waits.reduce((sum, { event, sessions }) => sum + (classes.includes(classOfWait(event)) ? sessions : 0), 0)
}
