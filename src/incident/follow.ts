// What a new diagnosis means for an incident: opened, joined, changed, verified, recovered, or the same. Pure; every decision has a name.
import type { Again } from './again.ts'
import { canonical } from './canonical.ts'
import type { Diagnosis, Incident } from './incident.ts'
import type { Happening, UpdateReason } from './record.ts'
import { IN_FLIGHT, isTakenBack } from './remedy.ts'
import type { Remedy, RemedyDraft } from './remedy.ts'
import type { Millis, Signal } from './signal.ts'

/** What tells which trouble an incident is about. */
type Known = Pick<Incident, 'findings' | 'rootCauses'>

/** What opens a new incident. `before`: resolved incidents of the last day, to tell one that came back. */
export function open(id: string, diagnosis: Diagnosis, before: readonly Known[], again?: Again): Happening[] {
  const cameBack = before.some(incident => isSameTrouble(incident, diagnosis))
  return [
    {
      type: 'opened',
      key: diagnosis.key,
      reason: cameBack ? 'came back' : 'first seen',
      diagnosis,
      ...(again && { again }),
    },
    ...diagnosis.remedies.map((draft, index) => proposal(id, index + 1, draft)),
  ]
}

export const HELP_MILLIS = 5 * 60_000 // SECURITY and VOICE speak of "no better after 5 min"

/** What happens next to an open incident, given what the analyst now makes of it. Empty: it is the same. */
export function follow(incident: Incident, diagnosis: Diagnosis, at: Millis): Happening[] {
  if (incident.resolvedAt !== undefined) return []
  const happenings = [...expired(incident, at)]
  const reason = changed(incident, diagnosis)
  const recovered = diagnosis.phase === 'recovered'
  if (reason !== undefined || recovered) {
    happenings.push({ type: 'updated', reason: reason ?? 'quieter', diagnosis: onlyNew(incident, diagnosis) })
  }
  if (!recovered) happenings.push(...newRemedies(incident, diagnosis))
  happenings.push(...afterRemedies(incident, diagnosis, at))
  return happenings
}

/** A trouble the analyst no longer speaks of, although every source answered. */
export function forgotten(incident: Incident): Happening[] {
  if (
    incident.resolvedAt !== undefined ||
    incident.declaredBy ||
    incident.remedies.some(({ state }) => IN_FLIGHT.includes(state))
  )
    return []
  return [...verifiedBy(incident), { type: 'resolved', reason: resolveReason(incident) }]
}

/** Whether a diagnosis under another key is about the same thing: the same cause, or a finding in common. */
export function isSameTrouble(incident: Known, diagnosis: Diagnosis): boolean {
  const known = new Set(incident.findings.map(({ id }) => id))
  if (diagnosis.findings.some(({ id }) => known.has(id))) return true
  const [was, is] = [incident.rootCauses[0], diagnosis.rootCauses[0]]
  return was !== undefined && is !== undefined && was.entity.service === is.entity.service && was.fault === is.fault
}

function changed(incident: Incident, diagnosis: Diagnosis): UpdateReason | undefined {
  const cause = (of: Pick<Diagnosis, 'rootCauses'>) => {
    const first = of.rootCauses[0]
    return (
      first && canonical([first.entity.service, first.entity.kind ?? '', first.entity.name ?? '', first.fault ?? ''])
    )
  }
  if (cause(incident) !== cause(diagnosis)) return 'another cause'
  if (incident.severity !== diagnosis.severity) return 'severity changed'
  if (diagnosis.missing.length > incident.missing.length) return 'source missing'
  if (diagnosis.missing.length < incident.missing.length) return 'source back'
  if (diagnosis.services.some(service => !incident.services.includes(service))) return 'more services'
  if (hasMoreEvidence(incident, diagnosis)) return 'more evidence'
  if (incident.wellAgain.good !== diagnosis.wellAgain.good) return 'quieter'
  return undefined
}

