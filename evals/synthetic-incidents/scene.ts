// Where a fault strikes: an application in its cluster over a stretch of time, its pods and revisions, and what it has on a
// good day.
import { nameSuffix, randomOf, templateHash } from '../../simulator/shop/random.ts'
import { emptyRecords } from '../../simulator/recording.ts'
import type { Millis, Recording } from '../../simulator/recording.ts'
import { isInCluster } from './application.ts'
import type { Application, Part } from './application.ts'
import { apply, identity, nodeObject, serviceObject } from './objects.ts'
import { endpointsObject, podObject } from './pod-objects.ts'
import { replicaSetObject, workloadObject } from './workload-objects.ts'
import type { ObjectRecord } from './objects.ts'
import type { PodLife } from './pod-objects.ts'
import type { Revision } from './workload-objects.ts'
import type { Bend, Stretch } from './propagate.ts'

const DAY = 86_400_000

/** What a fault changes about a scene is put into it: pods that end and begin, records, bends. */
export type Scene = {
  app: Application
  stretch: Stretch
  founded: Millis
  lives: PodLife[]
  bends: Bend[]
  records: Recording['records']
  /** A pod's memory and cpu as factors of the usual. */
  usage: { pod: string; from: Millis; until: Millis; memory?: (at: Millis) => number; cpu?: number }[]
  /** Share of a node's cpu. */
  nodeLoad: { node: string; from: Millis; until: Millis; percent: number }[]
  /** CPU of a managed database, percent. */
  databaseLoad: { name: string; from: Millis; until: Millis; percent: number }[]
  random: () => number
}

export function openScene(app: Application, stretch: Stretch): Scene {
  const scene: Scene = {
    app,
    stretch,
    founded: stretch.start - 100 * DAY,
    lives: [],
    bends: [],
    records: emptyRecords(),
    usage: [],
    nodeLoad: [],
    databaseLoad: [],
    random: randomOf(stretch.seed, `faults of ${app.name}`),
  }
  for (const part of app.parts.filter(isInCluster))
    scene.lives.push(...livesOf(scene, part, revisionOf(scene, part, 2), stretch.start - DAY))
  return scene
}

/** The second is what runs when the story begins. */
export function revisionOf(
  { app, stretch, founded }: Scene,
  part: Part,
  number: number,
  at?: Millis,
  version?: string,
): Revision {
  const random = randomOf(stretch.seed, `template ${number} of ${app.name} ${part.name}`)
  const minor = 3 + (part.name.length % 9)
  return {
    number,
    version: version ?? `v1.${minor + number}.0`,
    hash: templateHash(random),
    at: at ?? (number === 1 ? founded : stretch.start - 2 * DAY),
  }
}

export function livesOf(
  { app, stretch }: Scene,
  part: Part,
  revision: Revision,
  from: Millis,
  count = part.replicas,
  first = 0,
): PodLife[] {
  const place = app.parts.indexOf(part)
  return Array.from({ length: count }, (_, n) => {
    const i = first + n
    const suffix = nameSuffix(randomOf(stretch.seed, `pod ${i} of ${app.name} ${part.name} ${revision.hash}`))
    return {
      app,
      part,
      revision,
      name: part.kind === 'StatefulSet' ? `${part.name}-${i}` : `${part.name}-${revision.hash}-${suffix}`,
      ip: `10.${60 + (app.name.length % 7)}.${place}.${10 * revision.number + i}`,
      node: app.nodes[(place + i) % app.nodes.length]!,
      from,
      until: stretch.end,
    }
  })
}

export function podsOf({ lives }: Scene, part: string, at: Millis): PodLife[] {
  return lives.filter(life => life.part.name === part && life.from <= at && at < life.until)
}

/** All that stands before the story begins. */
export function usualObjects(scene: Scene): ObjectRecord[] {
  const { app, stretch, founded } = scene
  const at = stretch.start
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: identity('Namespace', undefined, app.name, founded),
    status: { phase: 'Active' },
  }
  const objects = [namespace, ...app.nodes.map(name => nodeObject(name, founded))]
  for (const part of app.parts.filter(isInCluster)) {
    const [before, current] = [revisionOf(scene, part, 1), revisionOf(scene, part, 2)]
    const lives = podsOf(scene, part.name, at)
    objects.push(workloadObject(app, part, current, { founded, at: current.at }))
    if (part.kind === 'Deployment')
      objects.push(replicaSetObject(app, part, before, 0), replicaSetObject(app, part, current, part.replicas))
    for (const life of lives) objects.push(podObject(life, { at: life.from, phase: 'ready' }))
    objects.push(serviceObject(app, part, founded), endpointsObject(app, part, lives, founded))
  }
  return objects.map(object => apply(at, object))
}
