// The cluster's own parts: scheduler, controllers, store, webhooks, the metrics API, a client that floods the API server, a
// namespace that does not go. Workloads only show that nothing is done for them any more.
import { withoutFigures } from '../autoscaler.ts'
import { keepSaying, lineIn, linesIn, type Application } from '../application.ts'
import { validatingWebhook } from '../apps/ledgerly.ts'
import { warning } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Pod } from '../kinds.ts'
import { crashes, FAILED, write } from '../pod-state.ts'
import { unseen } from '../pod-waiting.ts'
import { condition, settle } from '../settle.ts'
import { forbidden, refuse } from '../refuse.ts'
import { rollOut, scale } from '../rollout.ts'
import { klog, partOf, systemWorkload, type Part } from '../system.ts'
import { add, find, metadataOf, microStamp, MINUTE, SECOND, type World } from '../world.ts'
import { podsOf, workload, type Workload } from '../workload.ts'

const faults: Fault[] = [
  {
    name: 'scheduler-down',
    meets: { tidal: 'ingest', beacon: 'charts' },
    make(app, target) {
      const { world } = app
      const since = world.at - 23 * MINUTE
      const pod = stop(app, 'kube-scheduler', since, at => [
        klog(at, 'E', 'run.go:72', '"command failed" err="open /etc/kubernetes/scheduler.conf: permission denied"'),
      ])
      for (const fresh of scale(world, target, (target.text.replicas ?? 1) + 2, world.at - 14 * MINUTE))
        unseen(world, fresh)
      return { truth: pod }
    },
  },
  {
    name: 'controllers-down',
    meets: { tidal: 'windows', beacon: 'gateway' },
    make(app, target) {
      const { world } = app
      const since = world.at - 23 * MINUTE
      settle(world)
      const pod = stop(app, 'kube-controller-manager', since, at => [
        klog(at, 'I', 'controllermanager.go:197', 'Starting'),
        klog(
          at,
          'E',
          'run.go:72',
          '"command failed" err="unable to load client CA provider: open /etc/kubernetes/pki/front-proxy-ca.crt: no such file or directory"',
        ),
      ])
      world.controlled = false
      const { object } = target
      object.spec.replicas += 3
      object.metadata.generation = (object.metadata.generation ?? 1) + 1
      return { truth: pod }
    },
  },
  {
    name: 'store-out-of-space',
    meets: { tidal: 'query', beacon: 'ruler' },
    make(app, target) {
      const { world } = app
      const etcd = partOf(app, 'etcd')
      const server = partOf(app, 'kube-apiserver')
      settle(world)
      const since = world.at - 26 * MINUTE
      world.events = world.events.filter(seen => Date.parse(String(seen.lastTimestamp ?? seen.eventTime)) < since)
      world.controlled = false
      for (let at = since; at < world.at; at += 70 * SECOND) {
        const warn = { level: 'warn', ts: new Date(at).toISOString(), caller: 'etcdserver/server.go:2042' }
        write(
          world,
          etcd,
          'etcd',
          at,
          JSON.stringify({
            ...warn,
            msg: 'alarm NOSPACE raised',
            'quota-size-bytes': 2147483648,
            'backend-size-bytes': 2147500032,
          }),
        )
        write(
          world,
          server,
          'kube-apiserver',
          at + SECOND,
          klog(
            at,
            'E',
            'status.go:71',
            `apiserver received an error that is not an metav1.Status: rpctypes.EtcdError{code:0x8, desc:"etcdserver: mvcc: database space exceeded"}: etcdserver: mvcc: database space exceeded`,
          ),
        )
      }
      keepSaying(
        app,
        target,
        'error',
        'cannot renew lease: Put "https://172.20.0.1:443/apis/coordination.k8s.io/v1/leases": etcdserver: mvcc: database space exceeded',
        20,
      )
      return { truth: etcd }
    },
  },
  {
    name: 'admission-webhook-crashes',
    meets: { ledgerly: 'policy-controller', beacon: 'collector-operator' },
    make(app, target) {
      const { world } = app
      const since = world.at - 27 * MINUTE
      for (const pod of podsOf(world, target))
        crashes(world, pod, {
          death: { exitCode: 2, reason: 'Error', ranSeconds: 3 },
          since,
          says: linesIn('go', target.text.name, [
            'loading policies',
            'panic: runtime error: index out of range [0] with length 0',
          ]),
        })
      const service = target.text.service?.name ?? ''
      const configuration = find(world, 'ValidatingWebhookConfiguration', undefined, target.text.name)
      const victim = app.workloads.find(({ text }) => ['invoices', 'intake'].includes(text.name))
      if (victim)
        refused(
          world,
          victim,
          since + 4 * MINUTE,
          `Internal error occurred: failed calling webhook "validate.${target.text.name}.example": failed to call webhook: Post "https://${service}.${target.text.namespace}.svc:443/validate?timeout=10s": dial tcp 172.20.14.88:443: connect: connection refused`,
        )
      return { truth: target.object, also: [configuration] }
    },
  },
  {
    name: 'webhook-of-a-tool-long-gone',
    meets: { larder: 'till', foundry: 'scorer' },
    make({ world }, target) {
      const configuration = add(world, validatingWebhook(world, 'sidecar-checker', 'mesh-trial', 'sidecar-checker'))
      refused(
        world,
        target,
        world.at - 31 * MINUTE,
        'Internal error occurred: failed calling webhook "validate.sidecar-checker.example": failed to call webhook: Post "https://sidecar-checker.mesh-trial.svc:443/validate?timeout=10s": service "sidecar-checker" not found',
      )
      return { truth: configuration, also: [{ kind: 'Service', namespace: 'mesh-trial', name: 'sidecar-checker' }] }
    },
  },
  {
    name: 'api-server-flooded',
    meets: { tidal: 'sink', beacon: 'pager' },
    make(app, target) {
      const { world } = app
      const flood = workload(world, {
        namespace: 'inventory',
        name: 'asset-scanner',
        labels: { app: 'asset-scanner' },
        image: `${app.registry}/asset-scanner:0.3.0`,
        language: 'go',
        replicas: 6,
        ageDays: 5,
      })
      const server = partOf(app, 'kube-apiserver')
      const scanners = podsOf(world, flood)
      for (let at = world.at - 18 * MINUTE, n = 0; at < world.at; at += 23 * SECOND, n++) {
        const from = scanners[n % scanners.length]
        write(
          world,
          server,
          'kube-apiserver',
          at,
          klog(
            at,
            'I',
            'httplog.go:132',
            `"HTTP" verb="LIST" URI="/api/v1/pods?resourceVersion=" latency="${(0.2 + (n % 7) / 3).toFixed(3)}s" userAgent="asset-scanner/0.3.0" audit-ID="" srcIP="${from?.status.podIP}:4${n % 900}" apf_pl="workload-low" apf_fs="service-accounts" resp=${n % 3 === 0 ? 429 : 200}`,
          ),
        )
        if (from)
          write(
            world,
            from,
            'asset-scanner',
            at,
            lineIn(flood, at, 'info', `full scan finished: 4 clusters, listed all pods, next in 0s`),
          )
      }
      for (const each of [target, systemWorkload(app, 'metrics-server')])
        keepSaying(
          app,
          each,
          'warn',
          'the server has received too many requests and has asked us to try again later (get leases.coordination.k8s.io)',
          14,
        )
      return { truth: flood.object }
    },
  },
  {
    name: 'metrics-api-away',
    meets: { larder: 'site', foundry: 'scorer', ledgerly: 'web' },
    make(app, target) {
      const { world } = app
      const metrics = systemWorkload(app, 'metrics-server')
      const since = world.at - 46 * MINUTE
      for (const pod of podsOf(world, metrics))
        crashes(world, pod, {
          death: FAILED,
          since,
          says: at => [
            klog(
              at,
              'F',
              'server.go:68',
              'unable to load configmap based request-header-client-ca-file: configmaps "extension-apiserver-authentication" is forbidden',
            ),
          ],
        })
      add(world, {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: metadataOf(world, 'APIService', undefined, 'v1beta1.metrics.k8s.io', {
          created: world.at - 60 * 24 * 60 * MINUTE,
        }),
        spec: {
          group: 'metrics.k8s.io',
          version: 'v1beta1',
          service: { namespace: 'kube-system', name: 'metrics-server', port: 443 },
        },
        status: {
          conditions: [
            condition(
              'Available',
              false,
              'MissingEndpoints',
              'endpoints for service/metrics-server in "kube-system" have no addresses with port name "https"',
              since,
            ),
          ],
        },
      })
      const scaler = find(world, 'HorizontalPodAutoscaler', target.text.namespace, target.text.name)
      const why =
        'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)'
      Object.assign(scaler.status as object, {
        conditions: withoutFigures(why, since),
      })
      warning(world, scaler, {
        reason: 'FailedGetResourceMetric',
        message: why,
        component: 'horizontal-pod-autoscaler',
        first: since,
        at: world.at - 14 * SECOND,
        count: 184,
      })
      return { truth: metrics.object }
    },
  },
  {
    name: 'namespace-being-deleted',
    meets: { ledgerly: 'payrun', foundry: 'dispatcher' },
    make({ world }, target) {
      const { namespace } = target.text
      const since = world.at - 24 * MINUTE
      const space = add(world, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          ...metadataOf(world, 'Namespace', undefined, namespace, {
            created: world.at - 80 * 24 * 60 * MINUTE,
            labels: { 'kubernetes.io/metadata.name': namespace },
          }),
          deletionTimestamp: new Date(since).toISOString(),
        },
        spec: { finalizers: ['kubernetes'] },
        status: {
          phase: 'Terminating',
          conditions: [
            condition(
              'NamespaceDeletionDiscoveryFailure',
              true,
              'DiscoveryFailed',
              'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: custom.metrics.k8s.io/v1beta1: stale GroupVersion discovery: custom.metrics.k8s.io/v1beta1',
              since,
            ),
            condition(
              'NamespaceContentRemaining',
              true,
              'SomeResourcesRemain',
              'Some resources are remaining: pods. has 2 resource instances',
              since,
            ),
          ],
        },
      })
      const [lost] = podsOf(world, target)
      const why = `unable to create new content in namespace ${namespace} because it is being terminated`
      refuse(world, target, lost ? [lost] : [], forbidden(target, why, ''), since)
      return { truth: space }
    },
  },
]

export const controlPlaneCases = () => casesOf('control-plane', faults)

/** A static pod dies again and again, and its lease is no longer renewed. */
function stop(app: Application, part: Part, since: number, lines: (at: number) => string[]): Pod {
  const { world } = app
  const pod = partOf(app, part)
  const held = find(world, 'Lease', 'kube-system', part)
  held.spec = { ...(held.spec as object), renewTime: microStamp(since) }
  crashes(world, pod, { death: { ...FAILED, ranSeconds: 2 }, since, says: lines })
  return pod
}

/** A rollout whose pods the API server does not take: none is there, and the set says why. */
function refused(world: World, target: Workload, at: number, why: string): void {
  const pods = rollOut(world, target, {
    at,
    change: ({ spec }) => {
      const [main] = spec.containers
      if (main) main.image += '-p1'
    },
  })
  refuse(world, target, pods, why, at)
}
