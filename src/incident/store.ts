// Port: IncidentStore, where the record lives; and amend, the one way to add to it.
import type { ChatName } from './thread.ts'
import type { Delivery, Received } from './delivery.ts'
import { Fault } from './fault.ts'
import { fold } from './fold.ts'
import type { Incident } from './incident.ts'
import type { Actor, ChainVerdict, Entry, Happening } from './record.ts'
import type { Millis, Signal } from './signal.ts'
import { turn } from './turn.ts'

/**
 * Contract: `append` is durable when it returns, all of it or nothing, and a conflict when the incident's last version is
 * not `expectedVersion` (0: the incident must not exist yet). Entries of all incidents form one hash chain. Listeners
 * hear each entry once, in order, after it is durable. Every failure is a Fault; a full disk or a folder that cannot be
 * written is `resource`.
 */
export type IncidentStore = {
  append(incident: string, expectedVersion: number, at: Millis, by: Actor, happenings: Happening[]): Promise<Entry[]>
  read(incident: string): Promise<Entry[]>
  /** An id never given before: INC-1, INC-2 ... */
  nextId(): Promise<string>
  /** Ids of incidents, last opened first. */
  list(filter?: { open?: boolean; before?: string; limit?: number }): Promise<string[]>
  /** Entries of all incidents after `seq`, oldest first. */
  entriesAfter(seq: number, limit: number): Promise<Entry[]>
  listen(listener: (entry: Entry) => void): () => void
  verify(): Promise<ChainVerdict>
  /** Signals nothing cites yet, kept for 24 h; again the same id: the newer one stays. */
  remember(signals: Signal[], at: Millis): Promise<void>
  recall(ids: string[]): Promise<Signal[]>
  /** Named blobs: what the analyst has learnt, how far each source was read. */
  save(name: string, bytes: Uint8Array): Promise<void>
  load(name: string): Promise<Uint8Array | undefined>
  /** The same chat and key again: the newer one stays. */
  keepDelivery(delivery: Delivery): Promise<void>
  /** A delivery that is known not to have been taken. */
  dropDelivery(chat: ChatName, key: string): Promise<void>
  deliveries(chat: ChatName, incident: string): Promise<Delivery[]>
  /** The incident one of our messages is about. */
  deliveredAs(chat: ChatName, channel: string, id: string): Promise<Delivery | undefined>
  /** Durable when it returns; false for an id that was received before. Kept for 24 h. */
  receive(received: Received): Promise<boolean>
  /** What was received and is not dealt with, oldest first. */
  unhandled(): Promise<Received[]>
  handled(id: string): Promise<void>
  close(): Promise<void>
}

/** Throws a Fault `not_found`. */
export async function readIncident(store: IncidentStore, id: string): Promise<Incident> {
  const entries = await store.read(id)
  if (entries.length === 0) throw new Fault('not_found', `There is no incident ${id}.`)
  return fold(entries)
}

const A_TURN = 20 // incidents read before whoever waits for an answer gets it

/** Last opened first. */
export async function openIncidents(store: IncidentStore, limit: number): Promise<Incident[]> {
  const incidents: Incident[] = []
  for (const id of await store.list({ open: true, limit })) {
    incidents.push(await readIncident(store, id))
    if (incidents.length % A_TURN === 0) await turn()
  }
  return incidents
}

const ATTEMPTS = 8 // a person pressing while a tick writes meets one or two others; eight in a row would be a defect

/**
 * Reads the incident, asks what happens next, and appends it, unless somebody was faster: then asks again with what
 * is true now. `decide` may throw to refuse; an empty list changes nothing.
 */
export async function amend(
  store: IncidentStore,
  id: string,
  at: Millis,
  by: Actor,
  decide: (incident: Incident) => Happening[],
): Promise<Incident> {
  for (let attempt = 1; ; attempt++) {
    const entries = await store.read(id)
    if (entries.length === 0) throw new Fault('not_found', `There is no incident ${id}.`)
    const incident = fold(entries)
    const happenings = decide(incident)
    if (happenings.length === 0) return incident
    try {
      return fold([...entries, ...(await store.append(id, incident.version, at, by, happenings))])
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'conflict' || attempt === ATTEMPTS) throw error
    }
  }
}

/** As `amend`, of an incident as it was just read: it is read again only where somebody was faster. */
export async function amendRead(
  store: IncidentStore,
  incident: Incident,
  at: Millis,
  by: Actor,
  decide: (incident: Incident) => Happening[],
): Promise<void> {
  const happenings = decide(incident)
  if (happenings.length === 0) return
  try {
    await store.append(incident.id, incident.version, at, by, happenings)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'conflict') throw error
    await amend(store, incident.id, at, by, decide)
  }
}
