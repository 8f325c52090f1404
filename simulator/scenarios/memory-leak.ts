// A release of payments that keeps every answer: each pod's memory climbs to its limit, the kernel kills it, and it climbs again.
import type { KubernetesObject, Millis } from '../recording.ts'
import { firesAfter, serverErrorsAlarm } from '../shop/alarms.ts'
import { inOrder, revision, tellChapter } from '../shop/chapter.ts'
import { killedAgain, memoryOf } from '../shop/leak.ts'
import { podsReplaced, rolledOutBy, rollout } from '../shop/rollout.ts'
import { namespace, serviceNamed } from '../shop/services.ts'
import { clockwork, stepMillis, type Disturbance } from '../shop/story-line.ts'
import type { Scenario } from '../story.ts'

const payments = serviceNamed('payments')
const badVersion = 'v3.8'

export const memoryLeak: Scenario = {
  name: 'memory-leak',
  description: `Release ${badVersion} of payments leaks until the kernel kills its pods; rolling back to ${payments.version} cures it.`,
  tell(now, seed) {
    const clock = clockwork(now, seed)
    const rolledOutAt = clock.now + stepMillis
    const fresh = revision(payments, 3, badVersion, rolledOutAt, clock)
    const { leaving, coming } = podsReplaced(payments, fresh, clock)
    const leaking = coming.map(life => ({ ...life, memoryMebibytesAt: (at: Millis) => memoryOf(payments, life, at) }))
    // Collecting garbage takes longer and longer; then the first pod is gone, and what it was asked has failed.
    const slowFrom = rolledOutBy(payments, fresh)
    const onset = slowFrom + 2 * stepMillis
    const spikeAt = clock.now - 19 * 60_000
    const noise: Disturbance = { service: 'cart', from: spikeAt, until: spikeAt, latencyFactor: 3 }

    const recording = tellChapter('memory-leak', clock, {
      pods: [...leaving, ...leaking],
      disturbances: [
        noise,
        { service: 'payments', from: slowFrom, until: onset - 1, latencyFactor: 2.5 },
        { service: 'payments', from: onset, errorPercent: 34, latencyFactor: 7 },
        { service: 'checkout', from: onset, errorPercent: 17, latencyFactor: 3 },
        { service: 'frontend', from: onset + stepMillis, errorPercent: 6, latencyFactor: 2 },
      ],
      complaints: [
        {
          service: 'payments',
          from: slowFrom,
          everySeconds: 7,
          lines: ['WARN heap at # MiB after a full collection of # ms', 'WARN answered after # ms: collecting garbage'],
        },
        {
          service: 'checkout',
          from: onset,
          everySeconds: 5,
          lines: [
            'ERROR payment for checkout @ failed: connection refused by payments',
            'ERROR payment for checkout @ failed: payments did not answer, timed out after 4000 ms',
          ],
        },
      ],
      alarms: [serverErrorsAlarm('frontend', firesAfter(onset)), serverErrorsAlarm('checkout', firesAfter(onset))],
      alerts: [
        { service: 'payments', fires: firesAfter(onset) },
        { service: 'checkout', fires: firesAfter(onset) },
      ],
    })
    const { records } = recording
    records['kubernetes/objects'].push(...rollout(payments, fresh, clock))
    for (const life of leaking) records['kubernetes/objects'].push(...killedAgain(payments, life, clock.end))
    records['sentry/releases'].push({ at: rolledOutAt, project: 'payments', version: `payments@${badVersion}` })
    records['grafana/annotations'].push({
      at: rolledOutAt,
      text: `Deployed payments ${badVersion} (build 612)`,
      tags: ['deploy', 'service:payments', `version:${badVersion}`],
    })

    const well = tellChapter('memory-leak', clock, {
      pods: leaving,
      disturbances: [noise],
      alarms: [serverErrorsAlarm('frontend'), serverErrorsAlarm('checkout')],
      alerts: [{ service: 'payments' }, { service: 'checkout' }],
    })
    return { recording: inOrder(recording), afterCure: inOrder(well), isCured }
  },
}

type WithTemplate = KubernetesObject & { spec?: { template?: { spec?: { containers?: { image?: string }[] } } } }

function isCured({ kind, metadata, spec }: WithTemplate): boolean {
  const images = spec?.template?.spec?.containers?.map(({ image = '' }) => image) ?? []
  const isPayments = kind === 'Deployment' && metadata.name === 'payments' && metadata.namespace === namespace
  return isPayments && images.every(image => !image.endsWith(`/payments:${badVersion}`))
}
