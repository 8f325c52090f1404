// Jobs and cron jobs with the pods they made, as far as these have come.
import type { Millis } from '../../simulator/recording.ts'
import { event } from './event.ts'
import type { Container, Labels, Pod, PodSpec, Template, Thing } from './kinds.ts'
import { lineOf, type Language } from './language.ts'
import { write } from './pod-state.ts'
import { conditionsOf, pod } from './pod.ts'
import { condition } from './settle.ts'
import { add, DAY, digest, metadataOf, MINUTE, SECOND, stamp, suffix, type World } from './world.ts'

export type JobText = {
  namespace: string
  name: string
  labels: Labels
  image: string
  language: Language
  container?: Partial<Container>
  spec?: Partial<PodSpec>
  started: Millis
  /** How long it ran; absent: it still does. */
  took?: Millis
  owner?: Thing
  backoffLimit?: number
}

export type Job = { object: Thing; pod: Pod; text: JobText }

/** A job with one pod: done after `took`, or running. */
export function job(world: World, text: JobText): Job {
  const { namespace, name, started, took, backoffLimit = 6 } = text
  const object = add(world, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...metadataOf(world, 'Job', namespace, name, { created: started, labels: text.labels, owner: text.owner }),
      generation: 1,
    },
    spec: {
      completions: 1,
      parallelism: 1,
      backoffLimit,
      completionMode: 'NonIndexed',
      suspend: false,
      template: templateOf(text),
    },
    status: { startTime: stamp(started), active: 1, ready: 1 },
  } satisfies Thing)
  const labels = {
    'batch.kubernetes.io/job-name': name,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': object.metadata.uid,
  }
  const made = pod(world, {
    namespace,
    name: `${name}-${suffix(world)}`,
    owner: object,
    template: templateOf(text),
    created: started,
    labels,
  })
  made.spec.restartPolicy = 'Never'
  event(world, object, {
    reason: 'SuccessfulCreate',
    message: `Created pod: ${made.metadata.name}`,
    component: 'job-controller',
    at: started,
  })
  if (took !== undefined) completes(world, { object, pod: made, text }, started + took)
  return { object, pod: made, text }
}

function completes(world: World, { object, pod: ran, text }: Job, at: Millis): void {
  object.status = {
    startTime: stamp(text.started),
    completionTime: stamp(at),
    succeeded: 1,
    ready: 0,
    conditions: [
      condition('SuccessCriteriaMet', true, 'CompletionsReached', 'Reached expected number of succeeded pods', at),
      condition('Complete', true, 'CompletionsReached', 'Reached expected number of succeeded pods', at),
    ],
  }
  ends(ran, { exitCode: 0, reason: 'Completed' }, text.started, at)
  write(
    world,
    ran,
    text.container?.name ?? text.name,
    at - SECOND,
    lineOf(text.language, at - SECOND, 'info', 'done', text.name),
  )
  event(world, object, { reason: 'Completed', message: 'Job completed', component: 'job-controller', at })
}

/** Every pod of it has failed; it has given up. */
export function givesUp(
  world: World,
  { object, pod: first, text }: Job,
  {
    exitCode = 1,
    reason = 'Error',
    says,
    took = 20 * SECOND,
  }: { exitCode?: number; reason?: string; says: (at: Millis) => string[]; took?: Millis },
): Pod[] {
  const { backoffLimit = 6, namespace, name, started } = text
  const pods = [first]
  for (let n = 1; n <= Math.min(backoffLimit, 3); n++)
    pods.push(
      pod(world, {
        namespace,
        name: `${name}-${suffix(world)}`,
        owner: object,
        template: templateOf(text),
        created: started + n * 100 * SECOND,
        labels: labelsOf(first),
      }),
    )
  let last = started
  for (const [n, each] of pods.entries()) {
    const from = started + n * 100 * SECOND
    last = from + took
    each.spec.restartPolicy = 'Never'
    ends(each, { exitCode, reason }, from, last)
    for (const line of says(last - SECOND)) write(world, each, text.container?.name ?? text.name, last - SECOND, line)
  }
  object.status = {
    startTime: stamp(started),
    failed: pods.length,
    ready: 0,
    conditions: [
      condition('FailureTarget', true, 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', last),
      condition('Failed', true, 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', last),
    ],
  }
  event(world, object, {
    type: 'Warning',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    component: 'job-controller',
    at: last,
  })
  return pods
}

export function cronJob(
  world: World,
  {
    schedule,
    suspend = false,
    last,
    ...text
  }: Omit<JobText, 'started' | 'took'> & { schedule: string; suspend?: boolean; last: Millis },
): Thing {
  const { namespace, name } = text
  const template = templateOf({ ...text, started: last })
  return add(world, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      ...metadataOf(world, 'CronJob', namespace, name, { created: world.at - 50 * DAY, labels: text.labels }),
      generation: 1,
    },
    spec: {
      schedule,
      suspend,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: { backoffLimit: text.backoffLimit ?? 6, template } },
    },
    status: { lastScheduleTime: stamp(last), lastSuccessfulTime: stamp(last + 3 * MINUTE) },
  } satisfies Thing)
}

/** The job a cron job made when it was due. */
export function runOf(world: World, cron: Thing, text: Omit<JobText, 'name' | 'owner'>): Job {
  const minute = Math.floor(text.started / MINUTE)
  return job(world, { ...text, name: `${cron.metadata.name}-${minute}`, owner: cron })
}

function ends(ran: Pod, { exitCode, reason }: { exitCode: number; reason: string }, started: Millis, at: Millis): void {
  ran.status.phase = exitCode === 0 ? 'Succeeded' : 'Failed'
  for (const status of ran.status.containerStatuses ?? []) {
    const terminated = {
      exitCode,
      reason,
      startedAt: stamp(started + 3 * SECOND),
      finishedAt: stamp(at),
      containerID: `containerd://${digest(ran.metadata.uid)}`,
    }
    Object.assign(status, { ready: false, started: false, state: { terminated } })
  }
  ran.status.conditions = conditionsOf(ran, { scheduled: started, ready: at })
  for (const each of ran.status.conditions)
    if (ran.status.phase === 'Failed' && each.reason === 'ContainersNotReady')
      Object.assign(each, { reason: 'PodFailed', message: undefined })
}

function labelsOf({ metadata: { labels } }: Pod): Labels {
  return labels
}

function templateOf({ name, labels, image, container, spec }: JobText): Template {
  const main: Container = {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    ...container,
  }
  return { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [main], ...spec } }
}
