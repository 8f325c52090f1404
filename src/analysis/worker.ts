// The thread the analysis runs in: it holds what was learnt, and answers one call after the other.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { ClusterParameters, Sensitivity } from '#incident/analyst.ts'
import { Fault, type FaultCode } from '#incident/fault.ts'
import type { CorrelationType } from '#incident/incident.ts'
import type { Signal, SourceReading } from '#incident/signal.ts'
import { alike } from './alike.ts'
import { correlate } from './correlate.ts'
import { openEmbedder } from './embedders/open.ts'
import { createLearnt, restore, snapshot } from './learnt.ts'
import { type LineRules, NO_LINE_RULES, openLineRules } from './lines/line-rules.ts'
import { messageClusters, messageClustersBy } from './message-clusters.ts'
import { analyse, learn } from './pipeline.ts'
import type { ThreadSettings } from './thread.ts'
import { topologyOf } from './topology-of.ts'

export type Asked = {
  call: 'ready' | 'learn' | 'analyse' | 'correlate' | 'cluster' | 'alike' | 'snapshot' | 'restore' | 'cacheCounts'
  given: unknown[]
}
/** Signals of the readings of the next call, each with the place of its reading. */
export type Ahead = { ahead: { of: number; signal: Signal }[] }
/** `fault`: what may be said to people of what failed. */
export type Answered = { value: unknown } | { failed: string; fault?: { code: FaultCode; message: string } }

const settings: ThreadSettings = workerData
let opened: ReturnType<typeof open> | undefined // with the first call, whose answer says why where it cannot be

let ahead: Ahead['ahead'] = []

parentPort?.on('message', (message: Asked | Ahead) => {
  if ('ahead' in message) {
    for (const each of message.ahead) ahead.push(each)
    return
  }
  try {
    const value = answer(message.call, withSignals(message.given))
    parentPort?.postMessage({ value } satisfies Answered, transferred(value))
  } catch (error) {
    const failed = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const fault = error instanceof Fault ? { code: error.code, message: error.message } : undefined
    parentPort?.postMessage({ failed, fault } satisfies Answered, [])
  }
})

function answer(call: Asked['call'], given: unknown[]): unknown {
  opened ??= open()
  const { embedder, cacheCounts, rules, learnt } = opened
  switch (call) {
    case 'ready':
      return true
    case 'learn': {
      const [readings, at] = given as [SourceReading[], number]
      return learn(learnt, withoutNoise(readings, rules), at)
    }
    case 'analyse': {
      const [readings, at, { learn: keep, sensitivity }] = given as [
        SourceReading[],
        number,
        { learn: boolean; sensitivity?: Sensitivity },
      ]
      const began = performance.now()
      const state = keep ? learnt : (restore(snapshot(learnt), rules.masks) ?? createLearnt(rules.masks))
      return {
        ...analyse(state, withoutNoise(readings, rules), at, embedder, sensitivity),
        millis: performance.now() - began,
      }
    }
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
      const held = restore(given[0] as Uint8Array, rules.masks)
      opened.learnt = held ?? learnt
      return held !== undefined
    }
  }
}

/** The readings that came without their signals, with those that went ahead. */
function withSignals(given: unknown[]): unknown[] {
  const [readings, ...rest] = given
  for (const { of, signal } of ahead) (readings as SourceReading[])[of]!.signals.push(signal)
  ahead = []
  return [readings, ...rest]
}

function open() {
  const rules = settings.lines ? openLineRules(settings.lines) : NO_LINE_RULES
  return {
    ...openEmbedder(settings.embedder, modelsFolder(), settings.redis),
    rules,
    learnt: createLearnt(rules.masks),
  }
}

/** Only lines of logs can be noise: an error that somebody reported, or an event, is none, whatever it says. */
function withoutNoise(readings: SourceReading[], { isNoise }: LineRules): SourceReading[] {
  if (!isNoise) return readings
  return readings.map(reading => ({
    ...reading,
    signals: reading.signals.filter(signal => signal.kind !== 'log' || !isNoise(signal.text)),
  }))
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
