import { afterEach, describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../recording.ts'
import type { PodFailure } from '../story.ts'
import {
  apply,
  deployment,
  pod,
  recordingOf,
  replicaSet,
  shop,
  start,
  startTinyCluster,
  template,
  web,
  type TinyCluster,
} from './tiny-cluster.ts'

let cluster: TinyCluster
afterEach(() => cluster.close())

type Listed = { metadata: { name: string; annotations?: Record<string, string> }; spec: { replicas: number } }
type ListedPod = Listed & { status: { containerStatuses: { restartCount: number; ready: boolean; state: object }[] } }

async function list<T = Listed>(path: string): Promise<T[]> {
  return (await cluster.ask('GET', path)).body.items
}
const sets = () => list('/apis/apps/v1/namespaces/shop/replicasets')
const pods = () => list<ListedPod>('/api/v1/namespaces/shop/pods')
const names = (items: Listed[]) => items.map(item => item.metadata.name)
const messages = async (reason: string) =>
  (await list<{ message: string }>(`/api/v1/namespaces/shop/events?fieldSelector=reason=${reason}`)).map(
    event => event.message,
  )

/** Moves on second by second, as someone watching would, and looks each time. */
async function settle(seconds: number, look?: () => Promise<void>) {
  for (let second = 0; second < seconds; second++) {
    cluster.pass(1_000)
    await look?.()
  }
}

function restart(at: string) {
  return { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } } }
}

function imageOf({ spec }: KubernetesObject): string | undefined {
  const { template: of } = spec as { template?: { spec?: { containers?: { image?: string }[] } } }
  return of?.spec?.containers?.[0]?.image
}
const setImage = (image: string) => [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }]
const failure: PodFailure = {
  reason: 'Error',
  message: 'no configuration',
  exitCode: 3,
  log: ['starting', 'no configuration'],
}
const broken = { podFailure: (workload: KubernetesObject) => (imageOf(workload) === 'web:bad' ? failure : undefined) }

