// A cluster under construction: its moment, its randomness, and what has been put into it so far. Names, uids and
// addresses are given out here, the same ones for the same seed.
import { createHash } from 'node:crypto'
import { randomFrom } from '#analysis/random.ts'
import type { KubernetesObject, Millis } from '../../simulator/recording.ts'
import type { Labels, Metadata, Owner, Thing } from './kinds.ts'
import type { LogLine, Usage } from './snapshot.ts'

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** The moment of every snapshot: a Tuesday afternoon. */
const MOMENT = Date.parse('2026-03-10T14:25:00Z')

export type World = {
  at: Millis
  seed: string
  random: () => number
  objects: Thing[]
  events: KubernetesObject[]
  logs: LogLine[]
  metrics: Usage[]
  /** False once the controller manager has stopped: statuses then stay as they were. */
  controlled: boolean
  /** How many addresses and ports have been given out of each range. */
  given: Map<string, number>
}

export function emptyWorld(seed: string): World {
  return {
    at: MOMENT,
    seed,
    random: randomFrom(Number.parseInt(digest(seed).slice(0, 8), 16)),
    objects: [],
    events: [],
    logs: [],
    metrics: [],
    controlled: true,
    given: new Map(),
  }
}

export function add<T extends Thing>(world: World, thing: T): T {
  world.objects.push(thing)
  return thing
}

export function remove(world: World, ...things: Thing[]): void {
  world.objects = world.objects.filter(object => !things.includes(object))
}

/** Throws where there is no such object: a fault that means another application than it is given. */
export function find<T extends Thing = Thing>(
  world: World,
  kind: string,
  namespace: string | undefined,
  name: string,
): T {
  const found = world.objects.find(
    ({ kind: its, metadata }) => its === kind && metadata.namespace === namespace && metadata.name === name,
  )
  if (!found) throw new Error(`expected a ${kind} ${namespace ?? ''}/${name} in ${world.seed}, found none`)
  return found as T
}

export function metadataOf(
  world: World,
  kind: string,
  namespace: string | undefined,
  name: string,
  {
    created,
    labels = {},
    annotations = {},
    owner,
  }: { created: Millis; labels?: Labels; annotations?: Labels; owner?: Thing },
): Metadata {
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    uid: uidOf(world, `${kind}/${namespace ?? ''}/${name}/${created}`),
    creationTimestamp: stamp(created),
    labels,
    annotations,
    ...(owner && { ownerReferences: [ownerOf(owner)] }),
  }
}

function ownerOf({ apiVersion, kind, metadata }: Thing): Owner {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true }
}

export function owns(owner: Thing, owned: Thing): boolean {
  return owned.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false
}

export function uidOf(world: World, what: string): string {
  const hex = digest(`${world.seed}/${what}`)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const LETTERS = [...'bcdfghjklmnpqrstvwxz2456789']

/** `length` of the letters that Kubernetes makes names of: no vowels, nothing that looks like another. */
export function suffix(world: World, length = 5): string {
  return Array.from({ length }, () => pick(world, LETTERS)).join('')
}

export function pick<T>(world: World, from: readonly T[]): T {
  const chosen = from[Math.floor(world.random() * from.length)]
  if (chosen === undefined) throw new Error(`expected something to pick from in ${world.seed}`)
  return chosen
}

export function between(world: World, least: number, most: number): number {
  return least + Math.floor(world.random() * (most - least + 1))
}

/** The next number of a range, from 1. */
export function next(world: World, range: string): number {
  const number = (world.given.get(range) ?? 0) + 1
  world.given.set(range, number)
  return number
}

export function stamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

export function microStamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 23)}${String(Math.floor(at) % 997).padStart(3, '0')}Z`
}
