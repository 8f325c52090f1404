// A job that runs every ten minutes, complains a little and ends well: what goes on beside every story.
import type { Millis, RecordOf } from '../recording.ts'
import { event } from './event-object.ts'
import { apply, remove, stamp, uidOf, type ObjectRecord } from './object-parts.ts'
import { nameSuffix, randomOf } from './random.ts'
import { namespace } from './services.ts'
import type { Clockwork } from './story-line.ts'

const everyMillis = 10 * 60_000
const takesMillis = 45_000

/** `failsOnce`: the first run after that moment crashes once and is restarted. */
export function batchJobs({ start, end, seed }: Clockwork, failsOnce?: Millis) {
  const objects: ObjectRecord[] = []
  const logs: RecordOf['kubernetes/logs'][] = []
  const random = randomOf(seed, 'batch')
  let previous: ObjectRecord[] = []
  let toFail = failsOnce
  for (let at = start + 3 * 60_000; at < end; at += everyMillis) {
    const name = `stock-sync-${Math.floor(at / 60_000)}`
    const podName = `${name}-${nameSuffix(random)}`
    const crashes = toFail !== undefined && at >= toFail
    if (crashes) toFail = undefined
    const ended = at + takesMillis
    for (const old of previous) objects.push(remove(at, old.object))
    previous = [job(at, name), jobPod(at, name, podName, 'Running', 0)]
    objects.push(...previous)
    const [, running] = previous
    if (crashes && running) {
      objects.push(jobPod(at + 20_000, name, podName, 'Running', 1))
      objects.push(
        event(at + 20_000, running.object, {
          type: 'Warning',
          reason: 'BackOff',
          message: `Back-off restarting failed container stock-sync in pod ${podName}_${namespace}`,
          component: 'kubelet',
        }),
      )
      say(at + 19_000, podName, 'ERROR warehouse closed the connection, giving up')
    }
    objects.push(jobPod(ended, name, podName, 'Succeeded', crashes ? 1 : 0), job(at, name, ended))
    say(at + 2_000, podName, 'INFO stock-sync started')
    say(at + 30_000, podName, `WARN ${Math.floor(3 + random() * 9)} of 1204 items had no price, skipped`)
    say(ended, podName, 'INFO stock-sync done')
  }
  return { objects, logs }

  function say(at: Millis, pod: string, line: string): void {
    logs.push({ at, namespace, pod, container: 'stock-sync', line })
  }
}

const spec = {
  restartPolicy: 'OnFailure',
  containers: [{ name: 'stock-sync', image: 'registry.example/shop/stock-sync:v1.3' }],
}

function job(at: Millis, name: string, ended?: Millis): ObjectRecord {
  const done = { type: 'Complete', status: 'True', lastTransitionTime: stamp(ended ?? at) }
  return apply(ended ?? at, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, uid: uidOf('Job', name), creationTimestamp: stamp(at), labels: { app: 'stock-sync' } },
    spec: {
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      template: { metadata: { labels: { app: 'stock-sync' } }, spec },
    },
    status:
      ended === undefined
        ? { active: 1, startTime: stamp(at) }
        : { succeeded: 1, startTime: stamp(at), completionTime: stamp(ended), conditions: [done] },
  })
}

function jobPod(
  at: Millis,
  jobName: string,
  name: string,
  phase: 'Running' | 'Succeeded',
  restarts: number,
): ObjectRecord {
  const running = phase === 'Running'
  const failed = {
    terminated: { exitCode: 1, reason: 'Error', startedAt: stamp(at - 18_000), finishedAt: stamp(at - 1_000) },
  }
  const completed = {
    terminated: { exitCode: 0, reason: 'Completed', startedAt: stamp(at - takesMillis), finishedAt: stamp(at) },
  }
  return apply(at, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: uidOf('Pod', name),
      creationTimestamp: stamp(at),
      labels: { app: 'stock-sync', 'job-name': jobName },
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'Job', name: jobName, uid: uidOf('Job', jobName), controller: true },
      ],
    },
    spec: { ...spec, nodeName: 'node-3' },
    status: {
      phase,
      startTime: stamp(at),
      conditions: [
        {
          type: 'Ready',
          status: running ? 'True' : 'False',
          reason: running ? undefined : 'PodCompleted',
          lastTransitionTime: stamp(at),
        },
      ],
      containerStatuses: [
        {
          name: 'stock-sync',
          ready: running,
          restartCount: restarts,
          state: running ? { running: { startedAt: stamp(at) } } : completed,
          lastState: restarts > 0 ? failed : {},
        },
      ],
    },
  })
}