describe('a rollout', () => {
  test('replaces pods within surge and unavailability and says when it is done', async () => {
    cluster = await startTinyCluster()
    await cluster.mergePatch(web, restart('now'))
    const available: number[] = []
    await settle(30, async () => void available.push((await cluster.ask('GET', web)).body.status.availableReplicas))
    expect(Math.min(...available)).toBe(2)

    const { metadata, status } = (await cluster.ask('GET', web)).body
    expect(metadata.annotations['deployment.kubernetes.io/revision']).toBe('3')
    expect(status).toMatchObject({
      observedGeneration: 2,
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      unavailableReplicas: 0,
    })
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Progressing', reason: 'NewReplicaSetAvailable' }),
    )
    const fresh = (await sets()).find(set => set.metadata.annotations?.['deployment.kubernetes.io/revision'] === '3')
    expect(names(await pods()).every(name => name.startsWith(`${fresh?.metadata.name}-`))).toBe(true)
    expect(await messages('ScalingReplicaSet')).toContain(`Scaled up replica set ${fresh?.metadata.name} to 1 from 0`)
    for (const reason of ['SuccessfulCreate', 'Scheduled', 'Pulled', 'Created', 'Started', 'Killing'])
      expect(await messages(reason)).not.toHaveLength(0)
  })

  test('comes out the same however seldom anybody looks', async () => {
    const outcome = async (steps: number) => {
      cluster = await startTinyCluster()
      await cluster.mergePatch(web, restart('now'))
      for (let step = 0; step < steps; step++) {
        cluster.pass(60_000 / steps)
        await pods()
      }
      const all = await Promise.all([cluster.ask('GET', web), sets(), pods(), list('/api/v1/events')])
      await cluster.close()
      return JSON.stringify(all.map(each => ('body' in each ? each.body : each)))
    }
    expect(await outcome(1)).toBe(await outcome(60))
    cluster = await startTinyCluster()
  })

  test('back to an earlier template takes up its ReplicaSet again, under a new number', async () => {
    cluster = await startTinyCluster()
    const answer = await cluster.jsonPatch(web, [{ op: 'replace', path: '/spec/template', value: template('web:1') }])
    expect(answer.body.metadata.generation).toBe(2)
    await settle(30)
    expect(names(await sets())).toEqual(['web-new', 'web-old'])
    const { metadata, spec } = (await cluster.ask('GET', '/apis/apps/v1/namespaces/shop/replicasets/web-old')).body
    expect(metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    })
    expect(spec.replicas).toBe(2)
    const again = await cluster.jsonPatch(web, [{ op: 'replace', path: '/spec/template', value: template('web:1') }])
    expect(again.body.metadata.generation).toBe(2)
  })

  test('annotations go to the current ReplicaSet without a rollout', async () => {
    cluster = await startTinyCluster()
    await cluster.mergePatch(web, { metadata: { annotations: { 'acme/action-id': '7' } } })
    await settle(10)
    expect(names(await pods())).toEqual(['web-new-a', 'web-new-b'])
    const { metadata } = (await cluster.ask('GET', '/apis/apps/v1/namespaces/shop/replicasets/web-new')).body
    expect(metadata.annotations).toMatchObject({ 'acme/action-id': '7', 'deployment.kubernetes.io/revision': '2' })
    expect((await cluster.ask('GET', web)).body.status.observedGeneration).toBe(2)
  })

  test('counts a pod as available once it has been ready for minReadySeconds', async () => {
    cluster = await startTinyCluster()
    await cluster.mergePatch(web, { spec: { minReadySeconds: 20, replicas: 3 } })
    await settle(10)
    expect((await cluster.ask('GET', web)).body.status).toMatchObject({ readyReplicas: 3, availableReplicas: 2 })
    await settle(20)
    expect((await cluster.ask('GET', web)).body.status).toMatchObject({ readyReplicas: 3, availableReplicas: 3 })
  })

  test('waits while paused', async () => {
    cluster = await startTinyCluster()
    await cluster.mergePatch(web, { spec: { paused: true } })
    await cluster.mergePatch(web, restart('now'))
    await settle(10)
    expect(names(await sets())).toEqual(['web-new', 'web-old'])
    const { status } = (await cluster.ask('GET', web)).body
    expect(status.observedGeneration).toBe(3)
    expect(status.conditions).toContainEqual(expect.objectContaining({ status: 'Unknown', reason: 'DeploymentPaused' }))
    await cluster.mergePatch(web, { spec: { paused: null } })
    await settle(30)
    expect(await sets()).toHaveLength(3)
  })

  test('scales up and down; the Service answers from the pods that are ready', async () => {
    cluster = await startTinyCluster()
    const addresses = async () =>
      (await cluster.ask('GET', '/api/v1/namespaces/shop/endpoints/web')).body.subsets[0].addresses.length
    await cluster.mergePatch(`${web}/scale`, { spec: { replicas: 5 } })
    await settle(4)
    expect([(await pods()).length, await addresses()]).toEqual([5, 2])
    await settle(4)
    expect(await addresses()).toBe(5)
    await cluster.mergePatch(`${web}/scale`, { spec: { replicas: 1 } })
    await settle(2)
    expect(names(await pods())).toHaveLength(1)
    expect(await addresses()).toBe(1)
    expect(await messages('ScalingReplicaSet')).toEqual(
      expect.arrayContaining([
        'Scaled up replica set web-new to 5 from 2',
        'Scaled down replica set web-new to 1 from 5',
      ]),
    )
  })
})

