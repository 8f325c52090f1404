// A change that gets stuck half-way, an autoscaler that cannot, a budget that forbids, a count that is wrong.
import { atLimit, withoutFigures } from '../autoscaler.ts'
import { callersFail, keepSaying, linesIn } from '../application.ts'
import { event, warning } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Condition, Thing } from '../kinds.ts'
import { cordon } from '../node.ts'
import { crashes, FAILED, unready } from '../pod-state.ts'
import { budget } from '../policy.ts'
import { rollOut, scale } from '../rollout.ts'
import { condition } from '../settle.ts'
import { find, MINUTE, SECOND } from '../world.ts'
import { mainOf, podsOf, specsOf } from '../workload.ts'
import { nodeOf } from './run.ts'
import { changed } from './start.ts'

const faults: Fault[] = [
  {
    name: 'new-version-crashes',
    meets: { larder: 'site', tidal: 'ingest', foundry: 'gateway' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 18, main => {
        main.image = main.image.replace(/:.*$/, ':6.0.0')
      })
      const words: Record<string, string[]> = {
        node: ['booting', "Error: Cannot find module './routes/wishlist'"],
        java: [
          'Starting application',
          'org.springframework.beans.factory.NoSuchBeanDefinitionException: No qualifying bean of type PartitionRouter available',
        ],
        rust: ['booting', "thread 'main' panicked at src/routes.rs:88:14: called `Option::unwrap()` on a `None` value"],
      }
      for (const pod of pods)
        crashes(world, pod, {
          container: target.text.name,
          death: { ...FAILED, ranSeconds: 3 },
          since: at + 5 * SECOND,
          says: linesIn(target.text.language, target.text.name, words[target.text.language] ?? []),
        })
      return { truth: target.object }
    },
  },
  {
    name: 'new-version-never-ready',
    meets: { beacon: 'ruler', ledgerly: 'taxes', larder: 'prices' },
    make(app, target) {
      const { world } = app
      const { pods, at } = changed(world, target, 32, main => {
        main.image = main.image.replace(/:.*$/, ':6.1.0')
      })
      for (const pod of pods)
        unready(world, pod, {
          container: target.text.name,
          message: 'HTTP probe failed with statuscode: 503',
          since: at + 11 * SECOND,
        })
      return { truth: target.object }
    },
  },
  {
    name: 'autoscaler-at-its-maximum',
    meets: { larder: 'site', foundry: 'scorer', ledgerly: 'web' },
    make(app, target) {
      const { world } = app
      const { namespace, name } = target.text
      const scaler = find(world, 'HorizontalPodAutoscaler', namespace, name)
      const most = (scaler.spec as { maxReplicas: number }).maxReplicas
      const at = world.at - 42 * MINUTE
      scale(world, target, most, at)
      setStatus(
        scaler,
        {
          currentReplicas: most,
          desiredReplicas: most,
          currentMetrics: [
            { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 188, averageValue: '188m' } } },
          ],
        },
        atLimit('TooManyReplicas', at),
      )
      event(world, scaler, {
        reason: 'SuccessfulRescale',
        message: `New size: ${most}; reason: cpu resource utilization (percentage of request) above target`,
        component: 'horizontal-pod-autoscaler',
        at,
      })
      for (const pod of podsOf(world, target))
        world.metrics.push({
          at: world.at,
          namespace,
          pod: pod.metadata.name,
          container: name,
          cpu: '188m',
          memory: '380Mi',
        })
      keepSaying(app, target, 'warn', 'queue of waiting requests is full, 41 shed in the last minute')
      return { truth: scaler, also: [target.object] }
    },
  },
  {
    name: 'autoscaler-cannot-measure',
    meets: { ledgerly: 'web', beacon: 'intake' },
    make({ world }, target) {
      const { namespace, name } = target.text
      const scaler = find(world, 'HorizontalPodAutoscaler', namespace, name)
      for (const spec of specsOf(world, target))
        mainOf(spec.containers, target).resources = { limits: { memory: '512Mi' } }
      const [pod] = podsOf(world, target)
      const since = world.at - 54 * MINUTE
      const why = `failed to get cpu utilization: missing request for cpu in container ${name} of Pod ${pod?.metadata.name}`
      setStatus(scaler, { currentMetrics: null }, withoutFigures(why, since))
      const said = { component: 'horizontal-pod-autoscaler', first: since, at: world.at - 11 * SECOND, count: 216 }
      warning(world, scaler, { ...said, reason: 'FailedGetResourceMetric', message: why })
      warning(world, scaler, {
        ...said,
        reason: 'FailedComputeMetricsReplicas',
        message: `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`,
      })
      return { truth: target.object, also: [scaler] }
    },
  },
  {
    name: 'autoscaler-of-a-renamed-workload',
    meets: { larder: 'site', foundry: 'scorer' },
    make({ world }, target) {
      const { namespace, name } = target.text
      const scaler = find(world, 'HorizontalPodAutoscaler', namespace, name)
      Object.assign(scaler.spec as object, {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `${name}-app` },
      })
      const why = `deployments.apps "${name}-app" not found`
      const since = world.at - 58 * MINUTE
      scaler.status = {
        currentReplicas: 0,
        desiredReplicas: 0,
        conditions: [
          condition(
            'AbleToScale',
            false,
            'FailedGetScale',
            `the HPA controller was unable to get the target's current scale: ${why}`,
            since,
          ),
        ],
      }
      warning(world, scaler, {
        reason: 'FailedGetScale',
        message: why,
        component: 'horizontal-pod-autoscaler',
        first: since,
        at: world.at - 9 * SECOND,
        count: 231,
      })
      return { truth: scaler }
    },
  },
  {
    name: 'budget-forbids-the-drain',
    meets: { tidal: 'schema-registry', ledgerly: 'taxes', foundry: 'llm' },
    make(app, target) {
      const { world } = app
      const { replicas = 1, namespace, name } = target.text
      const bound = budget(world, target, { minAvailable: replicas })
      const [pod] = podsOf(world, target)
      const node = nodeOf(world, pod)
      cordon(world, node, world.at - 53 * MINUTE)
      const refusal = `Cannot evict pod as it would violate the pod's disruption budget. The disruption budget ${name} needs ${replicas} healthy pods and has ${replicas} currently`
      const evicting = `error when evicting pods/"${pod?.metadata.name}" -n "${namespace}": ${refusal}`
      const words: Record<string, { reason: string; component: string; message: string }> = {
        tidal: {
          reason: 'FailedDrainNode',
          component: 'machine-controller',
          message: `error draining Machine's node "${node.metadata.name}": ${evicting}`,
        },
        ledgerly: {
          reason: 'Drain',
          component: 'upgrader',
          message: `Eviction blocked by Too Many Requests (usually a pdb): ${pod?.metadata.name}`,
        },
        foundry: {
          reason: 'ScaleDownFailed',
          component: 'cluster-autoscaler',
          message: `failed to drain the node: Failed to evict pod ${namespace}/${pod?.metadata.name} within allowed timeout (last error: ${refusal})`,
        },
      }
      const said = words[app.name]
      if (said) warning(world, node, { ...said, first: world.at - 52 * MINUTE, at: world.at - 8 * SECOND, count: 31 })
      return { truth: bound }
    },
  },
  {
    name: 'stateful-rollout-stops-at-one',
    meets: { tidal: 'broker', beacon: 'series-store' },
    make(app, target) {
      const { world } = app
      const pods = rollOut(world, target, {
        at: world.at - 41 * MINUTE,
        change: ({ spec }) => {
          const main = mainOf(spec.containers, target)
          main.image = main.image.replace(/:.*$/, ':8.0.0')
        },
      })
      for (const pod of pods)
        crashes(world, pod, {
          death: { ...FAILED, ranSeconds: 14 },
          since: world.at - 40 * MINUTE,
          says: linesIn(target.text.language, target.text.name, [
            'starting version 8.0.0',
            'unsupported option log.message.format.version in configuration, was removed in 8.0',
          ]),
        })
      return { truth: target.object, also: pods }
    },
  },
  {
    name: 'daemon-rollout-stops-at-one',
    meets: { beacon: 'node-agent', foundry: 'kube-proxy' },
    make({ world }, target) {
      const pods = rollOut(world, target, {
        at: world.at - 29 * MINUTE,
        change: ({ spec }) => {
          const main = mainOf(spec.containers, target)
          main.args = ['--config=/etc/agent/config.yaml', '--feature-gates=+fast.queue']
        },
      })
      for (const pod of pods)
        crashes(world, pod, {
          death: { ...FAILED, ranSeconds: 2 },
          since: world.at - 28 * MINUTE,
          says: linesIn(target.text.language, target.text.name, [
            'Error: invalid argument "+fast.queue" for "--feature-gates" flag: no such feature gate "fast.queue"',
          ]),
        })
      return { truth: target.object, also: pods }
    },
  },
  {
    name: 'scaled-to-nothing-by-mistake',
    meets: { ledgerly: 'taxes', larder: 'prices', tidal: 'schema-registry' },
    make(app, target) {
      scale(app.world, target, 0, app.world.at - 16 * MINUTE)
      callersFail(app, target, 'refused', 15)
      return { truth: target.object }
    },
  },
]

export const rolloutCases = () => casesOf('rollout', faults)

function setStatus(scaler: Thing, fields: Record<string, unknown>, conditions: Condition[]): void {
  scaler.status = { ...(scaler.status as object), ...fields, conditions }
}
