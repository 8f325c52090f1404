// What was said of a database: the last text that speaks of something, with its time.
import { clock } from '../amount.ts'
import { shortened } from '../rankers/evidence.ts'
import type { Database, Said } from './database.ts'

export function lastSaid({ said }: Database, pattern: RegExp): Said | undefined {
  return said.findLast(({ text }) => pattern.test(text))
}

/** '02:09 DB instance storage is critically low' */
export function quote({ at, text }: Said): string {
  return `${clock(at)} ${shortened(text).replace(/\.$/, '')}`
}
