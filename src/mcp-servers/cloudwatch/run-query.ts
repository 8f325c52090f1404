// One Insights query from its start to its end: asked for its results in growing steps, and stopped when the caller leaves
// or has waited long enough, so that nothing goes on scanning, and costing, for nobody.
import { setTimeout as delay } from 'node:timers/promises'
import { asFault, Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import type { ToolContext } from '../define.ts'
import type { Account } from './accounts.ts'
import type { Span } from './ask.ts'
import type { QueryResults } from './schema.ts'

const LONGEST: Millis = 20_000 // an analysis has 25 s
const FIRST_PAUSE: Millis = 200 // most queries over minutes of logs are done within a second
const LONGEST_PAUSE: Millis = 2000
const GOING_ON = ['Scheduled', 'Running']

/** `complete`: false when it was stopped after LONGEST; the rows are those found by then. */
export type Ran = { id: string; results: QueryResults; complete: boolean }

/** Throws a Fault `network` when the caller left, `processing` when CloudWatch gave the query up. */
export async function runQuery(
  account: Account,
  asked: { query: string; groups: string[]; span: Span; limit: number },
  { signal, log, progress }: ToolContext,
): Promise<Ran> {
  const { cloudwatch, resilience } = account
  // Not by the caller's signal: a query whose start was cut off would run on under an id that nobody knows.
  const start = (each: AbortSignal) => cloudwatch.startQuery(asked, each)
  const id = await resilience.run('start a query', start, { signal: NEVER })
  const began = performance.now()
  try {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      if (signal.aborted) throw givenUp()
      const results = await queryResults(account, id, signal)
      if (results.status === 'Complete') return { id, results, complete: true }
      if (!GOING_ON.includes(results.status)) throw endedBadly()
      const waited = performance.now() - began
      if (waited > LONGEST) {
        await stop()
        return { id, results, complete: false }
      }
      progress(waited, LONGEST, `${results.statistics?.recordsScanned ?? 0} records scanned`)
      await delay(pause, undefined, { signal }).catch(() => {}) // looked at above
    }
  } catch (error) {
    await stop()
    throw error
  }

  async function stop(): Promise<void> {
    const once = (each: AbortSignal) => cloudwatch.stopQuery(id, each)
    await resilience.run('stop a query', once, { signal: NEVER }).catch((error: unknown) => {
      log.info({ source: 'cloudwatch', code: asFault(error).code }, 'a query could not be stopped')
    })
  }
}

/** Of a query that has been run before, too: CloudWatch keeps results for seven days. */
export async function queryResults(
  { cloudwatch, resilience }: Account,
  id: string,
  signal: AbortSignal,
): Promise<QueryResults> {
  const value = await resilience.run('read query results', each => cloudwatch.queryResults(id, each), { signal })
  return value
}

const NEVER = new AbortController().signal

function givenUp(): Fault {
  return new Fault('network', 'CloudWatch: the query was given up.', { whose: 'caller' })
}

function endedBadly(): Fault {
  const message = 'CloudWatch ended this query without an answer. Ask for a shorter window or fewer log groups.'
  return new Fault('processing', message, { whose: 'vendor', retryable: true })
}
