// What people change and break: a release, a start that fails, a setting, a number of replicas.
import type { Fault } from '../fault.ts'
import { annotate, complain, crashLoop, report, rollBack, rollOut, workloadTarget } from '../fault.ts'
import { apply, eventObject, remove } from '../objects.ts'
import { endpointsObject, podObject } from '../pod-objects.ts'
import { replicaSetObject, workloadObject } from '../workload-objects.ts'
import { MINUTE } from '../propagate.ts'
import { podsOf, revisionOf } from '../scene.ts'

const NEW = 'v2.0.0'

const isDeployed: Fault['strikes'] = (_app, { kind }) => kind === 'Deployment'

export const badRelease: Fault = {
  name: 'bad release',
  cure: 'rollback_workload',
  lasts: 16 * MINUTE,
  strikes: isDeployed,
  strike(scene, part, from, until) {
    const { app, random, bends } = scene
    rollOut(scene, part, revisionOf(scene, part, 3, from, NEW))
    annotate(scene, from, `Deployed ${part.name} ${NEW}`, 'deploy', `service:${part.name}`)
    bends.push({ part: part.name, from: from + 10_000, until, failing: 0.1 + 0.4 * random(), slower: 1 + random() })
    const [type, value] = EXCEPTIONS[app.language]
    complain(scene, part.name, from + 10_000, until, 6, 'error', `request @ failed: ${type}: ${value}`)
    report(scene, part.name, from + 12_000, until, 3, {
      type,
      value,
      culprit: `handle(${part.name})`,
      release: `${part.name}@${NEW}`,
    })
    rollBack(scene, part, until)
    return { cause: workloadTarget(scene, part), changed: { service: part.name, at: from } }
  },
}

const EXCEPTIONS = {
  java: ['NullPointerException', 'Cannot invoke "Money.currency()" because "price" is null'],
  go: ['runtime error', 'index out of range [3] with length 3'],
  python: ['KeyError', "'currency'"],
  node: ['TypeError', "Cannot read properties of undefined (reading 'currency')"],
} as const

export const crashingRelease: Fault = {
  name: 'release that crashes on start',
  cure: 'rollback_workload',
  lasts: 15 * MINUTE,
  strikes: (app, part) => isDeployed(app, part) && part.replicas >= 2,
  strike(scene, part, from, until) {
    const fresh = rollOut(scene, part, revisionOf(scene, part, 3, from, NEW), true)
    annotate(scene, from, `Deployed ${part.name} ${NEW}`, 'deploy', `service:${part.name}`)
    const message = 'cannot start: required setting LEDGER_TOPIC is not set'
    for (const life of fresh) crashLoop(scene, life, until, message)
    scene.bends.push({
      part: part.name,
      from: from + 10_000,
      until,
      capacity: 1 - fresh.length / part.replicas,
      failing: 0.08,
    })
    rollBack(scene, part, until)
    return { cause: workloadTarget(scene, part), changed: { service: part.name, at: from } }
  },
}

export const badSetting: Fault = {
  name: 'setting that breaks it',
  cure: 'rollback_workload',
  lasts: 15 * MINUTE,
  strikes: isDeployed,
  strike(scene, part, from, until) {
    const { version } = revisionOf(scene, part, 2)
    const revision = { ...revisionOf(scene, part, 3, from, version), annotations: { 'checksum/config': '7be0a1' } }
    rollOut(scene, part, revision)
    annotate(scene, from, `Config of ${part.name} changed: pool and timeouts`, 'config', `service:${part.name}`)
    scene.bends.push({ part: part.name, from: from + 10_000, until, failing: 0.15 + 0.25 * scene.random(), slower: 3 })
    complain(
      scene,
      part.name,
      from + 10_000,
      until,
      5,
      'error',
      'no worker free after # ms: pool of 1 is exhausted',
      'request @ given up: waited # ms for a worker',
    )
    rollBack(scene, part, until)
    return { cause: workloadTarget(scene, part), changed: { service: part.name, at: from } }
  },
}

export const scaledDown: Fault = {
  name: 'scaled down too far',
  cure: 'scale_workload',
  lasts: 15 * MINUTE,
  strikes: (app, part) => isDeployed(app, part) && part.replicas >= 3,
  strike(scene, part, from, until) {
    const { app, founded, records, stretch } = scene
    const objects = records['kubernetes/objects']
    const [kept, ...gone] = podsOf(scene, part.name, from)
    const revision = kept!.revision
    for (const life of gone) {
      life.until = from + 5_000
      objects.push(remove(from + 5_000, podObject(life, { at: life.from, phase: 'ready' })))
    }
    const one = workloadObject(app, part, revision, { founded, replicas: 1, at: from })
    const message = `Scaled down replica set ${part.name}-${revision.hash} to 1 from ${part.replicas}`
    objects.push(
      apply(from, one),
      apply(from, replicaSetObject(app, part, revision, 1)),
      eventObject(from, one, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller' }),
      apply(from + 5_000, endpointsObject(app, part, [kept!], founded)),
    )
    scene.bends.push({ part: part.name, from: from + 5_000, until, capacity: 1 / part.replicas })
    scene.usage.push({ pod: kept!.name, from, until, cpu: part.replicas })
    complain(
      scene,
      part.name,
      from + 20_000,
      until,
      4,
      'warn',
      'request @ waited # ms in the accept queue',
      'shedding load: # requests queued',
    )
    if (until < stretch.end) {
      const back = gone.map(life => ({ ...life, name: `${life.name.slice(0, -1)}x`, from: until, until: stretch.end }))
      scene.lives.push(...back)
      objects.push(
        ...back.map(life => apply(until, podObject(life, { at: until, phase: 'ready' }))),
        apply(until, replicaSetObject(app, part, revision, part.replicas)),
        apply(until, workloadObject(app, part, revision, { founded, at: until })),
        apply(until, endpointsObject(app, part, [kept!, ...back], founded)),
      )
    }
    return { cause: workloadTarget(scene, part), changed: { service: part.name, at: from } }
  },
}
