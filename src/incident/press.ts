// A press: may they? -> preview -> seal -> act. Every press gets an answer, and only the first one counts.
import type { KeyObject } from 'node:crypto'
import { seal } from './approval.ts'
import type { Toolbox } from './approval.ts'
import type { Action, Reply } from './chat.ts'
import type { Execute } from './execute.ts'
import { asFault, Fault } from './fault.ts'
import { proposal } from './follow.ts'
import type { Incident } from './incident.ts'
import type { Log, Observe } from './observe.ts'
import { decide, isSamePerson, policyHash } from './policy.ts'
import type { Policy } from './policy.ts'
import { withRecord } from './prerequisites.ts'
import type { Happening } from './record.ts'
import type { Person, Preview, Remedy } from './remedy.ts'
import type { Millis } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

export type PressGiven = {
  store: IncidentStore
  toolbox: Toolbox
  execute: Execute
  policy: () => Policy
  privateKey: KeyObject
  newActionId: () => string
  clock: () => Millis
  log: Log
  observe: Observe
}

/** A press that goes through the gate. */
export type Press = Extract<Action, { remedy: string }>

const DRY_RUN_MILLIS = 8_000 // as a source: a person is waiting

export function createPress(given: PressGiven): (press: Press, by: Person) => Promise<Reply> {
  const { store, log, observe } = given
  return async (press, by) => {
    try {
      const { incident, remedy } = await find(store, press.remedy)
      const reply = await answerPress(given, press, by, incident, remedy)
      observe.count('approvals_total', { outcome: reply.result })
      return reply
    } catch (error) {
      const fault = asFault(error)
      if (fault.code === 'not_found') return { result: 'not found', text: fault.message }
      log.warn({ remedy: press.remedy, cause: fault.cause }, `press failed: ${fault.message}`)
      return { result: 'failed', text: fault.message }
    }
  }
}

/** A remedy's id begins with its incident's. */
async function find(store: IncidentStore, id: string): Promise<{ incident: Incident; remedy: Remedy }> {
  const incident = await readIncident(store, id.slice(0, Math.max(0, id.lastIndexOf('-R'))))
  const remedy = incident.remedies.find(candidate => candidate.id === id)
  if (!remedy) throw new Fault('not_found', `There is no remedy ${id}.`)
  return { incident, remedy }
}

async function answerPress(
  given: PressGiven,
  press: Press,
  by: Person,
  incident: Incident,
  remedy: Remedy,
): Promise<Reply> {
  switch (press.kind) {
    case 'preview':
      return preview(given, by, incident, remedy)
    case 'approve':
      return approve(given, by, incident, remedy)
    case 'deny':
      return deny(given, by, incident, remedy, press.reason ?? 'no reason given')
    case 'undo':
      return undo(given, by, incident, remedy)
  }
}

async function preview(given: PressGiven, by: Person, incident: Incident, remedy: Remedy): Promise<Reply> {
  const settled = alreadySettled(remedy)
  if (settled) return settled
  const seen = await dryRun(given, remedy)
  const text = `${seen.diff.join('; ')}. ${count(seen.pods, 'pod')} touched.`
  return unlessSettled(given, by, incident, { type: 'previewed', remedy: remedy.id, preview: seen }, text)
}

/** Writes what a press does, unless the remedy was settled by another press meanwhile; `text`: what is said of it. */
async function unlessSettled(
  given: PressGiven,
  by: Person,
  { id }: Incident,
  happening: Happening & { remedy: string },
  text: string,
): Promise<Reply> {
  let settled: Reply | undefined
  const after = await amend(given.store, id, given.clock(), by, now => {
    settled = alreadySettled(named(now, happening.remedy))
    return settled ? [] : [happening]
  })
  return settled ?? { result: 'done', text, remedy: named(after, happening.remedy) }
}

