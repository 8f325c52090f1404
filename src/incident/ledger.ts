// The Ledger over the record: an approval opens the gate for one action, until how it ended is written down.
import type { Approval, Ledger } from './approval.ts'
import { Fault } from './fault.ts'
import { IN_FLIGHT } from './remedy.ts'
import type { Remedy, RemedyState } from './remedy.ts'
import type { Happening } from './record.ts'
import type { Millis } from './signal.ts'
import { amend } from './store.ts'
import type { IncidentStore } from './store.ts'

// An API server applies a write 34 s after it came at the latest, and one call sends for 25 s: with an intent renewed each
// minute, nothing lands 60 + 25 + 34 s after the last that is written.
const RENEWED_MILLIS = 60_000
const SETTLES_MILLIS = 120_000

/** `clock` decides on expiry. Two claims at once: both pass, as one action; only one of them is written. */
export function createLedger(store: IncidentStore, clock: () => Millis): Ledger {
  async function write(approval: Approval, decide: (remedy: Remedy, now: Millis) => Happening[]): Promise<void> {
    const now = clock()
    await amend(store, incidentOf(approval.remedy), now, 'system', incident => {
      const remedy = incident.remedies.find(({ id }) => id === approval.remedy)
      if (remedy?.actionId !== approval.actionId) {
        throw new Fault(
          'forbidden',
          `The record knows no such approval of ${approval.remedy}. Ask for the remedy again.`,
        )
      }
      if (!IN_FLIGHT.includes(remedy.state)) throw ended(remedy)
      return decide(remedy, now)
    })
  }

  return {
    async claim(approval) {
      let late = false
      let mayLand = false
      await write(approval, (remedy, now) => {
        mayLand = remedy.state === 'INTENT_RECORDED' && now - remedy.stateAt < SETTLES_MILLIS
        if (remedy.state !== 'APPROVED') return []
        late = now > approval.expiresAt
        if (late) return [{ type: 'expired', remedy: remedy.id }]
        return [{ type: 'claimed', remedy: remedy.id, actionId: approval.actionId }]
      })
      if (late) throw expired(approval.remedy)
      return { mayLand }
    },
    intend: (approval, patch) =>
      write(approval, (remedy, now) => {
        if (remedy.state === 'INTENT_RECORDED' && now - remedy.stateAt < RENEWED_MILLIS) return []
        return [{ type: 'intended', remedy: remedy.id, actionId: approval.actionId, patch }]
      }),
  }
}

/** INC-42-R1 -> INC-42 */
function incidentOf(remedy: string): string {
  return remedy.slice(0, Math.max(0, remedy.lastIndexOf('-R')))
}

const ENDED: Partial<Record<RemedyState, string>> = {
  APPLIED: 'it was applied',
  VERIFIED: 'it was applied and verified',
  FAILED: 'it failed',
  DRIFTED: 'its object had changed in the meantime',
  DENIED: 'it was denied',
}

function ended({ id, state }: Remedy): Fault {
  if (state === 'EXPIRED') return expired(id)
  const how = ENDED[state]
  if (!how) return new Fault('forbidden', `${id} is not approved yet.`)
  return new Fault('conflict', `${id} has been decided already: ${how}. Ask for it again if it is still needed.`)
}

function expired(remedy: string): Fault {
  return new Fault('expired', `The approval of ${remedy} has expired; nothing was done. Ask for the remedy again.`)
}
