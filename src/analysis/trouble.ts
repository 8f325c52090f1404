// A trouble as it is remembered: the symptoms that are one, and who most likely caused it. Plain data.
import type { RootCause } from '#incident/incident.ts'
import type { Millis } from '#incident/signal.ts'
import type { Judgement } from './databases/judgement.ts'
import type { Candidate } from './rankers/evidence.ts'
import type { Symptom } from './symptom.ts'
import type { ServiceKey } from './topology.ts'

export type Trouble = {
  key: string
  onset: Millis
  openedAt: Millis
  /** Ids of the symptoms that opened it. */
  reasons: string[]
  /** Every symptom that ever belonged to it, as last seen. */
  symptoms: Map<string, Symptom>
  /** Ids of those seen in the last pass. */
  present: string[]
  /** Last moment anything of it was abnormal, by the data's clock. */
  loudAt: Millis
  /** Passes in a row without anything abnormal. */
  quiet: number
  /** Whether users felt it at any time. */
  felt: boolean
  /** Service of the first root cause, once there is one. */
  culprit?: ServiceKey
  closed: boolean
  /** The last ranking, and what it was made of. */
  ranked?: { of: string; ranking: Ranking }
}

export type Ranking = {
  /** Best first. */
  candidates: Candidate[]
  causes: RootCause[]
  onset: Millis
  /** Share of blame, where it could be told. */
  blame: ReadonlyMap<ServiceKey, number>
  hasHistory: boolean
  /** Of the databases it is about. */
  judgements: readonly Judgement[]
}
