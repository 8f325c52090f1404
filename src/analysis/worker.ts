// The thread the analysis runs in: it holds what was learnt, and answers one call after the other.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { ClusterParameters } from '#incident/analyst.ts'
import { Fault, type FaultCode } from '#incident/fault.ts'
import type { CorrelationType } from '#incident/incident.ts'
import type { Signal, SourceReading } from '#incident/signal.ts'
import { alike } from './alike.ts'
import { correlate } from './correlate.ts'
import type { Embedder } from './embed.ts'
import { openEmbedder } from './embedders/open.ts'
import { createLearnt, restore, snapshot } from './learnt.ts'
import { messageClusters, messageClustersBy } from './message-clusters.ts'
import { analyse, learn } from './pipeline.ts'
import type { ThreadSettings } from './thread.ts'
import { topologyOf } from './topology-of.ts'

export type Asked = {
  call: 'ready' | 'learn' | 'analyse' | 'correlate' | 'cluster' | 'alike' | 'snapshot' | 'restore' | 'cacheCounts'
  given: unknown[]
}
/** `fault`: what may be said to people of what failed. */
export type Answered = { value: unknown } | { failed: string; fault?: { code: FaultCode; message: string } }

let learnt = createLearnt()
const settings: ThreadSettings = workerData
let opened: ReturnType<typeof openEmbedder> | undefined

parentPort?.on('message', ({ call, given }: Asked) => {
  try {
    const value = answer(call, given)
    parentPort?.postMessage({ value } satisfies Answered, transferred(value))
  } catch (error) {
    const failed = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const fault = error instanceof Fault ? { code: error.code, message: error.message } : undefined
    parentPort?.postMessage({ failed, fault } satisfies Answered, [])
  }
})

function answer(call: Asked['call'], given: unknown[]): unknown {
  opened ??= openEmbedder(settings.embedder, modelsFolder(), settings.redis)
  const { embedder, cacheCounts } = opened
  switch (call) {
    case 'ready':
      return true
    case 'learn':
      return learn(learnt, ...(given as [SourceReading[], number]))
    case 'analyse':
      return pass(embedder, ...(given as [SourceReading[], number, { learn: boolean }]))
    case 'correlate': {
      const [signals, type] = given as [Signal[], CorrelationType | undefined]
      return correlate(signals, topologyOf(learnt), { type, embedder })
    }
    case 'cluster': {
      const [signals, at, parameters] = given as [Signal[], number, ClusterParameters | undefined]
      if (parameters) return messageClustersBy(parameters, signals, learnt.miner, embedder)
      return messageClusters(structuredClone(learnt.clusters), signals, learnt.miner, embedder, at)
    }
    case 'alike':
      return alike(...(given as [string, readonly string[]]), embedder)
    case 'cacheCounts':
      return cacheCounts()
    case 'snapshot':
      return snapshot(learnt)
    case 'restore': {
      const held = restore(given[0] as Uint8Array)
      learnt = held ?? learnt
      return held !== undefined
    }
  }
}

function pass(embedder: Embedder, readings: SourceReading[], at: number, { learn: keep }: { learn: boolean }) {
  const began = performance.now()
  const state = keep ? learnt : (restore(snapshot(learnt)) ?? createLearnt())
  return { ...analyse(state, readings, at, embedder), millis: performance.now() - began }
}

/** Beside the sources in a checkout, beside `dist` in a package. */
function modelsFolder(): string {
  const above = ['../..', '../../..'].map(way => join(import.meta.dirname, way, 'models'))
  return above.find(folder => existsSync(join(folder, 'manifest.json'))) ?? above[0]!
}

/** A snapshot is handed over rather than copied. */
function transferred(value: unknown): ArrayBuffer[] {
  return value instanceof Uint8Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : []
}
