// Sentences with the signals they rest on; one that rests only on what strangers wrote says so.
import type { Claim } from '#incident/answer.ts'
import type { Incident } from '#incident/incident.ts'
import type { Signal } from '#incident/signal.ts'
import { say, sentence, words } from './card.ts'
import type { Evidence, Part, Reader, Text } from './card.ts'
import { evidence } from './evidence.ts'

const MOST_CLAIMS = 4 // more is not read; those that are left out are counted by `unsaid`
const MOST_EVIDENCE = 4 // a claim: one of each source

export function claimsPart(claims: readonly Claim[], reader: Reader, incident?: Incident): Part | undefined {
  if (claims.length === 0) return undefined
  const known = new Map(incident?.signals.map(signal => [signal.id, signal]))
  const items = claims.slice(0, MOST_CLAIMS).map(claim => claimed(claim, known, reader, incident))
  return { kind: 'claims', items }
}

/** "+2 more claims. ", or nothing. */
export function unsaid({ length }: readonly Claim[]): Text {
  const more = length - MOST_CLAIMS
  return more > 0 ? [words(`+${more} more ${more === 1 ? 'claim' : 'claims'}. `)] : []
}

function claimed(
  { text, evidence: ids }: Claim,
  known: ReadonlyMap<string, Signal>,
  reader: Reader,
  incident: Incident | undefined,
): { text: Text; evidence: Evidence[] } {
  const signals = ids.flatMap(id => known.get(id) ?? [])
  const isPublic = signals.length > 0 && signals.every(({ writer }) => writer === 'public')
  const warning = isPublic ? say` (rests on text that anybody can send)` : undefined
  const more = signals.length - MOST_EVIDENCE
  return {
    text: say`${sentence(text)}${warning}${more > 0 ? words(`, +${more} more signals`) : undefined}`,
    evidence: signals.slice(0, MOST_EVIDENCE).map(signal => evidence(signal, reader, incident)),
  }
}
