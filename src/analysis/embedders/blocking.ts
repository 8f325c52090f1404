// A slow model as an Embedder: it runs in a thread of its own, and the thread that asks stands still until it answers.
// For the thread of the analysis, which answers one call after the other; never for one that serves others meanwhile.
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { Fault, type FaultCode } from '#incident/fault.ts'
import type { Embedder } from '../embed.ts'
import type { CacheCounts } from './cached.ts'
import type { SlowSettings } from './schema.ts'

export type BlockingEmbedder = Embedder & {
  /** Hits and misses of its cache since it was last asked for them. */
  counts(): CacheCounts
  close(): void
}

export type Asked = { call: 'open' } | { call: 'embed'; texts: readonly string[] } | { call: 'counts' }
export type Told = { value: unknown } | { failed: { code: FaultCode; message: string; cause?: string } }

/** A model takes seconds to open, and a second for some hundred texts; past this its thread is taken for lost. */
const PATIENCE_MILLIS = 120_000
/** A model of a hub is fetched first: some hundred megabytes. */
const FETCHING_MILLIS = 900_000

/** models: the folder of the shipped ones; redis: where vectors are shared. Throws the Fault of opening the model; asking throws a Fault `processing` where its thread ended or does not answer. */
export function openBlockingEmbedder(settings: SlowSettings, models: string, redis?: string): BlockingEmbedder {
  const bell = new Int32Array(new SharedArrayBuffer(4))
  const { port1: here, port2: there } = new MessageChannel()
  const worker = new Worker(new URL(import.meta.resolve('#analysis/embedders/blocking-worker.ts')), {
    workerData: { settings, models, redis, port: there, bell },
    transferList: [there],
  })
  worker.unref()
  here.unref()

  function ask<T>(asked: Asked, patienceMillis = PATIENCE_MILLIS): T {
    Atomics.store(bell, 0, 0)
    here.postMessage(asked)
    Atomics.wait(bell, 0, 0, patienceMillis)
    const told: { message: Told } | undefined = receiveMessageOnPort(here)
    if (!told) {
      void worker.terminate() // a late answer would be taken for the next one
      throw new Fault('processing', `The embedder did not answer within ${patienceMillis / 1_000} s.`)
    }
    if ('failed' in told.message) {
      const { code, message, cause } = told.message.failed
      throw new Fault(code, message, { cause })
    }
    return told.message.value as T
  }

  return {
    ...ask<Pick<Embedder, 'name' | 'dims' | 'alike'>>(
      { call: 'open' },
      settings.model === 'hub' ? FETCHING_MILLIS : PATIENCE_MILLIS,
    ),
    embed: texts => ask({ call: 'embed', texts }),
    counts: () => ask({ call: 'counts' }),
    close: () => void worker.terminate(),
  }
}
