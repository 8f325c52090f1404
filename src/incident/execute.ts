// Carries out what was approved, exactly once: the same sealed call again and again until it is known how it ended.
import type { Toolbox } from './approval.ts'
import { asFault } from './fault.ts'
import type { Log, Observe } from './observe.ts'
import type { Happening } from './record.ts'
import { IN_FLIGHT } from './remedy.ts'
import type { Outcome, Remedy } from './remedy.ts'
import type { Millis } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

export type Execute = {
  /** Resolves once an outcome is recorded, or at `stop`. Calling it twice for one remedy is harmless. */
  run(incident: string, remedy: string): Promise<void>
  /** Goes on with everything that was approved and has no outcome yet. */
  resume(): Promise<void>
  stop(): Promise<void>
}

const CALL_MILLIS = 25_000 // an API server answers a timed-out write within 34 s at the latest; the gate asks again by itself
const PAUSES_MILLIS = [500, 1_000, 2_000, 5_000, 10_000, 30_000] // then every 30 s: until it is known, nobody may be told it failed

const MOST_READ = 1_000 // last opened first: an approval lives minutes, so one older than these has ended

export function createExecute(given: {
  store: IncidentStore
  toolbox: Toolbox
  clock: () => Millis
  stopped: () => boolean
  pause: (millis: number, signal: AbortSignal) => Promise<void>
  log: Log
  observe: Observe
}): Execute {
  const { store, toolbox, clock, log, observe } = given
  const running = new Map<string, Promise<void>>()
  const ending = new AbortController()

  async function carryOut(incident: string, id: string): Promise<void> {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      if (await isOver(incident, id)) return
      await given.pause(PAUSES_MILLIS[Math.min(attempt, PAUSES_MILLIS.length - 1)] ?? 0, ending.signal)
    }
  }

  /** After one more try. What cannot be read from the record or written to it now, can be later. */
  async function isOver(incident: string, id: string): Promise<boolean> {
    try {
      const remedy = (await readIncident(store, incident)).remedies.find(candidate => candidate.id === id)
      if (!remedy || !IN_FLIGHT.includes(remedy.state)) return true
      const ended = given.stopped() ? undefined : await attemptOnce(remedy)
      if (!ended) return false
      await amend(store, incident, clock(), 'system', now =>
        inFlight(now.remedies, id) ? [ended, ...afterUndo(now.remedies, ended)] : [],
      )
      observe.count('actions_total', { type: remedy.type, outcome: ended.type })
      return true
    } catch (error) {
      log.error({ remedy: id, cause: asFault(error).cause }, `stopped half-way: ${asFault(error).message}`)
      return false
    }
  }

  /** How it ended; undefined while that is not known. */
  async function attemptOnce(remedy: Remedy): Promise<Happening | undefined> {
    if (!remedy.call || remedy.sealed === undefined) return failed(remedy, 'it was approved without a seal')
    try {
      const options = { deadlineMillis: CALL_MILLIS, approval: remedy.sealed, signal: ending.signal }
      const { structured } = await toolbox.call(remedy.call, options)
      return happened(remedy, structured as Outcome)
    } catch (error) {
      const fault = asFault(error)
      log.warn(
        { remedy: remedy.id, code: fault.code, cause: fault.cause },
        `not known yet whether it was done: ${fault.message}`,
      )
      if (fault.code === 'expired') return { type: 'expired', remedy: remedy.id }
      const maybeSent = remedy.state === 'INTENT_RECORDED' // then a refusal to look says nothing about what was sent
      return maybeSent || fault.retryable || fault.code === 'conflict' ? undefined : failed(remedy, fault.message)
    }
  }

  function run(incident: string, id: string): Promise<void> {
    const known = running.get(id)
    if (known) return known
    const work = carryOut(incident, id).finally(() => running.delete(id))
    running.set(id, work)
    return work
  }

  return {
    run,
    async resume() {
      // A closed one too: a person may close an incident while its remedy is under way, or undo it afterwards.
      const open = await store.list({ open: true, limit: MOST_READ })
      for (const id of new Set([...open, ...(await store.list({ limit: MOST_READ }))])) {
        const incident = await readIncident(store, id)
        for (const remedy of incident.remedies) if (IN_FLIGHT.includes(remedy.state)) void run(id, remedy.id)
      }
    },
    async stop() {
      ending.abort()
      await Promise.all(running.values())
    },
  }
}

function happened(remedy: Remedy, outcome: Outcome): Happening {
  switch (outcome.result) {
    case 'applied': {
      // Learnt after a restart that it had been done: then only the preview knew the object as it was.
      const inverse = outcome.inverse ?? remedy.preview?.inverse
      return { type: 'applied', remedy: remedy.id, outcome: { ...outcome, ...(inverse && { inverse }) } }
    }
    case 'drifted':
      return { type: 'drifted', remedy: remedy.id, reason: outcome.detail }
    case 'no-op':
    case 'gone':
    case 'rejected':
      return { type: 'failed', remedy: remedy.id, reason: outcome.detail, outcome }
  }
}

/** An undo that was applied is verified by that: its object is as it was. What it took back is watched no longer. */
function afterUndo(remedies: readonly Remedy[], ended: Happening): Happening[] {
  if (ended.type !== 'applied') return []
  const undone = remedies.find(({ id }) => id === ended.remedy)?.undoes
  if (undone === undefined) return []
  const reason = `its object is as it was before ${undone}`
  const verified: Happening = { type: 'verified', remedy: ended.remedy, reason }
  const isWatched = remedies.some(({ id, state }) => id === undone && state === 'APPLIED')
  return isWatched
    ? [verified, { type: 'failed', remedy: undone, reason: 'taken back before it was known to help' }]
    : [verified]
}

function failed(remedy: Remedy, reason: string): Happening {
  return { type: 'failed', remedy: remedy.id, reason }
}

function inFlight(remedies: readonly Remedy[], id: string): boolean {
  return remedies.some(remedy => remedy.id === id && IN_FLIGHT.includes(remedy.state))
}
