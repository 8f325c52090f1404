// What a chapter of a scenario is made of: when it plays, who runs, and what bends the usual figures.
import type { Millis } from '../recording.ts'
import type { ServiceName } from './services.ts'

export const stepMillis = 10_000
const historyMillis = 40 * 60_000
const futureMillis = 60 * 60_000

/** The stretch of time a scenario tells: steps on a grid of 10 s, `now` between history and what follows. */
export type Clockwork = { now: Millis; start: Millis; end: Millis; steps: Millis[]; seed: number }

export function clockwork(now: Millis, seed: number): Clockwork {
  const grid = Math.floor(now / stepMillis) * stepMillis
  const start = grid - historyMillis
  const end = grid + futureMillis
  const steps = Array.from({ length: (end - start) / stepMillis + 1 }, (_, i) => start + i * stepMillis)
  return { now: grid, start, end, steps, seed }
}

/** A pod's time on a node. Figures and log lines come from those that are there. */
export type PodLife = {
  service: string // of the shop, or a batch job's name
  name: string
  uid: string
  ip: string
  node: string
  hash: string // of its ReplicaSet's template
  version: string
  from: Millis
  until: Millis
  crashing?: boolean
  /** Of the settings its template names. */
  settings?: string
  /** What it uses where that does not follow from the requests it serves. */
  cpuMillicores?: number
  memoryMebibytesAt?(at: Millis): number
}

/** A node that is busier than usual, in percent of its cpu. */
export type NodeLoad = { node: string; from: Millis; until?: Millis; cpuPercent: number }

/** Bends the figures of `service` from `from` until `until` (included; absent: for ever). */
export type Disturbance = {
  service: ServiceName
  from: Millis
  until?: Millis
  /** Only as this caller sees it: the edge, not the service itself. */
  client?: ServiceName
  errorPercent?: number
  latencyFactor?: number
  rateFactor?: number
  connections?: number // to the database, of all its pods together
}

/** Lines that the pods of a service write while something is wrong. */
export type Complaint = {
  service: ServiceName
  from: Millis
  until?: Millis
  everySeconds: number // each pod
  lines: readonly [string, ...string[]]
}

export function plays({ from, until = Infinity }: { from: Millis; until?: Millis }, at: Millis): boolean {
  return at >= from && at <= until
}