async function approve(given: PressGiven, by: Person, incident: Incident, remedy: Remedy): Promise<Reply> {
  const pointless = alreadyPointless(incident, remedy)
  if (pointless) return pointless
  const { call } = remedy
  if (!call)
    return { result: 'refused', text: 'This is advice for a person; there is no call behind it to carry out.', remedy }
  const policy = given.policy()
  const decision = decide(policy, by, call)
  if (!decision.allowed) return { result: 'not yours', text: `Not yours to approve: ${decision.because}.`, remedy }

  const seen = await dryRun(given, remedy)
  const drift = remedy.preview && drifted(remedy.preview, seen)
  if (drift || seen.refusals.length > 0) {
    const happenings: Happening[] = drift ? [{ type: 'drifted', remedy: remedy.id, reason: drift }] : []
    const after = await amend(given.store, incident.id, given.clock(), by, now =>
      alreadySettled(named(now, remedy.id))
        ? []
        : [...happenings, { type: 'previewed', remedy: remedy.id, preview: seen }],
    )
    const text = drift
      ? `${drift}; look at the new preview and press again.`
      : `Cannot be done now: ${seen.refusals.join('; ')}.`
    return { result: drift ? 'drifted' : 'refused', text, remedy: named(after, remedy.id) }
  }

  let late: Reply | undefined
  const at = given.clock()
  const after = await amend(given.store, incident.id, at, by, now => {
    const current = named(now, remedy.id)
    late = alreadyPointless(now, current)
    const isWaiting = current.state === 'PENDING' // else its yeses were to an object that has drifted since
    if (isWaiting && current.approvals.some(approval => isSamePerson(policy, approval.by, by))) {
      late = { result: 'already done', text: 'You approved this already; it needs one more person.', remedy: current }
    }
    if (late) return []
    if (isWaiting && current.expiresAt !== undefined && current.expiresAt < at) {
      late = { result: 'expired', text: EXPIRED }
      return [{ type: 'expired', remedy: remedy.id }]
    }
    const before = isWaiting ? {} : { approvals: [], expiresAt: undefined }
    return approvedBy(given, by, { ...current, ...before, call, preview: seen }, decision, at)
  })
  const now = named(after, remedy.id)
  if (late) return { ...late, remedy: now }
  if (now.state === 'APPROVED') void given.execute.run(incident.id, remedy.id)
  const text =
    now.state === 'APPROVED' ? `Approved by ${by.name}.` : `Approved by ${by.name}; one more person is needed.`
  return { result: 'done', text, remedy: now }
}

type Allowed = Extract<ReturnType<typeof decide>, { allowed: true }>

/** One more yes; sealed to the call and to the object as it was just seen, once there are enough. */
function approvedBy(
  given: PressGiven,
  by: Person,
  remedy: Remedy & { call: NonNullable<Remedy['call']>; preview: Preview },
  { approvals: need, ttlSeconds }: Allowed,
  at: Millis,
): Happening[] {
  const people = [...remedy.approvals.map(approval => approval.by), by]
  const expiresAt = remedy.expiresAt ?? at + ttlSeconds * 1_000
  const previewed: Happening = { type: 'previewed', remedy: remedy.id, preview: remedy.preview }
  const approved = { type: 'approved', remedy: remedy.id, have: people.length, need, expiresAt } as const
  if (people.length < need) return [previewed, approved]
  const actionId = given.newActionId()
  const approval = {
    remedy: remedy.id,
    actionId,
    call: remedy.call,
    uid: remedy.preview.uid,
    generation: remedy.preview.generation,
    approvedAt: at,
    expiresAt,
    approvedBy: people.map(({ chat, team, user }) => [chat, team ?? '', user].join(':')),
    policy: policyHash(given.policy()),
  }
  return [previewed, { ...approved, actionId, sealed: seal(approval, given.privateKey) }]
}

async function deny(given: PressGiven, by: Person, incident: Incident, remedy: Remedy, reason: string): Promise<Reply> {
  const settled = alreadySettled(remedy)
  if (settled) return settled
  if (remedy.call) {
    const decision = decide(given.policy(), by, remedy.call)
    if (!decision.allowed) return { result: 'not yours', text: `Not yours to deny: ${decision.because}.`, remedy }
  }
  return unlessSettled(given, by, incident, { type: 'denied', remedy: remedy.id, reason }, `Denied by ${by.name}.`)
}

