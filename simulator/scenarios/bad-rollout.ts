// A release of checkout that crashes on start: two of its pods crash-loop, a third of checkouts fail, the callers feel it.
import type { KubernetesObject, Millis } from '../recording.ts'
import { firesAfter, serverErrorsAlarm } from '../shop/alarms.ts'
import { foundedAt, inOrder, podLife, revision, revisionsOf, tellChapter, usualPods } from '../shop/chapter.ts'
import { crashLoop } from '../shop/crash-loop.ts'
import { event } from '../shop/event-object.ts'
import { apply, remove, type ObjectRecord } from '../shop/object-parts.ts'
import { pod } from '../shop/pod-object.ts'
import { issueEvents } from '../shop/sentry-account.ts'
import { namespace, serviceNamed } from '../shop/services.ts'
import { clockwork, stepMillis, type Clockwork, type Disturbance, type PodLife } from '../shop/story-line.ts'
import { endpoints } from '../shop/surroundings.ts'
import { deployment, replicaSet } from '../shop/workload-objects.ts'
import type { PodFailure, Scenario } from '../story.ts'

const checkout = serviceNamed('checkout')
const badVersion = 'v2.31'
const error = "TypeError: Cannot read properties of undefined (reading 'currency')"
const crashLog = [
  `INFO starting checkout ${badVersion}`,
  'INFO loading price rules',
  `ERROR ${error}`,
  '    at loadPriceRules (/app/pricing.js:41:27)',
  '    at start (/app/server.js:12:9)',
]

export const badRollout: Scenario = {
  name: 'bad-rollout',
  description: `Release ${badVersion} of checkout crashes on start; rolling back to ${checkout.version} cures it.`,
  tell(now, seed) {
    const clock = clockwork(now, seed)
    const rolledOutAt = clock.now + stepMillis
    const onset = rolledOutAt + stepMillis
    const spikeAt = clock.now - 17 * 60_000
    const noise: Disturbance = { service: 'catalogue', from: spikeAt, until: spikeAt, latencyFactor: 3 }
    const { stopped, crashing } = podsOf(clock, rolledOutAt)

    const recording = tellChapter('bad-rollout', clock, {
      pods: [stopped, ...crashing],
      disturbances: [
        noise,
        { service: 'checkout', from: onset, errorPercent: 31, latencyFactor: 6 },
        // Its quotes wait until they time out: slower for cart than checkout itself believes.
        { service: 'checkout', client: 'cart', from: onset + stepMillis, latencyFactor: 5 },
        { service: 'cart', from: onset + stepMillis, errorPercent: 4, latencyFactor: 13 },
        { service: 'frontend', from: onset + stepMillis, errorPercent: 8, latencyFactor: 4 },
      ],
      complaints: [
        {
          service: 'cart',
          from: onset,
          everySeconds: 6,
          lines: [
            'WARN quote for cart @ not answered by checkout after 4000 ms, trying again',
            'ERROR quote for cart @ failed: checkout answered 502',
          ],
        },
        {
          service: 'frontend',
          from: onset,
          everySeconds: 4,
          lines: [
            'ERROR POST /checkout failed: checkout answered 502 session=@',
            'ERROR POST /checkout failed: connection refused by checkout session=@',
          ],
        },
      ],
      alarms: [serverErrorsAlarm('frontend', firesAfter(onset)), serverErrorsAlarm('checkout', firesAfter(onset))],
      alerts: [{ service: 'checkout', fires: firesAfter(onset) + stepMillis }, { service: 'frontend' }],
    })
    const { records } = recording
    records['kubernetes/objects'].push(...rollout(clock, rolledOutAt))
    for (const life of crashing) {
      const { objects, logs } = crashLoop(checkout, life, clock.end, crashLog)
      records['kubernetes/objects'].push(...objects)
      records['kubernetes/logs'].push(...logs)
    }
    const release = `checkout@${badVersion}`
    records['sentry/releases'].push({ at: rolledOutAt, project: 'checkout', version: release })
    records['sentry/events'].push(
      ...issueEvents(clock, {
        id: '5201',
        service: checkout,
        release,
        title: error,
        culprit: 'loadPriceRules(pricing)',
        from: rolledOutAt + 5_000,
        everySeconds: 1.7,
      }),
    )
    records['grafana/annotations'].push({
      at: rolledOutAt,
      text: `Deployed checkout ${badVersion} (build 4182)`,
      tags: ['deploy', 'service:checkout', `version:${badVersion}`],
    })

    const well = tellChapter('bad-rollout', clock, {
      pods: [stopped],
      disturbances: [noise],
      alarms: [serverErrorsAlarm('frontend'), serverErrorsAlarm('checkout')],
      alerts: [{ service: 'checkout' }, { service: 'frontend' }],
    })
    return { recording: inOrder(recording), afterCure: inOrder(well), isCured, podFailure }
  },
}

