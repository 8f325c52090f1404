// What runs out: memory of a part, cpu of a node, a node itself; and work that gets slower day by day, told in half an hour.
import type { Fault } from '../fault.ts'
import { complain, SECOND, workloadTarget } from '../fault.ts'
import type { Part } from '../application.ts'
import { apply, eventObject, nodeObject } from '../objects.ts'
import { endpointsObject, podObject } from '../pod-objects.ts'
import { limitOf, workloadObject } from '../workload-objects.ts'
import { MINUTE } from '../propagate.ts'
import { livesOf, podsOf, revisionOf } from '../scene.ts'

const CLIMB = 9 * MINUTE
const RESTARTS = 20 * SECOND

/** Each pod's memory climbs to its limit, is killed there, and climbs again; garbage collection slows it on the way. */
export const memoryLeak: Fault = {
  name: 'memory leak',
  cure: 'restart_workload',
  lasts: 24 * MINUTE,
  strikes: (_app, { kind }) => kind === 'Deployment',
  strike(scene, part, from, until) {
    const { app, founded, records } = scene
    const factor = limitOf(part) / part.memoryMebibytes
    const objects = records['kubernetes/objects']
    const lives = podsOf(scene, part.name, from)
    for (const [i, life] of lives.entries()) {
      const head = i * 40 * SECOND
      let since = from
      let restarts = 0
      const kills: number[] = []
      for (let at = from + CLIMB + head; at < until; at += CLIMB) {
        kills.push(at)
        const ended = { reason: 'OOMKilled', exitCode: 137, at } as const
        const down = podObject(life, { at, phase: 'unready', restarts: ++restarts, ended })
        objects.push(
          apply(at, down),
          eventObject(at, down, {
            type: 'Warning',
            reason: 'BackOff',
            message: `Back-off restarting failed container ${part.name} in pod ${life.name}_${app.name}`,
            component: 'kubelet',
            count: restarts,
            first: kills[0]!,
          }),
          apply(
            at,
            endpointsObject(
              app,
              part,
              lives.filter(other => other !== life),
              founded,
            ),
          ),
          apply(at + RESTARTS, podObject(life, { at: at + RESTARTS, phase: 'ready', restarts, ended })),
          apply(at + RESTARTS, endpointsObject(app, part, lives, founded)),
        )
        scene.bends.push({ part: part.name, from: at - 90 * SECOND, until: at, slower: 1.8 })
        scene.bends.push({
          part: part.name,
          from: at,
          until: at + 60 * SECOND,
          capacity: 1 - 1 / lives.length,
          failing: 0.25,
        })
        since = at
      }
      scene.usage.push({
        pod: life.name,
        from,
        until: Math.max(until, since),
        memory: at => {
          const last = kills.findLast(kill => kill <= at)
          const climbed = last === undefined ? (at - from) / (CLIMB + head) : (at - last) / CLIMB
          return 1 + Math.min(1, Math.max(0, climbed)) * (factor - 1) * 0.98
        },
      })
    }
    complain(scene, part.name, from + 6 * MINUTE, until, 15, 'warn', 'heap at # MiB after a full collection of # ms')
    return { cause: workloadTarget(scene, part) }
  },
}

