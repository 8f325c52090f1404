// What keeps the cluster going does not: versions of a resource that nobody converts, an API whose adapter is gone; the
// store and the cloud are beside it.
import { withoutFigures } from '../../autoscaler.ts'
import { warning } from '../../event.ts'
import { casesOf, type Fault } from '../../fault.ts'
import type { Thing } from '../../kinds.ts'
import { write } from '../../pod-state.ts'
import { condition } from '../../settle.ts'
import { klog } from '../../system.ts'
import { add, DAY, find, metadataOf, MINUTE, SECOND } from '../../world.ts'
import { podsOf } from '../../workload.ts'
import { storeAndCloudFaults } from './store-and-cloud.ts'

const faults: Fault[] = [
  {
    name: 'nobody-converts-the-versions',
    meets: { courier: 'postgres-operator', beacon: 'collector-operator' },
    make(app, target) {
      const { world } = app
      const { namespace, name } = target.text
      const [group, kind, plural, resource] =
        app.name === 'courier'
          ? ['acid.zalan.do', 'postgresql', 'postgresqls', 'parcels-db']
          : ['beacon.corp.example', 'Collector', 'collectors', 'node-agent']
      const [old, stored] = app.name === 'courier' ? ['v1beta1', 'v1'] : ['v1alpha1', 'v1beta1']
      const service = `${name}-conversion`
      const definition = add(world, {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: {
          ...metadataOf(world, 'CustomResourceDefinition', undefined, `${plural}.${group}`, {
            created: world.at - 70 * DAY,
          }),
          generation: 3,
        },
        spec: {
          group,
          names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
          scope: 'Namespaced',
          conversion: {
            strategy: 'Webhook',
            webhook: {
              conversionReviewVersions: ['v1'],
              clientConfig: { service: { namespace, name: service, path: '/convert', port: 443 } },
            },
          },
          versions: [
            { name: old, served: true, storage: false },
            { name: stored, served: true, storage: true },
          ],
        },
        status: {
          storedVersions: [old, stored],
          conditions: [
            condition('NamesAccepted', true, 'NoConflicts', 'no conflicts found', world.at - 70 * DAY),
            condition(
              'Established',
              true,
              'InitialNamesAccepted',
              'the initial names have been accepted',
              world.at - 70 * DAY,
            ),
          ],
        },
      } satisfies Thing)
      const held = world.objects.find(each => each.kind === kind && each.metadata.name === resource)
      if (held) held.metadata.generation = (held.metadata.generation ?? 1) + 1
      const why = `conversion webhook for ${group}/${old}, Kind=${kind} failed: Post "https://${service}.${namespace}.svc:443/convert?timeout=30s": service "${service}" not found`
      for (const pod of podsOf(world, target))
        for (let at = world.at - 33 * MINUTE; at < world.at; at += 47 * SECOND)
          write(
            world,
            pod,
            name,
            at,
            klog(
              at,
              'E',
              'reflector.go:158',
              `"Unhandled Error" err="Failed to watch ${group}/${stored}, Resource=${plural}: failed to list ${group}/${stored}, Resource=${plural}: ${why.replaceAll('"', '\\"')}"`,
            ),
          )
      return { truth: definition, also: [{ kind: 'Service', namespace, name: service }] }
    },
  },
  {
    name: 'interface-of-an-adapter-long-gone',
    meets: { courier: 'public-api', ledgerly: 'web' },
    make(app, target) {
      const { world } = app
      const since = world.at - 51 * MINUTE
      const name = 'v1beta1.custom.metrics.k8s.io'
      const adapter = { namespace: 'monitoring', name: 'prometheus-adapter', port: 443 }
      const registered = add(world, {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: metadataOf(world, 'APIService', undefined, name, { created: world.at - 64 * DAY }),
        spec: {
          group: 'custom.metrics.k8s.io',
          version: 'v1beta1',
          service: adapter,
          insecureSkipTLSVerify: true,
          groupPriorityMinimum: 100,
          versionPriority: 100,
        },
        status: {
          conditions: [
            condition(
              'Available',
              false,
              'ServiceNotFound',
              'service/prometheus-adapter in "monitoring" is not present',
              since,
            ),
          ],
        },
      } satisfies Thing)
      const scaler = find(world, 'HorizontalPodAutoscaler', target.text.namespace, target.text.name)
      const metric = 'http_requests_in_flight'
      Object.assign(scaler.spec as object, {
        metrics: [
          { type: 'Pods', pods: { metric: { name: metric }, target: { type: 'AverageValue', averageValue: '40' } } },
        ],
      })
      const why = `unable to get metric ${metric}: unable to fetch metrics from custom metrics API: the server is currently unable to handle the request (get pods.custom.metrics.k8s.io *)`
      Object.assign(scaler.status as object, {
        currentMetrics: null,
        conditions: withoutFigures(why, since).map(each =>
          each.type === 'ScalingActive' ? { ...each, reason: 'FailedGetPodsMetric' } : each,
        ),
      })
      const controller = {
        component: 'horizontal-pod-autoscaler',
        first: since,
        at: world.at - 11 * SECOND,
        count: 203,
      }
      warning(world, scaler, { ...controller, reason: 'FailedGetPodsMetric', message: why })
      warning(world, scaler, {
        ...controller,
        reason: 'FailedComputeMetricsReplicas',
        message: `invalid metrics (1 invalid out of 1), first error is: failed to get pods metric value: ${why}`,
      })
      return { truth: registered, also: [{ kind: 'Service', namespace: adapter.namespace, name: adapter.name }] }
    },
  },
  ...storeAndCloudFaults,
]

export const secondControlPlaneCases = () => casesOf('control-plane', faults)
