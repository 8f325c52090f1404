// The first line of a remedy: where it stands, as the one who is asked for a yes reads it.
import type { Incident } from '#incident/incident.ts'
import { isTakenBack } from '#incident/remedy.ts'
import type { Remedy, RemedyState } from '#incident/remedy.ts'
import { exact, say, words } from './card.ts'
import type { Mark, Part } from './card.ts'
import { isWaiting } from './remedy-words.ts'

export function remedyHeadline(incident: Incident, remedy: Remedy): Part {
  const { mark, says } = stand(incident, remedy)
  const level = remedy.state === 'VERIFIED' ? 'ok' : incident.severity
  return { kind: 'headline', ...(mark && { mark }), level, text: say`${words(says)} · ${exact(remedy.id)}` }
}

type Stand = { mark?: Mark; says: string }

function stand(incident: Incident, remedy: Remedy): Stand {
  if (remedy.call === undefined) return { says: 'Advice for a person; no button stands behind it' }
  if (remedy.state === 'FAILED' && remedy.appliedAt === undefined) return { mark: '▲', says: 'Not done' }
  if (isTakenBack(remedy, incident.remedies)) return { mark: '▲', says: 'Applied, and taken back' }
  if (remedy.state === 'VERIFIED' && remedy.undoes !== undefined) return { mark: '✓', says: 'Put back' }
  const settled = SETTLED[remedy.state]
  if (settled) return settled
  if (!isWaiting(incident, remedy)) return { mark: '✓', says: 'No longer needed' }
  if ((remedy.preview?.refusals.length ?? 0) > 0) return { mark: '?', says: 'Cannot be done now' }
  return { says: remedy.state === 'PENDING' ? 'One more yes is needed' : 'Before you approve' }
}

const SETTLED: Partial<Record<RemedyState, Stand>> = {
  APPROVED: { mark: '⟳', says: 'Approved, being carried out' },
  CLAIMED: { mark: '⟳', says: 'Approved, being carried out' },
  INTENT_RECORDED: { mark: '⟳', says: 'Approved, being carried out' },
  APPLIED: { mark: '⟳', says: 'Applied, watching the same signals' },
  VERIFIED: { mark: '✓', says: 'Helped' },
  FAILED: { mark: '▲', says: 'Applied, and did not help' },
  DRIFTED: { mark: '▲', says: 'Not done, the object had changed' },
  EXPIRED: { mark: '?', says: 'Expired unused, nothing was done' },
  DENIED: { mark: '?', says: 'Denied, nothing was done' },
}
