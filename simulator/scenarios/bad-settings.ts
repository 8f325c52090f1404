// New settings for the catalogue: a pool of one database connection for each pod. Most requests wait for it, many in vain.
import type { KubernetesObject } from '../recording.ts'
import { firesAfter, serverErrorsAlarm } from '../shop/alarms.ts'
import { foundedAt, inOrder, revision, tellChapter } from '../shop/chapter.ts'
import { apply, identity, labelsOf, type ObjectRecord } from '../shop/object-parts.ts'
import { randomOf, templateHash } from '../shop/random.ts'
import { podsReplaced, rolledOutBy, rollout } from '../shop/rollout.ts'
import { issueEvents } from '../shop/sentry-account.ts'
import { namespace, serviceNamed } from '../shop/services.ts'
import { clockwork, stepMillis, type Clockwork, type Disturbance } from '../shop/story-line.ts'
import type { Scenario } from '../story.ts'

const catalogue = serviceNamed('catalogue')
/** Made of its content, as kustomize does: pods that run keep the settings they started with. */
const newSettings = 'catalogue-settings-9t7h4m'
const error = 'PoolTimeoutError: no connection of the pool (size 1) became free within 2000 ms'

export const badSettings: Scenario = {
  name: 'bad-settings',
  description: 'New settings leave the catalogue one database connection a pod; rolling back to the old ones cures it.',
  tell(now, seed) {
    const clock = clockwork(now, seed)
    const changedAt = clock.now + stepMillis
    const fresh = {
      ...revision(catalogue, 3, catalogue.version, changedAt, clock),
      hash: templateHash(randomOf(seed, `template of catalogue with ${newSettings}`)),
      settings: newSettings,
    }
    const { leaving, coming } = podsReplaced(catalogue, fresh, clock)
    const onset = rolledOutBy(catalogue, fresh)
    const spikeAt = clock.now - 23 * 60_000
    const noise: Disturbance = { service: 'payments', from: spikeAt, until: spikeAt, latencyFactor: 3 }

    const recording = tellChapter('bad-settings', clock, {
      pods: [...leaving, ...coming],
      disturbances: [
        noise,
        { service: 'catalogue', from: onset, errorPercent: 28, latencyFactor: 14, connections: 3 },
        { service: 'cart', from: onset + stepMillis, errorPercent: 8, latencyFactor: 3 },
        { service: 'frontend', from: onset + stepMillis, errorPercent: 24, latencyFactor: 3 },
      ],
      complaints: [
        {
          service: 'catalogue',
          from: onset,
          everySeconds: 4,
          lines: [`ERROR ${error}`, 'WARN # requests wait for a connection of the pool'],
        },
        {
          service: 'frontend',
          from: onset,
          everySeconds: 5,
          lines: ['ERROR GET /product/# failed: catalogue answered 503 session=@'],
        },
      ],
      alarms: [serverErrorsAlarm('frontend', firesAfter(onset)), serverErrorsAlarm('checkout')],
      alerts: [
        { service: 'catalogue', fires: firesAfter(onset) },
        { service: 'frontend', fires: firesAfter(onset) },
      ],
    })
    const { records } = recording
    records['kubernetes/objects'].push(settings(clock), ...rollout(catalogue, fresh, clock))
    records['grafana/annotations'].push({
      at: changedAt,
      text: 'Config of catalogue changed: DATABASE_POOL_SIZE',
      tags: ['config', 'service:catalogue'],
    })
    records['sentry/events'].push(
      ...issueEvents(clock, {
        id: '5401',
        service: catalogue,
        release: `catalogue@${catalogue.version}`,
        title: error,
        culprit: 'acquire(pool)',
        from: onset,
        everySeconds: 2,
      }),
    )

    const well = tellChapter('bad-settings', clock, {
      pods: leaving,
      disturbances: [noise],
      alarms: [serverErrorsAlarm('frontend'), serverErrorsAlarm('checkout')],
      alerts: [{ service: 'catalogue' }, { service: 'frontend' }],
    })
    return { recording: inOrder(recording), afterCure: inOrder(well), isCured }
  },
}

function settings(clock: Clockwork): ObjectRecord {
  const at = clock.now + stepMillis
  return apply(at, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...identity('ConfigMap', newSettings, foundedAt(clock)), labels: labelsOf('catalogue') },
    data: { DATABASE_POOL_SIZE: '1', CACHE_SECONDS: '60' },
  })
}

type WithTemplate = KubernetesObject & { spec?: { template?: { spec?: { containers?: { envFrom?: unknown }[] } } } }

function isCured({ kind, metadata, spec }: WithTemplate): boolean {
  const isCatalogue = kind === 'Deployment' && metadata.name === 'catalogue' && metadata.namespace === namespace
  return isCatalogue && !JSON.stringify(spec?.template ?? '').includes(newSettings)
}
