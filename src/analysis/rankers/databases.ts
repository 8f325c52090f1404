// What databases show: what one is short of and what drives it, where the trouble is on it, behind it, or at what copies it.
import type { Millis } from '#incident/signal.ts'
import { databasesOf } from '../databases/database.ts'
import type { Database } from '../databases/database.ts'
import { judge } from '../databases/judgement.ts'
import type { Judgement } from '../databases/judgement.ts'
import { roleOf } from '../databases/role.ts'
import type { Role } from '../databases/role.ts'
import type { Learnt } from '../learnt.ts'
import type { Symptom } from '../symptom.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import type { Add } from './evidence.ts'

/** As much as a state of ten points: the system's own numbers say so. */
const FIRST_UNITS = 2
const BESIDE = [0.6, 0.5, 0.4, 0.3, 0.2]

/** Of the databases near the symptoms. */
export function judgementsOn(
  learnt: Learnt,
  topology: Topology,
  symptoms: readonly Symptom[],
  onset: Millis,
): Judgement[] {
  const services = new Set(symptoms.flatMap(symptom => [...symptom.services, ...symptom.peers]))
  const near = [...databasesOf(learnt, topology, onset).values()].filter(one => isNear(one, services, topology))
  const judged = near.flatMap(database => {
    const judgement = judge(database, guardedOf(learnt, symptoms, database))
    return judgement ? [{ database, judgement }] : []
  })
  return judged.flatMap(one => (judged.some(other => silences(other, one, services)) ? [] : [one.judgement]))
}

/** Faults that explain a lag, whoever's alarm holds. */
const STOPS_WRITES = new Set(['storage full', 'failover', 'restart', 'transaction ID wraparound'])

type Judged = { database: Database; judgement: Judgement }

/** Of a source and its replica, whose own alarms hold speaks; of both, the source. */
function silences(one: Judged, other: Judged, services: ReadonlySet<ServiceKey>): boolean {
  if (one.judgement.atMost !== undefined) return false
  const [mine, theirs] = [services.has(one.database.key), services.has(other.database.key)]
  if (other.database.source === one.database) return mine || !theirs
  return one.database.source === other.database && mine && !theirs && !STOPS_WRITES.has(other.judgement.fault)
}

export function addDatabases(judgements: readonly Judgement[], add: Add): void {
  for (const { key, fault, verdict, reasons } of judgements) {
    for (const [i, { text, signals }] of reasons.entries()) {
      const units = i === 0 ? FIRST_UNITS : (BESIDE[i - 1] ?? BESIDE.at(-1)!)
      add(key, {
        kind: restsOnSaid(signals) ? 'logs' : 'metric',
        units,
        reason: text,
        signals,
        ...(i === 0 && { fault, verdict }),
      })
    }
  }
}

/** What was said is another kind of evidence than what was measured. */
function restsOnSaid(signals: readonly string[]): boolean {
  return signals.length > 0 && signals.every(id => /:(?:log|annotation|event):/.test(id))
}

/** It suffers itself, is called by who suffers, or copies or is copied by one that suffers. */
function isNear({ key, source, replicas }: Database, services: ReadonlySet<ServiceKey>, topology: Topology): boolean {
  const family = [key, ...(source ? [source.key] : []), ...replicas.map(replica => replica.key)]
  if (family.some(one => services.has(one))) return true
  return [...services].some(service => topology.path(service, key) !== undefined)
}

/** What the alarms watch that hold on it; one that watches nothing known makes all of it doubtful. */
function guardedOf(learnt: Learnt, symptoms: readonly Symptom[], { key }: Database): Role[] {
  const alarms = symptoms.flatMap(({ kind, services, signals }) => {
    const alarm = kind === 'alarm' && services[0] === key ? learnt.signals.get(signals[0]!) : undefined
    return alarm?.kind === 'alarm' ? [alarm] : []
  })
  const roles = alarms.map(({ watches, labels }) =>
    roleOf(learnt.series.get(watches ?? '')?.signal.metric ?? labels['metric'] ?? ''),
  )
  return roles.includes(undefined) ? [] : roles.flatMap(role => role ?? [])
}
