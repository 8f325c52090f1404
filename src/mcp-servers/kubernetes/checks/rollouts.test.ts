// What should come to an end: rollouts, jobs, and pods that were told to go.
import { expect, test } from 'vitest'
import {
  ago,
  deployment,
  event,
  object,
  pod,
  replicaSet,
  viewOf,
  workload,
} from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'
import { runChecks } from './index.ts'

const set = (status: object, spec: object = {}): Raw => ({
  ...deployment('db', {
    spec: { replicas: 3, ...spec },
    status: { readyReplicas: 2, availableReplicas: 2, ...status },
  }),
  kind: 'StatefulSet',
})
const member = (ordinal: number, ready = true) =>
  pod('db', 'x', {
    created: ago(20),
    state: { ready },
    metadata: { name: `db-${ordinal}`, ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }] },
  })
const rolling = { replicas: 3, updatedReplicas: 1, currentRevision: 'db-1', updateRevision: 'db-2' }

test('a stateful set whose rollout waits for one pod, or whose next pod is not made', () => {
  const [first, second] = runChecks(viewOf([set(rolling), member(0), member(1), member(2, false)]))
  expect([first?.fault, second?.fault]).toEqual(['StatefulSetStuck', 'Unavailable'])
  expect(first?.text).toBe('db: its rollout (1 of 3) waits for db-2, which does not get ready')
  const short = { replicas: 2, readyReplicas: 1, availableReplicas: 1 }
  const [next] = runChecks(viewOf([set(short), member(0), member(1, false)]))
  expect(next?.text).toContain('the rest (2 of 3) waits for db-1')
})

test('a partition and an update on delete hold a rollout on purpose', () => {
  const all = [member(0), member(1), member(2)]
  const full = { ...rolling, readyReplicas: 3, availableReplicas: 3 }
  const kept = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }
  expect(verdictsOf([set(full, kept), ...all])).toEqual([])
  expect(verdictsOf([set({ ...full, updatedReplicas: 0 }, { updateStrategy: { type: 'OnDelete' } }), ...all])).toEqual(
    [],
  )
})

test('a paused deployment with a change that runs nowhere is a hint; paused between changes it is well', () => {
  const paused = (updatedReplicas: number) => workload('cart', { spec: { paused: true }, status: { updatedReplicas } })
  expect(verdictsOf(paused(0))).toEqual(['Deployment/shop/cart RolloutPaused 2'])
  expect(verdictsOf(paused(2))).toEqual([])
})

test('pods of a rollout that began just now are on their way', () => {
  const starting = { created: ago(1), state: { ready: false, state: { waiting: { reason: 'ContainerCreating' } } } }
  const status = { updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 }
  const objects = [deployment('cart', { status }), replicaSet('cart', 2, { created: ago(1) }), pod('cart', 'aaaaa')]
  expect(verdictsOf([...objects, pod('cart', 'bbbbb', starting)])).toEqual([])
  expect(verdictsOf([...objects, pod('cart', 'bbbbb', { ...starting, created: ago(4) })])).toEqual([
    'Deployment/shop/cart Unavailable 4',
  ])
})

const job = (name: string, created: number, status: object, cronJob?: string): Raw => {
  const made = object('batch/v1', 'Job', name, { status })
  const ownerReferences = cronJob ? [{ kind: 'CronJob', name: cronJob, controller: true }] : []
  Object.assign(made.metadata, { creationTimestamp: ago(created), ownerReferences })
  return made
}
const failed = (minutes: number) => ({
  failed: 4,
  conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime: ago(minutes) }],
})
const run = (name: string, phase: string, exitCode: number) =>
  pod('run', 'x', {
    created: ago(9),
    metadata: { name: `${name}-x7k2p`, ownerReferences: [{ kind: 'Job', name, controller: true }] },
    status: {
      phase,
      containerStatuses: [{ name: 'run', ready: false, state: { terminated: { exitCode, finishedAt: ago(8) } } }],
    },
  })

test('a job that gave up, with how its last pod ended; one that failed yesterday is forgotten', () => {
  const [first] = runChecks(viewOf([job('import', 9, failed(5)), run('import', 'Failed', 127)]))
  expect(first).toMatchObject({ object: { kind: 'Job', name: 'import' }, fault: 'BackoffLimitExceeded', points: 10 })
  expect(first?.text).toBe('import failed: its command is not in the image')
  expect(verdictsOf([job('import', 1500, failed(1400))])).toEqual([])
})

test('a run of a cron job is told of the cron job, until a later one comes to its end', () => {
  const broken = [job('backup-28391234', 90, failed(80), 'backup'), run('backup-28391234', 'Failed', 1)]
  expect(verdictsOf(broken)).toEqual(['CronJob/shop/backup BackoffLimitExceeded 10'])
  expect(verdictsOf([...broken, job('backup-28391294', 30, { succeeded: 1 }, 'backup')])).toEqual([])
})

test('where jobs cannot be listed their events tell, and of cron jobs always', () => {
  const gaveUp = event('BackoffLimitExceeded', 'Job has reached the specified backoff limit', {
    kind: 'Job',
    name: 'import',
  })
  expect(verdictsOf([gaveUp])).toEqual(['Job/shop/import BackoffLimitExceeded 10'])
  const missed = event('TooManyMissedTimes', 'too many missed start times: 101', { kind: 'CronJob', name: 'backup' })
  expect(verdictsOf([missed])).toEqual(['CronJob/shop/backup CronJobMissed 10'])
  const alone = event('UnexpectedJob', 'Saw a job that the controller did not create', {
    kind: 'CronJob',
    name: 'backup',
  })
  expect(verdictsOf([alone])).toEqual([])
})

test('a pod that does not go; one that is on its way makes nobody unwell', () => {
  const going = (minutes: number) =>
    pod('cart', 'ccccc', {
      state: { ready: false },
      metadata: {
        name: 'cart-7f9dd8b6c2-ccccc',
        deletionTimestamp: ago(minutes),
        ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-7f9dd8b6c2', controller: true }],
      },
    })
  const short = [deployment('cart', { status: { availableReplicas: 1 } }), replicaSet('cart', 2), pod('cart', 'aaaaa')]
  expect(verdictsOf([...short, going(12)])[0]).toBe('Deployment/shop/cart TerminatingStuck 9')
  expect(verdictsOf([...workload('cart'), going(0)])).toEqual([])
  expect(verdictsOf([...workload('cart'), going(12)])).toEqual([])
})

test('a run that does not end while others wait for it; not the first it is late for, nor once it has ended', () => {
  const waiting = (count: number) =>
    event(
      'JobAlreadyActive',
      'Not starting job because prior execution is running and concurrency policy is Forbid',
      { kind: 'CronJob', name: 'backup' },
      { type: 'Normal', count, lastTimestamp: ago(40) },
    )
  const going = job('backup-28391234', 400, { active: 1 }, 'backup')
  expect(verdictsOf([going, waiting(6)])).toEqual(['CronJob/shop/backup CronJobOverdue 8'])
  expect(verdictsOf([going, waiting(1)])).toEqual([])
  expect(verdictsOf([job('backup-28391234', 400, { succeeded: 1 }, 'backup'), waiting(6)])).toEqual([])
})