/** A batch job takes a node's cpu: whatever has a pod there is slow by that share. */
export const busyNode: Fault = {
  name: 'node filled by a batch job',
  cure: 'scale_workload',
  lasts: 15 * MINUTE,
  strikes: (_app, { kind }) => kind === 'Deployment' || kind === 'StatefulSet',
  strike(scene, part, from, until) {
    const { app, bends, founded, records, stretch } = scene
    const [struck] = podsOf(scene, part.name, from)
    const node = struck!.node
    const batch: Part = {
      name: `${app.name}-backfill`,
      kind: 'Deployment',
      replicas: 4,
      ownSeconds: 1,
      memoryMebibytes: 300,
      customers: 0,
      calls: [],
      lines: ['chunk # of # done in # ms'],
    }
    const revision = revisionOf(scene, batch, 1, founded)
    const lives = livesOf(scene, batch, revision, from).map(life => ({
      ...life,
      node,
      until: Math.min(until, stretch.end),
    }))
    scene.lives.push(...lives)
    const none = workloadObject(app, batch, revision, { founded, replicas: 0, at: founded })
    const four = workloadObject(app, batch, revision, { founded, at: from })
    const message = `Scaled up replica set ${batch.name}-${revision.hash} to 4 from 0`
    records['kubernetes/objects'].push(
      apply(stretch.start, none),
      apply(from, four),
      eventObject(from, four, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller' }),
      ...lives.map(life => apply(from, podObject(life, { at: from + 5 * SECOND, phase: 'ready' }))),
    )
    scene.nodeLoad.push({ node, from, until, percent: 98 })
    for (const life of lives) scene.usage.push({ pod: life.name, from, until, cpu: 14 })
    for (const other of new Set(
      scene.lives.filter(life => life.node === node && life.part !== batch).map(({ part: one }) => one),
    )) {
      const pods = podsOf(scene, other.name, from)
      const share = pods.filter(life => life.node === node).length / pods.length
      if (share > 0) bends.push({ part: other.name, from: from + 20 * SECOND, until, slower: 1 + 5 * share })
    }
    return {
      cause: workloadTarget(scene, batch),
      also: [{ kind: 'node', name: node }],
      changed: { service: batch.name, at: from },
    }
  },
}

/** The kubelet falls silent; after 40 s the node is not ready, its pods serve no more, and after 5 min others stand in. */
export const lostNode: Fault = {
  name: 'node lost',
  lasts: 16 * MINUTE,
  strikes: (_app, { kind }) => kind === 'Deployment' || kind === 'StatefulSet',
  strike(scene, part, from, until) {
    const { app, bends, founded, records, stretch } = scene
    const node = podsOf(scene, part.name, from)[0]!.node
    const lostAt = from + 40 * SECOND
    const lost = nodeObject(node, founded, lostAt)
    const objects = records['kubernetes/objects']
    objects.push(
      apply(lostAt, lost),
      eventObject(lostAt, lost, {
        type: 'Normal',
        reason: 'NodeNotReady',
        message: `Node ${node} status is now: NodeNotReady`,
        component: 'node-controller',
      }),
    )
    const on = scene.lives.filter(life => life.node === node && life.until > from)
    for (const one of new Set(on.map(life => life.part))) {
      const pods = podsOf(scene, one.name, from)
      const gone = pods.filter(life => life.node === node)
      const share = gone.length / pods.length
      for (const life of gone) objects.push(apply(lostAt, podObject(life, { at: lostAt, phase: 'unready' })))
      objects.push(
        apply(
          lostAt,
          endpointsObject(
            app,
            one,
            pods.filter(life => life.node !== node),
            founded,
          ),
        ),
        apply(
          lostAt,
          workloadObject(app, one, pods[0]!.revision, { founded, ready: pods.length - gone.length, at: lostAt }),
        ),
      )
      bends.push({ part: one.name, from, until: lostAt, failing: share * 0.9, capacity: 1 - share * 0.9 })
      bends.push({ part: one.name, from: lostAt, until, capacity: Math.max(0.2, 1 - share) })
      if (until < stretch.end) {
        objects.push(
          ...gone.map(life => apply(until, podObject(life, { at: until, phase: 'ready' }))),
          apply(until, endpointsObject(app, one, pods, founded)),
          apply(until, workloadObject(app, one, pods[0]!.revision, { founded, at: until })),
        )
      }
    }
    if (until < stretch.end) objects.push(apply(until, nodeObject(node, founded)))
    return { cause: { kind: 'node', name: node } }
  },
}

/** A table without an index grows, a file of work grows: each answer takes a little longer than the one before. */
export const slowDrift: Fault = {
  name: 'slow drift',
  lasts: 34 * MINUTE,
  strikes: (_app, { kind, ownSeconds }) => kind === 'Deployment' && ownSeconds >= 0.01,
  strike(scene, part, from, until) {
    scene.bends.push({ part: part.name, from, until, growsMillis: 26 * MINUTE, slower: 14 })
    for (const life of podsOf(scene, part.name, from))
      scene.usage.push({ pod: life.name, from: from + 8 * MINUTE, until, cpu: 1.6 })
    complain(scene, part.name, from + 10 * MINUTE, until, 20, 'warn', 'slow work: sorted # rows in memory, took # ms')
    return { cause: workloadTarget(scene, part) }
  },
}