function isCured(workload: KubernetesObject): boolean {
  const { name, namespace: where } = workload.metadata
  return (
    workload.kind === 'Deployment' && name === 'checkout' && where === namespace && podFailure(workload) === undefined
  )
}

type WithTemplate = KubernetesObject & { spec?: { template?: { spec?: { containers?: { image?: string }[] } } } }

function podFailure({ spec }: WithTemplate): PodFailure | undefined {
  const images = spec?.template?.spec?.containers?.map(container => container.image ?? '') ?? []
  if (!images.some(image => image.endsWith(`/checkout:${badVersion}`))) return undefined
  return { reason: 'Error', message: error, exitCode: 1, log: crashLog }
}

/** With four replicas, a quarter more and a quarter fewer allowed: one old pod stops, two new ones start. */
function podsOf(clock: Clockwork, at: Millis): { stopped: PodLife; crashing: [PodLife, PodLife] } {
  const bad = revision(checkout, 3, badVersion, at, clock)
  const last = usualPods(clock).findLast(life => life.service === 'checkout')
  if (!last) throw new Error('expected checkout to have pods')
  const [first, second] = [podLife(checkout, bad, 0, at, clock), podLife(checkout, bad, 1, at, clock)]
  return {
    stopped: { ...last, until: at },
    crashing: [
      { ...first, crashing: true },
      { ...second, crashing: true },
    ],
  }
}

function rollout(clock: Clockwork, at: Millis): ObjectRecord[] {
  const { current } = revisionsOf(checkout, clock)
  const bad = revision(checkout, 3, badVersion, at, clock)
  const { stopped, crashing } = podsOf(clock, at)
  const serving = usualPods(clock).filter(life => life.service === 'checkout' && life.name !== stopped.name)
  const state = { replicas: 4, pods: 5, ready: 3, updated: 2, generation: 3, since: at }
  const progressing = deployment(checkout, bad, state)
  const newSet = replicaSet(checkout, bad, 2, 0)
  const objects = [
    apply(at, progressing),
    apply(at, newSet),
    apply(at, replicaSet(checkout, current, 3)),
    remove(at, pod(checkout, stopped, { phase: 'ready', since: stopped.from })),
    apply(at, endpoints(checkout, serving, foundedAt(clock))),
    // progressDeadlineSeconds
    apply(at + 600_000, deployment(checkout, bad, { ...state, since: at + 600_000, stuck: true })),
  ]
  const scalings = [
    `up replica set checkout-${bad.hash} to 1`,
    `down replica set checkout-${current.hash} to 3 from 4`,
    `up replica set checkout-${bad.hash} to 2 from 1`,
  ]
  for (const scaling of scalings)
    objects.push(
      event(at, progressing, {
        reason: 'ScalingReplicaSet',
        message: `Scaled ${scaling}`,
        component: 'deployment-controller',
      }),
    )
  for (const life of crashing)
    objects.push(
      event(at, newSet, {
        reason: 'SuccessfulCreate',
        message: `Created pod: ${life.name}`,
        component: 'replicaset-controller',
      }),
    )
  return objects
}