/** A state in other words, a new source, a surer verdict, or a quarter more signals: less than that is the same story told longer. */
function hasMoreEvidence(incident: Incident, diagnosis: Diagnosis): boolean {
  const known = new Map(incident.signals.map(signal => [signal.id, signal]))
  if (diagnosis.signals.some(signal => isReworded(known.get(signal.id), signal))) return true
  const sources = new Set(incident.signals.map(({ source }) => source))
  const fresh = diagnosis.signals.filter(({ id }) => !known.has(id))
  if (fresh.some(({ source }) => !sources.has(source))) return true
  if (Math.abs(diagnosis.confidence - incident.confidence) >= 0.1) return true
  return fresh.length >= Math.max(3, known.size / 4)
}

/** The same state told otherwise, by more than its numbers: what was hearsay was seen, or one cause of it became another. */
function isReworded(known: Signal | undefined, signal: Signal): boolean {
  return known?.kind === 'state' && signal.kind === 'state' && wordsOf(known.text) !== wordsOf(signal.text)
}

const wordsOf = (text: string): string => text.replaceAll(/\d[\w.,-]*/g, '#')

function onlyNew(incident: Incident, diagnosis: Diagnosis): Diagnosis {
  const known = new Map(incident.signals.map(signal => [signal.id, signal]))
  return { ...diagnosis, signals: diagnosis.signals.filter(signal => differs(known.get(signal.id), signal)) }
}

function differs(known: Signal | undefined, signal: Signal): boolean {
  return known === undefined || canonical(known) !== canonical(signal)
}

/** One whose approval ran out unused is offered again. */
function newRemedies(incident: Incident, diagnosis: Diagnosis): Happening[] {
  const standing = incident.remedies.filter(({ state }) => state !== 'EXPIRED')
  const known = new Set(standing.map(identity))
  return diagnosis.remedies
    .filter(draft => !known.has(identity(draft)))
    .map((draft, index) => proposal(incident.id, incident.remedies.length + index + 1, draft))
}

/** The same call on the same object is the same remedy, however it is worded. */
function identity(draft: RemedyDraft): string {
  return draft.call ? canonical(draft.call) : `${draft.type} ${draft.title}`
}

export function proposal(incident: string, number: number, draft: RemedyDraft, undoes?: string): Happening {
  return { type: 'proposed', remedy: `${incident}-R${number}`, draft, ...(undoes !== undefined && { undoes }) }
}

function afterRemedies(incident: Incident, diagnosis: Diagnosis, at: Millis): Happening[] {
  if (diagnosis.phase === 'recovered') return forgotten(incident)
  const { good, of } = diagnosis.wellAgain
  return incident.remedies
    .filter(({ state }) => state === 'APPLIED')
    .map((remedy): Happening | undefined => {
      if (good < of && at - (remedy.appliedAt ?? at) >= HELP_MILLIS) {
        return { type: 'failed', remedy: remedy.id, reason: `no better after ${HELP_MILLIS / 60_000} min` }
      }
      const same = remedy.checked?.good === good && remedy.checked.of === of
      return same ? undefined : { type: 'checked', remedy: remedy.id, good, of }
    })
    .filter(happening => happening !== undefined)
}

function verifiedBy(incident: Incident): Happening[] {
  return incident.remedies
    .filter(({ state }) => state === 'APPLIED')
    .map(({ id }) => ({ type: 'verified', remedy: id, reason: 'the signals that opened it are back to usual' }))
}

/** After what was done and left standing: neither an undo, nor what it took back. */
function resolveReason({ remedies }: Incident): 'recovered' | 'recovered after a remedy' {
  const isStanding = (remedy: Remedy) =>
    remedy.appliedAt !== undefined && remedy.undoes === undefined && !isTakenBack(remedy, remedies)
  return remedies.some(isStanding) ? 'recovered after a remedy' : 'recovered'
}

/** An approval nobody completed or claimed in time. */
function expired(incident: Incident, at: Millis): Happening[] {
  return incident.remedies
    .filter(
      ({ state, expiresAt }) =>
        (state === 'PENDING' || state === 'APPROVED') && expiresAt !== undefined && expiresAt < at,
    )
    .map(({ id }) => ({ type: 'expired', remedy: id }))
}
