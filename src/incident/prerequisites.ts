// What the record knows that should hold before a remedy: nobody else is changing the object, and the version it goes back
// to ran without an incident of its own.
import { IN_FLIGHT } from './remedy.ts'
import type { Prerequisite, Preview, Remedy } from './remedy.ts'
import type { Incident } from './incident.ts'
import { isSameObject } from './signal.ts'
import type { Entity } from './signal.ts'
import { readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { turn } from './turn.ts'

const MOST_READ = 100 // incidents, last opened first; how far back they reach is said
const A_TURN = 20 // incidents read before whoever waits for an answer gets it

/** The preview with what the record adds to it: what is under way on the same object refuses, too. */
export async function withRecord(store: IncidentStore, remedy: Remedy, preview: Preview): Promise<Preview> {
  const past = await lastIncidents(store)
  const busy = past.flatMap(({ remedies }) => remedies).find(other => isInTheWay(other, remedy))
  const alone: Prerequisite = {
    what: 'no other remedy is under way on it',
    holds: !busy,
    saw: busy ? `${busy.id} is ${busy.state === 'APPLIED' ? 'applied and watched' : 'being carried out'}` : 'none is',
  }
  const checked = [...(preview.checked ?? []), ...clean(past, remedy, preview), alone]
  const isBeingCarriedOut = busy && IN_FLIGHT.includes(busy.state)
  const refusals = isBeingCarriedOut ? [`${busy.id} is being carried out on the same object: wait for it.`] : []
  return { ...preview, checked, refusals: [...preview.refusals, ...refusals] }
}

async function lastIncidents(store: IncidentStore): Promise<Incident[]> {
  const incidents: Incident[] = []
  for (const id of await store.list({ limit: MOST_READ })) {
    incidents.push(await readIncident(store, id))
    if (incidents.length % A_TURN === 0) await turn()
  }
  return incidents
}

/** What it undoes is applied by its nature. */
function isInTheWay(other: Remedy, remedy: Remedy): boolean {
  const isActive = other.state === 'APPLIED' || IN_FLIGHT.includes(other.state)
  const isAnother = other.id !== remedy.id && other.id !== remedy.undoes
  return isActive && isAnother && other.target.name !== undefined && isSameObject(other.target, remedy.target)
}

/** Whether an incident named the object as its cause while the former version ran. */
function clean(past: readonly Incident[], { incident: own, target }: Remedy, { former }: Preview): Prerequisite[] {
  if (!former) return []
  const what = 'it ran without an incident of its own'
  const blamed = past.filter(
    ({ id, openedAt, onset, rootCauses: [cause] }) =>
      id !== own && cause && isAbout(cause.entity, target) && openedAt > former.from && onset < former.to,
  )
  if (blamed.length > 0) {
    const ids = blamed.slice(0, 3).map(({ id }) => id)
    return [{ what, holds: false, saw: `${ids.join(', ')} named ${target.service} as the cause then` }]
  }
  const reachesBack = (past.at(-1)?.onset ?? Number.POSITIVE_INFINITY) <= former.from
  return [
    reachesBack
      ? { what, holds: true, saw: 'the record has none' }
      : { what, saw: 'the record has none, but does not reach back to its beginning' },
  ]
}

function isAbout(entity: Entity, target: Entity): boolean {
  return entity.service === target.service && (entity.namespace ?? target.namespace) === target.namespace
}
