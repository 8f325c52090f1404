// Memory short: swapping that began, or next to nothing free. PostgreSQL leaves memory to the system's cache: little free alone is usual.
import { beganAt, sayCourse, show, timesUsual } from './course.ts'
import { lastSaid } from './said.ts'
import type { FindShortage } from './shortage.ts'

const OUT = /out of memory|oom[- ]?kill|memory.{0,30}(?:exhausted|critically low)/i
const SWAPPED = 512 * 2 ** 20 // bytes: some swap is always used
const TIMES = 4

export const memoryShort: FindShortage = database => {
  const { freeMemory, swap } = database.courses
  const out = lastSaid(database, OUT)
  const swaps = swap !== undefined && swap.now >= SWAPPED && timesUsual(swap, 2 ** 20) >= TIMES
  const fell = freeMemory !== undefined && timesUsual(freeMemory, 2 ** 20) >= TIMES
  if (!out && !(swaps && (fell || freeMemory === undefined)) && !(fell && freeMemory.now <= SWAPPED)) return undefined
  const shown = [freeMemory, swap].flatMap(course => course ?? [])
  const [first] = shown
  return {
    resource: 'memory',
    roles: ['freeMemory', 'swap'],
    fault: 'memory exhausted',
    verdict: `is short of memory${freeMemory ? ` (${show(freeMemory)} free)` : ''}`,
    reason: [...(out ? [out.text] : []), ...shown.map(sayCourse)].join('; '),
    signals: [...shown.map(({ id }) => id), ...(out ? [out.signal] : [])],
    began: first ? beganAt(first) : out!.at,
    waits: ['cpu', 'read', 'write'],
  }
}
