// Preloaded into a process: ends it by SIGKILL at one exact step of its record. KILL is "before TYPE" or "after TYPE": as
// the first happening of that type is about to become durable, or just has.
import { DatabaseSync, StatementSync } from 'node:sqlite'
import type { SQLInputValue } from 'node:sqlite'

const [when, type] = (process.env['KILL'] ?? '').split(' ')
const { run } = StatementSync.prototype
const { exec } = DatabaseSync.prototype
let isWritten = false

Object.assign(StatementSync.prototype, {
  run(this: StatementSync, ...given: SQLInputValue[]) {
    const body = given.at(-1)
    if (typeof body === 'string' && body.startsWith('{')) {
      const { happening } = JSON.parse(body) as { happening?: { type: string } }
      isWritten ||= happening?.type === type
    }
    return Reflect.apply(run, this, given)
  },
})

Object.assign(DatabaseSync.prototype, {
  exec(this: DatabaseSync, sql: string) {
    const isTheStep = isWritten && sql === 'COMMIT'
    if (isTheStep && when === 'before') process.kill(process.pid, 'SIGKILL')
    exec.call(this, sql)
    if (isTheStep) process.kill(process.pid, 'SIGKILL')
  },
})
