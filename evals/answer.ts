// What an incident's answer says of its own certainty: what the calibration is measured from.
import type { WireIncident } from '#mcp-servers/wire.ts'

export type Answer = {
  /** 0..1, of the first cause; undefined where none is named. */
  confidence: number | undefined
  /** Of the first and the second cause, in units of evidence; 0 where there is none. */
  scores: readonly [first: number, second: number]
  /** It says itself that it does not know. */
  abstains: boolean
}

/** What the cards call unclear. */
const UNCLEAR = 0.5

export function answerOf(incident: WireIncident | undefined): Answer {
  const [first, second] = incident?.rootCauses ?? []
  return {
    confidence: first && Math.min(1, Math.max(0, first.confidence)),
    scores: [first?.score ?? 0, second?.score ?? 0],
    abstains: !first || first.confidence < UNCLEAR || /^not clear/i.test(incident?.title ?? ''),
  }
}
