// Ports: Analyst (what the readings mean) and Advisor (answers a question). Watch and the orchestrator server need no more of either room.
import type { Answer } from './answer.ts'
import type { Finding } from './finding.ts'
import type { AnomalyCluster, Correlation, CorrelationType, Diagnosis, Incident } from './incident.ts'
import type { Millis, Signal, SourceReading, Source } from './signal.ts'

/** What one pass found. */
export type Analysis = {
  at: Millis
  /** Each trouble that is open now, or that has just ended (`phase: 'recovered'`). */
  diagnoses: Diagnosis[]
  /** Unusual, but not enough to open. */
  watching: Finding[]
  /** Signals taken in, repeats of known ones not counted. */
  signals: number
  millis: number
}

export const CLUSTER_ALGORITHMS = ['hdbscan', 'dbscan', 'kmeans', 'isolation_forest', 'vae'] as const
export const CLUSTER_METRICS = ['cosine', 'euclidean', 'manhattan'] as const

/** What is left out is as for the clusters that are kept. */
export type ClusterParameters = {
  algorithm?: (typeof CLUSTER_ALGORITHMS)[number] | undefined
  metric?: (typeof CLUSTER_METRICS)[number] | undefined
  minClusterSize?: number | undefined
  minSamples?: number | undefined
  /** A distance in the metric's own units. */
  clusterSelectionEpsilon?: number | undefined
  /** How many k-means makes. */
  clusters?: number | undefined
}

/** The text at `nth` of those asked about; the cosine of what it means, at most 1. */
export type Alike = { nth: number; cosine: number }

/**
 * By the name of a group of series (the id of a finding that was measured, after its kind): what its threshold is multiplied
 * by, 1 to 4. More is less sensitive; a group that is absent has its own.
 */
export type Sensitivity = Readonly<Record<string, number>>

/**
 * Contract: the same calls give the same results; no call blocks the event loop for more than a few milliseconds;
 * a pass with `learn: false` leaves no trace. What only reads waits for what is learnt; too much of it at once is a Fault
 * `resource`, and what is given up while it waits is not done. After an end of its own it goes on from its last snapshot, if it gave one.
 */
export type Analyst = {
  /** Takes in readings of the past, oldest first, without opening anything. */
  learn(readings: SourceReading[], at: Millis): Promise<void>
  /** One pass over what is new since the last. Readings may overlap: points and signals are merged by id and time. */
  analyse(
    readings: SourceReading[],
    at: Millis,
    options: { learn: boolean; sensitivity?: Sensitivity },
  ): Promise<Analysis>
  correlate(signals: Signal[], type?: CorrelationType, abort?: AbortSignal): Promise<Correlation[]>
  /** Without parameters: as the clusters are that are kept from tick to tick, under their ids. */
  cluster(signals: Signal[], at: Millis, parameters?: ClusterParameters, abort?: AbortSignal): Promise<AnomalyCluster[]>
  /** Which of `others` may be about the same fault as `text`, nearest in meaning first; alone it decides nothing. */
  alike(text: string, others: readonly string[]): Promise<Alike[]>
  /** What was learnt, bounded in size; `restore` goes on from it, and ignores one it cannot read. */
  snapshot(): Promise<Uint8Array>
  restore(snapshot: Uint8Array): Promise<boolean>
  /** How often what it took in since its last snapshot was lost, by an end of its own. */
  losses(): number
  close(): Promise<void>
}

export type Question = {
  text: string
  incident?: Incident
  open: Incident[]
  sources: { source: Source; up: boolean; since?: Millis }[]
}

/** Contract: every claim cites ids of the incident's own signals; never acts; falls back to rules rather than fail. */
export type Advisor = { answer(question: Question, signal?: AbortSignal): Promise<Answer> }
