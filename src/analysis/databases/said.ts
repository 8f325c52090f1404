// What was said of a database: the last text that speaks of something.
import type { Database, Said } from './database.ts'

export function lastSaid({ said }: Database, pattern: RegExp): Said | undefined {
  return said.findLast(({ text }) => pattern.test(text))
}
