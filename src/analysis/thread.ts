// One worker thread, from its start to its end, and the calls that wait for its answers.
import { Worker } from 'node:worker_threads'
import { Fault } from '#incident/fault.ts'
import type { EmbedderSettings } from './embedders/schema.ts'
import type { Answered, Asked } from './worker.ts'

export type Thread = {
  /** Answered in the order asked. What fails in it comes back as its Fault or one of `processing`, and so does its end. */
  ask<T>(call: Asked['call'], given: unknown[]): Promise<T>
  hasEnded(): boolean
  end(): Promise<void>
}

export function startThread(embedder: EmbedderSettings): Thread {
  const worker = new Worker(new URL(import.meta.resolve('#analysis/worker.ts')), { workerData: embedder })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let asked = 0
  let ended: Fault | undefined // a thread that is gone answers nobody

  worker.on('message', (answer: Answered) => {
    const caller = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('failed' in answer) {
      const { code = 'processing', message = 'The analysis failed.' } = answer.fault ?? {}
      caller?.reject(new Fault(code, message, { cause: answer.failed }))
    } else caller?.resolve(answer.value)
  })
  const end = (cause: unknown) => {
    ended ??= new Fault('processing', `The analysis ended: ${reason(cause)}.`, { cause })
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('error', end)
  worker.on('exit', end)

  return {
    ask<T>(call: Asked['call'], given: unknown[]) {
      if (ended) return Promise.reject<T>(ended)
      const id = ++asked
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
      worker.postMessage({ id, call, given } satisfies Asked)
      return answered as Promise<T>
    },
    hasEnded: () => ended !== undefined,
    async end() {
      await worker.terminate()
    },
  }
}

function reason(cause: unknown): string {
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it ran out of memory'
  return cause instanceof Error ? 'an error nobody caught' : 'its thread was ended'
}
