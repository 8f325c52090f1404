// The Analyst as the heart knows it: every call goes to one worker thread, one after the other, so that chats stay quick meanwhile.
// A thread that ends is followed by another, which goes on from the last snapshot.
import type { Analysis, Analyst } from '#incident/analyst.ts'
import { Fault } from '#incident/fault.ts'
import { type Log, type Observe, UNOBSERVED } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { CacheCounts } from './embedders/cached.ts'
import type { EmbedderSettings } from './embedders/schema.ts'
import type { LineRuleSettings } from './lines/line-rule-settings.ts'
import { startThread } from './thread.ts'
import type { Asked } from './worker.ts'

const HOUR_MILLIS = 3_600_000
export const MOST_RESTARTS = 6 // an hour: each reads the models again; what ends six threads in a row would end the seventh

/** Resolves once the worker has loaded its models. What fails in it comes back as its Fault, or one of `processing`. */
export async function createAnalyst({
  clock,
  log,
  observe = UNOBSERVED,
  embedder = { model: 'static' },
  lines,
  redis,
}: {
  clock: () => Millis
  log: Log
  observe?: Observe
  embedder?: EmbedderSettings
  lines?: LineRuleSettings
  /** Where vectors of slow models are shared among processes. */
  redis?: string | undefined
}): Promise<Analyst> {
  const settings = { embedder, lines, redis }
  let thread = startThread(settings)
  let kept: Uint8Array | undefined // the last snapshot
  let restarts = 0
  let lately: Millis[] = [] // when a thread took the place of another
  let isClosed = false

  /** Calls asked of a new thread wait behind the snapshot it goes on from. */
  function current() {
    if (!thread.hasEnded() || isClosed) return thread
    const now = clock()
    lately = lately.filter(at => Math.abs(now - at) < HOUR_MILLIS) // a clock may be set back
    const [first = now] = lately
    if (lately.length >= MOST_RESTARTS) {
      const next = new Date(first + HOUR_MILLIS).toISOString().slice(11, 16)
      throw new Fault(
        'processing',
        `The analysis ended ${lately.length} times within an hour; it begins again at ${next} UTC, or when this process is restarted.`,
      )
    }
    lately.push(now)
    restarts++
    log.warn({ restarts }, `the analysis begins again ${kept ? 'from its last snapshot' : 'with nothing learnt'}`)
    thread = startThread(settings)
    if (kept) void thread.teach('restore', [kept]).catch(() => undefined) // whoever asks next hears of its end
    return thread
  }

  async function teach<T>(call: Asked['call'], ...given: unknown[]): Promise<T> {
    return current().teach<T>(call, given)
  }

  async function read<T>(call: Asked['call'], given: unknown[], abort?: AbortSignal): Promise<T> {
    return current().read<T>(call, given, abort)
  }

  async function observeCache(): Promise<void> {
    const counts = await teach<CacheCounts | undefined>('cacheCounts')
    if (!counts) return
    observe.count('embedding_cache_total', { outcome: 'hit' }, counts.hits)
    observe.count('embedding_cache_total', { outcome: 'miss' }, counts.misses)
    if (counts.trouble) log.warn({ why: counts.trouble }, 'Redis is left aside: vectors are kept in memory meanwhile')
  }

  await teach('ready').catch(async (error: unknown) => {
    await thread.end() // or the process would not end either
    throw error
  })
  return {
    learn: (readings, at) => teach('learn', readings, at),
    async analyse(readings, at, options) {
      const given = [readings, at, options]
      const analysis = await (options.learn ? teach<Analysis>('analyse', ...given) : read<Analysis>('analyse', given))
      if (embedder.model !== 'static') await observeCache().catch(() => undefined)
      return analysis
    },
    correlate: (signals, type, abort) => read('correlate', [signals, type], abort),
    cluster: (signals, at, parameters, abort) => read('cluster', [signals, at, parameters], abort),
    alike: (text, others) => read('alike', [text, others]),
    async snapshot() {
      kept = await teach<Uint8Array>('snapshot')
      return kept
    },
    async restore(snapshot) {
      const isRestored = await teach<boolean>('restore', snapshot)
      if (isRestored) kept = snapshot
      return isRestored
    },
    losses: () => restarts + Number(thread.hasEnded()),
    async close() {
      isClosed = true
      await thread.end()
    },
  }
}
