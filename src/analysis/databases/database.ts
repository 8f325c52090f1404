// A database as its metrics, its events and its load tell of it lately, and which databases copy it. Nothing is judged here.
import type { Millis, Signal, Utterance } from '#incident/signal.ts'
import type { Learnt } from '../learnt.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import { courseOf } from './course.ts'
import type { Course } from './course.ts'
import { isLoadRow, loadOf } from './load.ts'
import type { Load } from './load.ts'
import { isOfDatabase, roleOf } from './role.ts'
import type { Role } from './role.ts'

/** An event, an alarm or a line of its log. */
export type Said = { at: Millis; text: string; signal: string }

export type Database = {
  key: ServiceKey
  name: string
  courses: Partial<Record<Role, Course>>
  load?: Load
  /** Oldest first. */
  said: Said[]
  /** The one it copies, where it is a replica. */
  source?: Database
  replicas: Database[]
}

const SAID_BEFORE: Millis = 3_600_000

/** Every database that is measured or has an alarm, by its key. `since`: when the trouble began; what was said an hour before it counts too. */
export function databasesOf(learnt: Learnt, topology: Topology, since: Millis): Map<ServiceKey, Database> {
  const found = new Map<ServiceKey, Database>()
  for (const series of learnt.series.values()) {
    if (!isOfDatabase(series.signal)) continue
    const role = roleOf(series.signal.metric)
    const course = role && courseOf(series, role, learnt.at)
    if (!course) continue
    const key = topology.keyOf(series.signal.entity)
    const database = found.get(key) ?? {
      key,
      name: topology.entityOf(key).service,
      courses: {},
      said: [],
      replicas: [],
    }
    const held = database.courses[course.role]
    if (!held || held.times.length < course.times.length) database.courses[course.role] = course
    found.set(key, database)
  }
  for (const { signal, active } of learnt.alarms.values()) {
    if (!active || !isOfDatabase({ metric: signal.labels['metric'] ?? '', labels: signal.labels })) continue
    const key = topology.keyOf(signal.entity)
    if (!found.has(key))
      found.set(key, { key, name: topology.entityOf(key).service, courses: {}, said: [], replicas: [] })
  }
  if (found.size === 0) return found
  hear(learnt, topology, found, since - SAID_BEFORE)
  for (const replica of found.values()) {
    const source = sourceOf(replica, [...found.values()])
    if (!source) continue
    replica.source = source
    source.replicas.push(replica)
  }
  return found
}

function hear(learnt: Learnt, topology: Topology, databases: ReadonlyMap<ServiceKey, Database>, from: Millis): void {
  const loads = new Map<Database, Utterance[]>()
  for (const signal of learnt.signals.values()) {
    if (signal.kind === 'state' || signal.kind === 'series' || signal.at < from) continue
    for (const key of keysOf(signal, topology)) {
      const database = databases.get(key)
      if (!database) continue
      if (signal.kind === 'log' && isLoadRow(signal.text)) loads.set(database, [...(loads.get(database) ?? []), signal])
      else database.said.push({ at: signal.at, text: signal.text, signal: signal.id })
    }
  }
  for (const database of databases.values()) {
    database.said.sort((a, b) => a.at - b.at || (a.signal < b.signal ? -1 : 1))
    const load = loadOf(loads.get(database) ?? [])
    if (load) database.load = load
  }
}

/** Whom a signal is about; an annotation may say it by a tag alone. */
export function keysOf(signal: Signal, { keyOf, names }: Topology): Set<ServiceKey> {
  const tags = (signal.labels['tags'] ?? '').split(',').filter(Boolean)
  return new Set([keyOf(signal.entity), ...tags.flatMap(tag => names.get(tag.toLowerCase()) ?? [])])
}

/** The one its events name as what it copies, else the one whose name its own begins with. */
function sourceOf(replica: Database, all: readonly Database[]): Database | undefined {
  const others = all.filter(other => other !== replica && other.courses.lag === undefined && other.courses.writeIops)
  if (replica.courses.writeIops && !replica.courses.lag) return undefined
  const told = others.find(({ name }) =>
    replica.said.some(({ text }) => /\b(source|primary|master)\b/i.test(text) && text.includes(name)),
  )
  const named = others
    .filter(({ name }) => replica.name.startsWith(name) && /^[-_.]/.test(replica.name.slice(name.length)))
    .toSorted((a, b) => b.name.length - a.name.length)
  return told ?? named[0]
}
