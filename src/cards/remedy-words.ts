// How a remedy is spoken of: what a press would do, what is being done, what was done, and by whom, all from the record.
import type { Incident } from '#incident/incident.ts'
import { latestOf } from '#incident/remedy.ts'
import type { Preview, Remedy, RemedyDraft, RemedyState, RemedyType } from '#incident/remedy.ts'
import { clock } from './duration.ts'
import { exact, join, name, person, say, sentence, words } from './card.ts'
import type { Reader, Run, Text } from './card.ts'

type Verb = { imperative: string; doing: string; done: string }

const VERBS: Record<RemedyType, Verb> = {
  rollback: { imperative: 'Roll back', doing: 'Rolling back', done: 'rolled back' },
  restart: { imperative: 'Restart', doing: 'Restarting', done: 'restarted' },
  scale: { imperative: 'Scale', doing: 'Scaling', done: 'scaled' },
  investigate: { imperative: 'Look', doing: 'Looking', done: 'looked at' },
  alert: { imperative: 'Alert', doing: 'Alerting', done: 'alerted' },
}

const UNDO: Verb = { imperative: 'Undo', doing: 'Putting back', done: 'put back' }

export function verb(remedy: Pick<RemedyDraft, 'type'> & { undoes?: string }): Verb {
  return remedy.undoes === undefined ? VERBS[remedy.type] : UNDO
}

/** A press can still set it going. */
const WAITING: readonly RemedyState[] = ['PROPOSED', 'PREVIEWED', 'PENDING', 'DRIFTED']

export function pressable(incident: Incident): Remedy[] {
  return incident.remedies.filter(
    ({ state, call, undoes }) =>
      call !== undefined && WAITING.includes(state) && (incident.phase !== 'resolved' || undoes !== undefined),
  )
}

export function isWaiting(incident: Incident, { id }: Remedy): boolean {
  return pressable(incident).some(waiting => waiting.id === id)
}

/** The last one that somebody set going. */
export function latestActed({ remedies }: Incident): Remedy | undefined {
  return latestOf(remedies.filter(({ approvals }) => approvals.length > 0))
}

/** Whether a press can take it back: it was applied, its inverse is known, and nobody asked for that yet. */
export function undoable({ remedies }: Incident, { id, outcome }: Remedy): boolean {
  return outcome?.result === 'applied' && outcome.inverse !== undefined && !remedies.some(({ undoes }) => undoes === id)
}

export function approvers({ approvals }: Remedy): Text {
  return join(
    approvals.map(({ by }) => person(by)),
    ' and ',
  )
}

/** "Approved by Ana 14:09 · applied 14:09 · checking (2 of 3 looks good)": only what the record holds. */
export function progress(remedy: Remedy, reader: Reader): Text {
  const approved = remedy.approvals.length > 0 ? [say`Approved by ${approvedBy(remedy, reader)}`] : []
  return join([...approved, ...sinceApproval(remedy, reader)], ' · ')
}

/** "Ana 14:09 and Ben 14:10" */
export function approvedBy(remedy: Remedy, reader: Reader): Text {
  return join(
    remedy.approvals.map(({ by, at }) => say`${person(by)} ${clock(at, reader)}`),
    ' and ',
  )
}

export function sinceApproval(remedy: Remedy, reader: Reader): Text[] {
  const steps: Text[] = []
  const missing = remedy.approvalsNeeded - remedy.approvals.length
  if (remedy.state === 'PENDING' && missing > 0) {
    steps.push(say`${words(missing === 1 ? 'one more person is' : `${missing} more people are`)} needed`)
  }
  if (remedy.appliedAt !== undefined) steps.push(say`applied ${clock(remedy.appliedAt, reader)}`)
  const now = STEP[remedy.state]?.(remedy, clock(remedy.stateAt, reader))
  if (now) steps.push(now)
  return steps
}

const STEP: Partial<Record<RemedyState, (remedy: Remedy, at: Run) => Text>> = {
  APPROVED: () => say`waiting to be sent`,
  CLAIMED: () => say`being carried out`,
  INTENT_RECORDED: () => say`being carried out`,
  APPLIED: ({ checked }) => (checked ? say`checking (${looksGood(checked)})` : say`checking`),
  VERIFIED: ({ undoes }, at) => say`${words(undoes === undefined ? 'recovered' : UNDO.done)} ${at}`,
  FAILED: ({ stateReason, appliedAt }) =>
    appliedAt !== undefined && stateReason ? [sentence(stateReason)] : say`failed${because(stateReason)}`,
  DRIFTED: ({ stateReason }) => say`not done, the object had changed${because(stateReason)}`,
  EXPIRED: (_, at) => say`expired unused ${at}`,
  DENIED: ({ stateReason }, at) => say`denied ${at}${because(stateReason)}`,
}

export function looksGood({ good, of }: { good: number; of: number }): Run {
  return words(`${good} of ${of} ${good === 1 ? 'looks' : 'look'} good`)
}

function because(reason: string | undefined): Text {
  return reason ? say`: ${sentence(reason)}` : []
}

export function podCount({ pods }: Preview): string {
  return pods === 1 ? '1 pod' : `${pods} pods`
}

/** "shop/Deployment/checkout", or the service where the exact object is not known. */
export function objectOf({ target }: RemedyDraft): Run {
  const { cluster, namespace, kind, name: called, service } = target
  if (called === undefined) return name(service)
  return exact([cluster, namespace, kind, called].filter(part => part !== undefined).join('/'))
}
