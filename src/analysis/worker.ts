// The thread the analysis runs in: it holds what was learnt, and answers one call after the other.
import { parentPort } from 'node:worker_threads'
import type { SourceReading } from '#incident/signal.ts'
import { createLearnt, restore, snapshot } from './learnt.ts'
import { analyse, learn } from './pipeline.ts'

export type Asked = {
  id: number
  call: 'ready' | 'learn' | 'analyse' | 'correlate' | 'cluster' | 'snapshot' | 'restore'
  given: unknown[]
}
export type Answered = { id: number; value: unknown } | { id: number; failed: string }

let learnt = createLearnt()

parentPort?.on('message', ({ id, call, given }: Asked) => {
  try {
    parentPort?.postMessage({ id, value: answer(call, given) } satisfies Answered)
  } catch (error) {
    const failed = error instanceof Error ? (error.stack ?? error.message) : String(error)
    parentPort?.postMessage({ id, failed } satisfies Answered)
  }
})

function answer(call: Asked['call'], given: unknown[]): unknown {
  switch (call) {
    case 'ready':
      return true
    case 'learn':
      return learn(learnt, ...(given as [SourceReading[], number]))
    case 'analyse':
      return pass(...(given as [SourceReading[], number, { learn: boolean }]))
    case 'correlate':
    case 'cluster':
      return []
    case 'snapshot':
      return snapshot(learnt)
    case 'restore': {
      const held = restore(given[0] as Uint8Array)
      learnt = held ?? learnt
      return held !== undefined
    }
  }
}

function pass(readings: SourceReading[], at: number, { learn: keep }: { learn: boolean }) {
  const began = performance.now()
  const state = keep ? learnt : (restore(snapshot(learnt)) ?? createLearnt())
  return { ...analyse(state, readings, at), millis: performance.now() - began }
}
