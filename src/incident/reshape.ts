// What people know better than the analyst: an incident it does not see, signals that do not belong, two that are one.
import type { Action } from './chat.ts'
import { Fault } from './fault.ts'
import { NOTHING_SEEN } from './incident.ts'
import type { Diagnosis, Incident } from './incident.ts'
import type { Person } from './remedy.ts'
import type { Millis } from './signal.ts'
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

/** Moves signals into an incident of their own. Throws a Fault `validation` where none or all of them would go. */
export async function split(
  store: IncidentStore,
  { incident: id, signals: chosen }: Of<'split'>,
  by: Person,
  at: Millis,
): Promise<Incident> {
  const incident = await readIncident(store, id)
  const signals = incident.signals.filter(signal => chosen.includes(signal.id))
  if (signals.length === 0)
    throw new Fault('validation', `None of these signals is in ${id}; it may have been split already.`)
  if (signals.length === incident.signals.length)
    throw new Fault('validation', `These are all signals of ${id}; leave at least one.`)
  const into = await store.nextId()
  const services = [...new Set(signals.map(({ entity }) => entity.service))]
  const diagnosis: Diagnosis = {
    ...NOTHING_SEEN,
    key: `split ${into}`,
    onset: Math.min(...signals.map(signal => signal.at)),
    severity: incident.severity,
    title: `Split from ${id}: ${signals.length === 1 ? '1 signal' : `${signals.length} signals`} of ${services.slice(0, 3).join(', ')}.`,
    description: `${by.name} moved these signals out of ${id}. What broke is not known yet.`,
    services,
    signals,
  }
  await store.append(into, 0, at, by, [{ type: 'opened', key: diagnosis.key, reason: 'split', diagnosis }])
  await amend(store, id, at, by, () => [{ type: 'split', signals: signals.map(signal => signal.id), into }])
  return readIncident(store, into)
}

/**
 * One incident goes on in another, which takes in its signals and services. Written first where they arrive: killed in
 * between, nothing is lost, and saying it again finishes it. Throws a Fault `conflict` where one of them is over.
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
  const { signals, services } = leaving
  const taken = await amend(store, into, at, by, now => {
    if (now.resolvedAt !== undefined) throw new Fault('conflict', `${into} is resolved; merge the other way round.`)
    return now.absorbed.some(({ incident }) => incident === from) ? [] : [{ type: 'absorbed', from, signals, services }]
  })
  await amend(store, from, at, by, now =>
    now.resolvedAt === undefined
      ? [
          { type: 'merged', into },
          { type: 'resolved', reason: 'merged' },
        ]
      : [],
  )
  return taken
}