describe('a template that cannot run', () => {
  test('leaves the old pods serving, crashes again and again, and times out', async () => {
    cluster = await startTinyCluster(broken)
    await cluster.jsonPatch(web, setImage('web:bad'))
    await settle(60)
    const bad = (await pods()).find(({ metadata }) => !metadata.name.startsWith('web-new-'))
    const [container] = bad?.status.containerStatuses ?? []
    expect(container).toMatchObject({
      ready: false,
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'no configuration' } },
    })
    expect((await cluster.ask('GET', web)).body.status).toMatchObject({ availableReplicas: 2, updatedReplicas: 1 })
    const log = `/api/v1/namespaces/shop/pods/${bad?.metadata.name}/log`
    expect((await cluster.ask('GET', log)).text).toBe('starting\nno configuration\n')
    expect((await cluster.ask('GET', `${log}?previous=true`)).text).toBe('starting\nno configuration\n')
    expect((await messages('BackOff'))[0]).toContain('Back-off restarting failed container web in pod')

    cluster.pass(600_000)
    const { conditions } = (await cluster.ask('GET', web)).body.status
    expect(conditions).toContainEqual(expect.objectContaining({ status: 'False', reason: 'ProgressDeadlineExceeded' }))
  })

  test('rolled back, the cure is told; a restart of the broken one is none', async () => {
    const cured = {
      ...broken,
      isCured: (workload: KubernetesObject) => imageOf(workload) === 'web:2',
      afterCure: recordingOf({}),
    }
    cluster = await startTinyCluster(cured)
    await cluster.jsonPatch(web, setImage('web:bad'))
    await settle(30)
    await cluster.mergePatch(web, restart('does not help'))
    await settle(30)
    expect(cluster.cloud.curedAt()).toBeUndefined()
    await cluster.jsonPatch(web, [{ op: 'replace', path: '/spec/template', value: template('web:2') }])
    cluster.pass(60_000)
    const { status } = (await cluster.ask('GET', web)).body
    expect(status).toMatchObject({ availableReplicas: 2, updatedReplicas: 2, replicas: 2 })
    expect(cluster.cloud.curedAt()).toBe(start + 60_000) // its pods had never stopped
  })

  test('images that cannot be pulled keep their containers waiting', async () => {
    const pull = { ...failure, reason: 'ImagePullBackOff', message: 'not found' }
    cluster = await startTinyCluster({ podFailure: workload => (imageOf(workload) === 'web:bad' ? pull : undefined) })
    await cluster.jsonPatch(web, setImage('web:bad'))
    await settle(10)
    const bad = (await pods()).find(({ metadata }) => !metadata.name.startsWith('web-new-'))
    expect(bad?.status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [
        { restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } },
      ],
    })
  })
})

describe('the script', () => {
  const later = start + 120_000
  const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other', namespace: 'shop' } }
  const backOff = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'late', namespace: 'shop' },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-new-z', uid: 'uid-web-new-z' },
    reason: 'Scripted',
  }
  const objects = [
    ...shop().map(object => apply(object)),
    apply(deployment('web:9', 9), later),
    apply(replicaSet('web-nine', 'web:9', 9, 9), later),
    apply(pod('web-new-z', 'web-nine'), later),
    apply(backOff, later),
    apply(other, later),
  ]

  test('goes on as recorded while nobody acts', async () => {
    cluster = await startTinyCluster({ recording: recordingOf({ objects }) })
    cluster.pass(180_000)
    expect((await cluster.ask('GET', web)).body.spec.replicas).toBe(9)
    expect(names(await pods())).toContain('web-new-z')
  })

  test('loses a workload that a client changed, and what it owns, and only that', async () => {
    cluster = await startTinyCluster({ recording: recordingOf({ objects }) })
    await cluster.mergePatch(`${web}/scale`, { spec: { replicas: 3 } })
    cluster.pass(180_000)
    expect((await cluster.ask('GET', web)).body.spec.replicas).toBe(3)
    expect(names(await sets())).not.toContain('web-nine')
    expect(names(await pods())).not.toContain('web-new-z')
    expect(await messages('Scripted')).toEqual([])
    expect((await cluster.ask('GET', '/api/v1/namespaces/shop/configmaps/other')).status).toBe(200)
  })

  test('turns to what the cured story says of everything else', async () => {
    const sick = {
      ...deployment('api:1', 1, { name: 'api', uid: 'uid-api' }),
      status: { replicas: 1, unavailableReplicas: 1 },
    }
    const well = { ...sick, status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 } }
    cluster = await startTinyCluster({
      recording: recordingOf({ objects: [...shop(), sick] }),
      afterCure: recordingOf({ objects: [well] }),
      isCured: workload => workload.metadata.name === 'web',
    })
    const api = async () => (await cluster.ask('GET', '/apis/apps/v1/namespaces/shop/deployments/api')).body.status
    expect(await api()).toMatchObject({ unavailableReplicas: 1 })
    await cluster.mergePatch(web, restart('now'))
    await settle(30)
    expect(await api()).toEqual({ observedGeneration: 1, replicas: 1, readyReplicas: 1, availableReplicas: 1 })
  })
})

