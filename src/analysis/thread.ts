// One worker thread, from its start to its end, and the calls that wait for it: those that teach it go before those that
// only read, of which no more wait than it can answer while somebody still wants to know.
import { Worker } from 'node:worker_threads'
import { Fault } from '#incident/fault.ts'
import type { SourceReading } from '#incident/signal.ts'
import { turn } from '#incident/turn.ts'
import type { EmbedderSettings } from './embedders/schema.ts'
import type { LineRuleSettings } from './lines/line-rule-settings.ts'
import type { Ahead, Answered, Asked } from './worker.ts'

export type Thread = {
  /** In the order asked. What fails in it comes back as its Fault or one of `processing`, and so does its end. */
  teach<T>(call: Asked['call'], given: unknown[]): Promise<T>
  /** The same after all that teaches. Too many at once are a Fault `resource`; one that is given up is not made, if it still waits. */
  read<T>(call: Asked['call'], given: unknown[], abort?: AbortSignal): Promise<T>
  hasEnded(): boolean
  end(): Promise<void>
}

/** A look at 5,000 signals takes a third of a second: whoever waits last waits half a minute, as long as chats and tools wait. */
export const MOST_READS = 100

/** Copying one takes some 4 µs. */
const SIGNALS_AT_ONCE = 2000

type Call = { asked: Asked; resolve(value: unknown): void; reject(error: Error): void }

/** redis: where vectors of slow models are shared among processes. */
export type ThreadSettings = {
  embedder: EmbedderSettings
  lines?: LineRuleSettings | undefined
  redis?: string | undefined
}

export function startThread(settings: ThreadSettings): Thread {
  const worker = new Worker(new URL(import.meta.resolve('#analysis/worker.ts')), { workerData: settings })
  const teaching: Call[] = []
  const reading: Call[] = []
  let current: Call | undefined
  let ended: Fault | undefined // a thread that is gone answers nobody

  worker.on('message', (answer: Answered) => {
    if ('failed' in answer) {
      const { code = 'processing', message = 'The analysis failed.' } = answer.fault ?? {}
      current?.reject(new Fault(code, message, { cause: answer.failed }))
    } else current?.resolve(answer.value)
    current = undefined
    next()
  })
  const end = (cause: unknown) => {
    ended ??= new Fault('processing', `The analysis ended: ${reason(cause)}.`, { cause })
    for (const call of [current, ...teaching.splice(0), ...reading.splice(0)]) call?.reject(ended)
  }
  worker.on('error', end)
  worker.on('exit', end)

  function next(): void {
    if (current || ended) return
    current = teaching.shift() ?? reading.shift()
    const call = current
    if (call) void post(call.asked).catch((cause: unknown) => unsent(call, cause))
  }

  /** What cannot be copied is nobody else's trouble. */
  function unsent(call: Call, cause: unknown): void {
    call.reject(new Fault('processing', 'The analysis could not be asked.', { cause }))
    current = undefined
    next()
  }

  /** Signals go ahead in parts: a message is copied in one go, and tens of thousands would keep everybody waiting. */
  async function post({ call, given }: Asked): Promise<void> {
    const [first, ...rest] = given
    if (!isReadings(first)) return worker.postMessage({ call, given } satisfies Asked)
    const signals = first.flatMap((each, of) => each.signals.map(signal => ({ of, signal })))
    for (let at = 0; at < signals.length; at += SIGNALS_AT_ONCE) {
      worker.postMessage({ ahead: signals.slice(at, at + SIGNALS_AT_ONCE) } satisfies Ahead)
      await turn()
    }
    const readings = first.map(each => ({ ...each, signals: [] }))
    worker.postMessage({ call, given: [readings, ...rest] } satisfies Asked)
  }

  function enqueue<T>(queue: Call[], asked: Asked, abort?: AbortSignal): Promise<T> {
    if (ended) return Promise.reject<T>(ended)
    if (abort?.aborted) return Promise.reject<T>(givenUp())
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const call: Call = { asked, resolve, reject }
    queue.push(call)
    const leave = () => {
      const place = queue.indexOf(call)
      if (place >= 0) queue.splice(place, 1)
      reject(givenUp())
    }
    abort?.addEventListener('abort', leave, { once: true })
    next()
    return promise.finally(() => abort?.removeEventListener('abort', leave)) as Promise<T>
  }

  return {
    teach: (call, given) => enqueue(teaching, { call, given }),
    read<T>(call: Asked['call'], given: unknown[], abort?: AbortSignal) {
      if (reading.length < MOST_READS) return enqueue<T>(reading, { call, given }, abort)
      return Promise.reject<T>(
        new Fault('resource', `${MOST_READS} questions wait for the analysis. Ask again in a moment.`),
      )
    },
    hasEnded: () => ended !== undefined,
    async end() {
      await worker.terminate()
    },
  }
}

function isReadings(given: unknown): given is SourceReading[] {
  return Array.isArray(given) && given.every(each => typeof each === 'object' && each !== null && 'signals' in each)
}

function givenUp(): Fault {
  return new Fault('network', 'The question was given up.', { whose: 'caller' })
}

function reason(cause: unknown): string {
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it ran out of memory'
  return cause instanceof Error ? 'an error nobody caught' : 'its thread was ended'
}
