// The Analyst as the heart knows it: every call goes to one worker thread, in order, so that chats stay quick meanwhile.
import { Worker } from 'node:worker_threads'
import type { Analyst } from '#incident/analyst.ts'
import { Fault } from '#incident/fault.ts'
import type { Answered, Asked } from './worker.ts'

/** Resolves once the worker has loaded its models. What fails in it comes back as a Fault `processing`. */
export async function createAnalyst(): Promise<Analyst> {
  const worker = new Worker(new URL(import.meta.resolve('#analysis/worker.ts')))
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let asked = 0
  let ended: Fault | undefined // a thread that is gone answers nobody

  worker.on('message', (answer: Answered) => {
    const caller = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('failed' in answer) caller?.reject(new Fault('processing', 'The analysis failed.', { cause: answer.failed }))
    else caller?.resolve(answer.value)
  })
  const end = (cause: unknown) => {
    ended ??= new Fault('processing', 'The analysis has ended; it begins again when this process is restarted.', {
      cause,
    })
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('error', end)
  worker.on('exit', end)

  function ask<T>(call: Asked['call'], given: unknown[], transfer: ArrayBuffer[] = []): Promise<T> {
    if (ended) return Promise.reject(ended)
    const id = ++asked
    const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
    worker.postMessage({ id, call, given } satisfies Asked, transfer)
    return answered as Promise<T>
  }

  await ask('ready', [])
  return {
    learn: (readings, at) => ask('learn', [readings, at]),
    analyse: (readings, at, options) => ask('analyse', [readings, at, options]),
    correlate: (signals, type) => ask('correlate', [signals, type]),
    cluster: (signals, parameters) => ask('cluster', [signals, parameters]),
    snapshot: () => ask('snapshot', []),
    restore: snapshot => ask('restore', [snapshot]),
    async close() {
      await worker.terminate()
    },
  }
}
