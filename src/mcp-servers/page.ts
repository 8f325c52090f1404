// A reading cut into pages of at most 500 signals or 256 KB. What is left over is kept here a short while, so that a
// cursor continues the very reading it came from instead of asking the vendor again.
import { randomUUID } from 'node:crypto'
import { Fault } from '#incident/fault.ts'
import type { Reading, Signal } from '#incident/signal.ts'
import { PAGE_BYTES, PAGE_SIGNALS } from './signal-schema.ts'
import type { ReadingPage } from './signal-schema.ts'

const KEPT = 8 // readings under way at once; each is what one window of one source holds
const KEPT_SIGNALS = 20_000 // of all of them together, some 20 MB: one look at ten thousand pods, or many smaller ones

export type Pager = {
  /** `read` is asked only for a first page. A cursor that is no longer kept is a Fault `expired`. */
  page(input: { cursor?: string; limit?: number }, read: () => Promise<Reading>): Promise<ReadingPage>
}

/** One for each server, as long as it lives. */
export function createPager(): Pager {
  const kept = new Map<string, Signal[]>()
  const life = randomUUID().slice(0, 8) // no cursor of a former process finds a reading of this one
  let readings = 0

  function cut(
    id: string,
    signals: Signal[],
    from: number,
    limit: number,
  ): Pick<ReadingPage, 'signals' | 'nextCursor' | 'truncated'> {
    const end = endOfPage(signals, from, limit)
    if (end >= signals.length) return { signals: signals.slice(from), truncated: false }
    keep(id, signals)
    return { signals: signals.slice(from, end), nextCursor: `${id}.${end}`, truncated: true }
  }

  function keep(id: string, signals: Signal[]): void {
    kept.delete(id)
    kept.set(id, signals)
    let total = [...kept.values()].reduce((sum, each) => sum + each.length, 0)
    for (const [oldest, { length }] of kept) {
      if (oldest === id || (kept.size <= KEPT && total <= KEPT_SIGNALS)) return
      kept.delete(oldest)
      total -= length
    }
  }

  return {
    async page({ cursor, limit = PAGE_SIGNALS }, read) {
      if (cursor === undefined) {
        const reading = await read()
        const { relations, healthy, missing } = reading
        return { ...cut(`${life}-${++readings}`, reading.signals, 0, limit), relations, healthy, missing }
      }
      const [id = '', from = ''] = cursor.split('.')
      const signals = kept.get(id)
      if (!signals || !/^\d{1,9}$/.test(from)) {
        throw new Fault('expired', 'This cursor is no longer kept here. Read the window again from its first page.')
      }
      return { ...cut(id, signals, Number(from), limit), relations: [], healthy: [], missing: [] }
    },
  }
}

/** At least one signal, however large, so that reading always ends. */
function endOfPage(signals: Signal[], from: number, limit: number): number {
  let bytes = 0
  let end = from
  while (end < signals.length && end - from < limit) {
    bytes += Buffer.byteLength(JSON.stringify(signals[end]))
    if (bytes > PAGE_BYTES && end > from) break
    end++
  }
  return end
}