/** A new remedy with an id of its own that takes the old one back; the press that asks for it approves it. */
async function undo(given: PressGiven, by: Person, incident: Incident, remedy: Remedy): Promise<Reply> {
  const inverse = remedy.outcome?.result === 'applied' ? remedy.outcome.inverse : undefined
  if (!inverse) return { result: 'refused', text: 'There is nothing to take back.', remedy }
  const undoOf = ({ remedies }: Incident) =>
    remedies.find(({ undoes, state }) => undoes === remedy.id && state !== 'EXPIRED')
  const after = await amend(given.store, incident.id, given.clock(), by, now =>
    undoOf(now) ? [] : [undoProposal(now, remedy, inverse)],
  )
  const undoing = undoOf(after)
  if (!undoing) throw new Fault('processing', 'The undo was not recorded.')
  return approve(given, by, after, undoing)
}

function undoProposal(incident: Incident, remedy: Remedy, call: NonNullable<Remedy['call']>): Happening {
  const draft = {
    type: remedy.type,
    target: remedy.target,
    call,
    title: `Undo: ${remedy.title}`,
    reason: `Puts back what ${remedy.id} changed.`,
    riskLevel: remedy.riskLevel,
    prerequisites: [],
    evidence: remedy.evidence,
  }
  return proposal(incident.id, incident.remedies.length + 1, draft, remedy.id)
}

async function dryRun(given: PressGiven, remedy: Remedy): Promise<Preview> {
  if (!remedy.call) throw new Fault('validation', 'This is advice for a person; there is no call behind it to preview.')
  const call = { ...remedy.call, arguments: { ...remedy.call.arguments, dry_run: true } }
  const { structured } = await given.toolbox.call(call, { deadlineMillis: DRY_RUN_MILLIS })
  return withRecord(given.store, remedy, structured as Preview)
}

function drifted(before: Preview, now: Preview): string | undefined {
  if (before.uid !== now.uid) return 'The object was replaced by another of the same name since the preview'
  if (before.generation !== now.generation) return 'The object was changed since the preview'
  return undefined
}

/** Why a yes to it can do nothing any more. An undo may come after the end of its incident. */
function alreadyPointless({ id, resolvedAt }: Incident, remedy: Remedy): Reply | undefined {
  const isOver = resolvedAt !== undefined && remedy.undoes === undefined
  const refused = { result: 'refused', text: `${id} is resolved; there is nothing to mend.`, remedy } as const
  return alreadySettled(remedy) ?? (isOver ? refused : undefined)
}

const EXPIRED = 'The approval expired before it was used; nothing was done.'

/** The answer for a remedy that a press can change nothing about any more. */
function alreadySettled(remedy: Remedy): Reply | undefined {
  const who = remedy.approvals
    .map(({ by, at }) => `${by.name} at ${new Date(at).toISOString().slice(11, 16)} UTC`)
    .join(' and ')
  switch (remedy.state) {
    case 'PROPOSED':
    case 'PREVIEWED':
    case 'PENDING':
    case 'DRIFTED':
      return undefined
    case 'APPROVED':
    case 'CLAIMED':
    case 'INTENT_RECORDED':
      return { result: 'already done', text: `Already approved by ${who}; it is being carried out.`, remedy }
    case 'APPLIED':
    case 'VERIFIED':
      return { result: 'already done', text: `Already done, approved by ${who}.`, remedy }
    case 'EXPIRED':
      return { result: 'expired', text: EXPIRED, remedy }
    case 'DENIED':
      return { result: 'refused', text: `Denied: ${remedy.stateReason ?? ''}`, remedy }
    case 'FAILED':
      return { result: 'refused', text: `Tried, and did not help: ${remedy.stateReason ?? ''}.`, remedy }
  }
}

function named(incident: Incident, id: string): Remedy {
  const remedy = incident.remedies.find(candidate => candidate.id === id)
  if (!remedy) throw new Fault('not_found', `There is no remedy ${id}.`)
  return remedy
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
