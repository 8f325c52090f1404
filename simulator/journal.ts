// The journal: every request that reached a vendor's listener, in order of arrival, as JSON Lines.
import type { ServerResponse } from 'node:http'
import type { Vendor } from './vendor-api.ts'

export type JournalLine = {
  n: number // from 1, one more for each request
  at: string // ISO 8601, on the simulator's clock
  vendor: Vendor
  method: string
  path: string // with its query string
  status: number // 0 while unanswered, and for ever if the connection was dropped
  body?: unknown // of requests that could change something
}

export type Journal = {
  /** Notes a request; its status is filled in from `response` when that has one. */
  arrived(line: Omit<JournalLine, 'n' | 'status'>, response: ServerResponse): void
  lines(): JournalLine[]
  /** The first such request, noted already or yet to come. */
  until(isIt: (line: JournalLine) => boolean): Promise<JournalLine>
}

/** Keeps the newest `capacity` lines; 100,000 are about 40 MB, a week of a product that asks 10 times a minute. */
export function openJournal(capacity = 100_000): Journal {
  const kept: JournalLine[] = []
  const open = new Map<JournalLine, ServerResponse>()
  let count = 0
  const waiting = new Set<(line: JournalLine) => void>()

  return {
    arrived({ body, ...line }, response) {
      const entry: JournalLine = { n: ++count, ...line, status: 0, ...(body === undefined ? {} : { body }) }
      kept.push(entry)
      // Trimmed in large steps: shifting one at a time would move the whole list with each request.
      if (kept.length > capacity * 1.1) kept.splice(0, kept.length - capacity)
      open.set(entry, response)
      for (const look of waiting) look(entry)
      response.once('close', () => {
        entry.status = statusOf(response)
        open.delete(entry)
      })
    },
    lines() {
      for (const [entry, response] of open) entry.status = statusOf(response)
      return kept.slice(-capacity)
    },
    until(isIt) {
      const known = kept.find(isIt)
      if (known) return Promise.resolve(known)
      return new Promise(resolve => {
        const look = (line: JournalLine) => {
          if (!isIt(line)) return
          waiting.delete(look)
          resolve(line)
        }
        waiting.add(look)
      })
    },
  }
}

function statusOf(response: ServerResponse): number {
  return response.headersSent ? response.statusCode : 0
}