test('a Deployment that was recorded alone can be scaled, restarted and rolled back', async () => {
  const alone = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 2 },
  }
  cluster = await startTinyCluster({ recording: recordingOf({ objects: [alone] }) })
  await cluster.mergePatch(`${web}/scale`, { spec: { replicas: 3 } })
  await settle(10)
  await cluster.mergePatch(web, restart('now'))
  await settle(40)
  const { metadata, status } = (await cluster.ask('GET', web)).body
  expect(status).toMatchObject({ updatedReplicas: 3, availableReplicas: 3, replicas: 3, observedGeneration: 3 })
  expect(metadata.annotations['deployment.kubernetes.io/revision']).toBe('2')
  expect(await sets()).toHaveLength(2)
})

test('a deleted Deployment takes its ReplicaSets and pods with it', async () => {
  cluster = await startTinyCluster()
  expect((await cluster.ask('DELETE', web)).body).toMatchObject({
    kind: 'Status',
    status: 'Success',
    details: { name: 'web' },
  })
  await settle(2)
  expect([await sets(), await pods()]).toEqual([[], []])
})

describe('pods with a place of their own', () => {
  function owned(kind: string, places: string[]): KubernetesObject[] {
    const ownerReferences = [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'uid-set', controller: true }]
    const set = { ...deployment('web:1', places.length, { uid: 'uid-set' }), kind }
    return [set, ...places.map((name, i) => placed(name, `node-${i}`))]

    function placed(name: string, nodeName: string): KubernetesObject {
      const object = pod(name, '')
      return {
        ...object,
        metadata: { ...object.metadata, ownerReferences },
        spec: { ...(object.spec as object), nodeName },
      }
    }
  }

  test('a StatefulSet replaces them from the highest down, under the same names, one at a time', async () => {
    cluster = await startTinyCluster({ recording: recordingOf({ objects: owned('StatefulSet', ['web-0', 'web-1']) }) })
    const set = '/apis/apps/v1/namespaces/shop/statefulsets/web'
    await cluster.mergePatch(set, { metadata: { annotations: { a: 'b' } } })
    await settle(5)
    expect((await pods()).map(each => each.metadata)).toMatchObject([{ uid: 'uid-web-0' }, { uid: 'uid-web-1' }])

    await cluster.mergePatch(set, restart('now'))
    const ready: number[] = []
    await settle(20, async () => void ready.push((await cluster.ask('GET', set)).body.status.readyReplicas))
    expect(Math.min(...ready)).toBe(1)
    expect(names(await pods())).toEqual(['web-0', 'web-1'])
    const { status } = (await cluster.ask('GET', set)).body
    expect(status).toMatchObject({ readyReplicas: 2, updatedReplicas: 2, observedGeneration: 2 })
    expect(status.currentRevision).toBe(status.updateRevision)
    expect(await list('/apis/apps/v1/namespaces/shop/controllerrevisions')).toHaveLength(2)
    await cluster.mergePatch(`${set}/scale`, { spec: { replicas: 3 } })
    await settle(10)
    expect(names(await pods())).toEqual(['web-0', 'web-1', 'web-2'])
  })

  test('a DaemonSet keeps one on each node', async () => {
    cluster = await startTinyCluster({ recording: recordingOf({ objects: owned('DaemonSet', ['web-x', 'web-y']) }) })
    const set = '/apis/apps/v1/namespaces/shop/daemonsets/web'
    await cluster.mergePatch(set, restart('now'))
    await settle(20)
    const { status } = (await cluster.ask('GET', set)).body
    expect(status).toMatchObject({ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 2 })
    expect(
      (await list<{ spec: { nodeName: string } }>('/api/v1/pods')).map(({ spec }) => spec.nodeName).sort(),
    ).toEqual(['node-0', 'node-1'])
  })
})
