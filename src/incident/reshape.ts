// What people know better than the analyst: an incident it does not see, signals that do not belong, two that are one.
import type { Action } from './chat.ts'
import { Fault } from './fault.ts'
import { fold } from './fold.ts'
import { NOTHING_SEEN } from './incident.ts'
import type { Diagnosis, Incident } from './incident.ts'
import { IN_FLIGHT } from './remedy.ts'
import type { Person } from './remedy.ts'
import type { Millis, Severity, Signal } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

type Of<K extends Action['kind']> = Extract<Action, { kind: K }>

/** Opens an incident in a person's words. The analyst may never speak of it; a person closes it. */
export async function declare(
  store: IncidentStore,
  { title, severity, service }: Of<'declare'>,
  by: Person,
  at: Millis,
): Promise<Incident> {
  const id = await store.nextId()
  const diagnosis: Diagnosis = {
    ...NOTHING_SEEN,
    key: `declared ${id}`,
    onset: at,
    severity,
    title,
    description: `Declared by ${by.name}. No source has shown it yet.`,
    services: [service],
  }
  await store.append(id, 0, at, by, [{ type: 'opened', key: diagnosis.key, reason: 'declared', diagnosis }])
  return readIncident(store, id)
}

/**
 * Moves signals into an incident of their own. Written first where they leave: killed in between, saying it again opens
 * the other. Throws a Fault `validation` where none or all of them would go.
 */
export async function split(
  store: IncidentStore,
  { incident: from, signals: chosen }: Of<'split'>,
  by: Person,
  at: Millis,
): Promise<Incident> {
  const halfDone = await unopened(store, from, chosen)
  if (halfDone) return openSplit(store, halfDone, by, at)
  const into = await store.nextId()
  let signals: Signal[] = []
  const { severity } = await amend(store, from, at, by, now => {
    signals = now.signals.filter(signal => chosen.includes(signal.id))
    if (signals.length === 0)
      throw new Fault('validation', `None of these signals is in ${from}; it may have been split already.`)
    if (signals.length === now.signals.length)
      throw new Fault('validation', `These are all signals of ${from}; leave at least one.`)
    return [{ type: 'split', signals: signals.map(({ id }) => id), into }]
  })
  return openSplit(store, { from, into, severity, signals }, by, at)
}

type Moved = { from: string; into: string; severity: Severity; signals: Signal[] }

/** A split of these signals whose other incident is not there yet. */
async function unopened(store: IncidentStore, from: string, chosen: readonly string[]): Promise<Moved | undefined> {
  const entries = await store.read(from)
  const index = entries.findLastIndex(
    ({ happening }) => happening.type === 'split' && happening.signals.some(id => chosen.includes(id)),
  )
  const happening = entries[index]?.happening
  if (happening?.type !== 'split' || (await store.read(happening.into)).length > 0) return undefined
  const { severity, signals } = fold(entries.slice(0, index))
  return { from, into: happening.into, severity, signals: signals.filter(({ id }) => happening.signals.includes(id)) }
}

async function openSplit(
  store: IncidentStore,
  { from, into, severity, signals }: Moved,
  by: Person,
  at: Millis,
): Promise<Incident> {
  const services = [...new Set(signals.map(({ entity }) => entity.service))]
  const diagnosis: Diagnosis = {
    ...NOTHING_SEEN,
    key: `split ${into}`,
    onset: Math.min(...signals.map(signal => signal.at)),
    severity,
    title: `Split from ${from}: ${signals.length === 1 ? '1 signal' : `${signals.length} signals`} of ${services.slice(0, 3).join(', ')}.`,
    description: `${by.name} moved these signals out of ${from}. What broke is not known yet.`,
    services,
    signals,
  }
  await store.append(into, 0, at, by, [{ type: 'opened', key: diagnosis.key, reason: 'split', diagnosis }])
  return readIncident(store, into)
}

/**
 * One incident goes on in another, which takes in its signals and services. Written first where they arrive: killed in
 * between, nothing is lost, and saying it again finishes it. Throws a Fault `conflict` where one of them is over, or where
 * the one that ends has a remedy whose outcome is not known yet: it would be neither verified nor said to have failed.
 */
export async function merge(
  store: IncidentStore,
  { incident: from, into }: Of<'merge'>,
  by: Person,
  at: Millis,
): Promise<Incident> {
  if (from === into) throw new Fault('validation', `${from} cannot be merged into itself.`)
  const leaving = await readIncident(store, from)
  if (leaving.mergedInto === into) return readIncident(store, into)
  if (leaving.resolvedAt !== undefined) throw new Fault('conflict', `${from} is resolved; there is nothing to merge.`)
  refuseUnverified(leaving, into)
  const { signals, services } = leaving
  const taken = await amend(store, into, at, by, now => {
    if (now.resolvedAt !== undefined) throw new Fault('conflict', `${into} is resolved; merge the other way round.`)
    return now.absorbed.some(({ incident }) => incident === from) ? [] : [{ type: 'absorbed', from, signals, services }]
  })
  await amend(store, from, at, by, now => {
    if (now.resolvedAt !== undefined) return []
    refuseUnverified(now, into)
    const isMutual = now.absorbed.some(({ incident }) => incident === into)
    if (isMutual && from < into)
      throw new Fault('conflict', `${into} is being merged into ${from} at the same time; that one goes on.`)
    return [
      { type: 'merged', into },
      { type: 'resolved', reason: 'merged' },
    ]
  })
  return taken
}

function refuseUnverified({ id, remedies }: Incident, into: string): void {
  const remedy = remedies.find(({ state }) => state === 'APPLIED' || IN_FLIGHT.includes(state))
  if (!remedy) return
  const what = remedy.state === 'APPLIED' ? 'it is not known yet whether it helps' : 'it is being carried out'
  throw new Fault(
    'conflict',
    `${id} cannot end now: ${remedy.id} was approved, and ${what}. Merge ${into} into ${id}, or wait.`,
  )
}
