// A log followed for a few seconds: what is written meanwhile is told as it comes, in progress notifications, and once more
// as the answer. Ends with the log, with the time, or when nobody waits any more.
import { Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import type { ToolContext } from '../define.ts'
import type { KubernetesClient, LogQuery } from './client.ts'
import { openRows, saidBy } from './log-row.ts'
import type { LogRow } from './log-row.ts'

const TOLD_EVERY: Millis = 250 // a log may have thousands of lines a second; a client shows a few notifications
const TOLD_ROWS = 20 // at once; the answer has the others
const MOST_READ = 1024 * 1024 // characters, in all

type Asked = { millis: Millis; lines: number; grep?: string | undefined }
export type Followed = { rows: LogRow[]; isCut: boolean }

/**
 * Resolves once the log is open; then reads the last `lines` that are written within `millis`. Both throw a Fault, also when
 * the caller leaves. `opening` is aborted where the log could not be opened in time.
 */
export async function openFollowed(
  client: Pick<KubernetesClient, 'followLogs'>,
  query: Omit<LogQuery, 'limitBytes'>,
  asked: Asked,
  { signal, progress }: ToolContext,
  opening: AbortSignal,
): Promise<() => Promise<Followed>> {
  const over = new AbortController()
  const giveUp = () => over.abort()
  opening.addEventListener('abort', giveUp)
  const coming = await client.followLogs(query, AbortSignal.any([signal, over.signal]))
  opening.removeEventListener('abort', giveUp)
  return () => read(coming, asked, over, { signal, progress })
}

async function read(
  coming: AsyncIterable<string>,
  { millis, lines, grep }: Asked,
  over: AbortController,
  { signal, progress }: Pick<ToolContext, 'signal' | 'progress'>,
): Promise<Followed> {
  const rowOf = openRows(grep)
  const begun = performance.now()
  const rows: LogRow[] = []
  let untold: LogRow[] = []
  let characters = 0
  let isCut = false
  const tell = (): void => {
    if (untold.length === 0) return
    progress((performance.now() - begun) / 1000, millis / 1000, untold.slice(-TOLD_ROWS).map(saidBy).join('\n'))
    untold = []
  }
  const telling = setInterval(tell, TOLD_EVERY)
  const ending = setTimeout(() => over.abort(), millis)
  try {
    for await (const raw of coming) {
      const row = rowOf(raw)
      if (!row) continue
      rows.push(row)
      untold.push(row)
      isCut ||= rows.length > lines
      if (rows.length > lines) rows.shift()
      characters += raw.length
      if (characters > MOST_READ) {
        isCut = true
        break
      }
    }
  } catch (error) {
    if (signal.aborted) throw new Fault('network', 'Following the log was given up.', { whose: 'caller' })
    if (!over.signal.aborted) throw error
  } finally {
    clearInterval(telling)
    clearTimeout(ending)
    over.abort()
  }
  tell()
  return { rows, isCut }
}
