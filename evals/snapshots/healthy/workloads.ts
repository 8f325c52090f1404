// Workloads that are as they are on purpose, or that were in trouble and are over it.
import { failsToCall, says, serviceFor, workloadOf } from '../application.ts'
import { event, warning } from '../event.ts'
import { rollOut, saysMade, saysScaled } from '../rollout.ts'
import { evict, FAILED, forgetEvents, OOM_KILLED, restarted, statusOf } from '../pod-state.ts'
import { saysScheduled } from '../pod.ts'
import { serviceOf } from '../service.ts'
import { DAY, HOUR, MINUTE, SECOND, stamp } from '../world.ts'
import { addPod, mainOf, podsOf, specsOf, replicaSet, workload } from '../workload.ts'
import type { Odd } from './odd.ts'

export const oddWorkloads: Odd[] = [
  {
    name: 'scaled-to-zero-on-purpose',
    in: ['larder', 'tidal'],
    leave: [],
    make({ world, namespaces, registry }) {
      const namespace = namespaces.at(-1) ?? ''
      const idle = workload(world, {
        namespace,
        name: 'load-generator',
        labels: { app: 'load-generator' },
        image: `${registry}/load-generator:1.0.0`,
        language: 'plain',
        replicas: 0,
        ports: { http: 8089 },
        service: { name: 'load-generator', ports: [{ port: 8089, target: 8089 }] },
      })
      idle.object.metadata.annotations.note = 'started by hand before sales events'
    },
  },
  {
    name: 'restart-two-days-ago',
    in: ['ledgerly', 'beacon'],
    leave: ['accounts', 'ruler'],
    make(app) {
      const target = workloadOf(app, app.name === 'ledgerly' ? 'accounts' : 'ruler')
      for (const pod of podsOf(app.world, target)) {
        pod.metadata.creationTimestamp = stamp(app.world.at - 20 * DAY)
        restarted(app.world, pod, {
          container: target.text.name,
          death: FAILED,
          restarts: 3,
          at: app.world.at - 47 * HOUR,
        })
      }
    },
  },
  {
    name: 'killed-for-memory-yesterday',
    in: ['tidal', 'foundry'],
    leave: ['windows', 'features'],
    make(app) {
      const target = workloadOf(app, app.name === 'tidal' ? 'windows' : 'features')
      const [pod] = podsOf(app.world, target)
      if (pod) restarted(app.world, pod, { death: OOM_KILLED, restarts: 1, at: app.world.at - 26 * HOUR })
    },
  },
  {
    name: 'paused-for-a-canary',
    in: ['larder', 'ledgerly'],
    leave: ['site', 'web'],
    make(app) {
      const target = workloadOf(app, app.name === 'larder' ? 'site' : 'web')
      target.object.spec.paused = true
      const canary = workload(app.world, {
        ...target.text,
        name: `${target.text.name}-canary`,
        labels: { ...target.text.labels, track: 'canary' },
        image: target.text.image.replace(/:.*$/, ':next'),
        replicas: 1,
        container: { ...target.text.container, name: target.text.name },
        service: undefined,
        ageDays: 2,
      })
      canary.object.metadata.annotations.note = 'five per cent of visitors until Thursday'
    },
  },
  {
    name: 'readiness-flapped-while-rolling-out',
    in: ['beacon', 'foundry'],
    leave: ['intake', 'scorer'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'beacon' ? 'intake' : 'scorer')
      const at = world.at - 34 * MINUTE
      const pods = rollOut(world, target, {
        at,
        done: true,
        change: ({ spec }) => {
          mainOf(spec.containers, target).image += '-p1'
        },
      })
      for (const pod of pods)
        warning(world, pod, {
          reason: 'Unhealthy',
          message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
          component: 'kubelet',
          host: pod.spec.nodeName,
          field: `spec.containers{${target.text.name}}`,
          first: at + 8 * SECOND,
          at: at + 70 * SECOND,
          count: 6,
        })
    },
  },
  {
    name: 'image-pull-recovered',
    in: ['tidal', 'larder'],
    leave: ['sink', 'basket'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'tidal' ? 'sink' : 'basket')
      const at = world.at - 29 * MINUTE
      const [pod] = rollOut(world, target, {
        at,
        done: true,
        change: ({ spec }) => {
          mainOf(spec.containers, target).image += '-p3'
        },
      })
      if (!pod) return
      const { image } = mainOf(pod.spec.containers, target)
      const kubelet = { component: 'kubelet', host: pod.spec.nodeName, field: `spec.containers{${target.text.name}}` }
      const failed = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${image.split('/')[0]}/v2/": net/http: TLS handshake timeout`
      forgetEvents(world, pod)
      saysScheduled(world, pod, at)
      warning(world, pod, {
        ...kubelet,
        reason: 'Failed',
        message: `Failed to pull image "${image}": ${failed}`,
        first: at + 20 * SECOND,
        at: at + 100 * SECOND,
        count: 2,
      })
      warning(world, pod, {
        ...kubelet,
        reason: 'Failed',
        message: 'Error: ErrImagePull',
        first: at + 20 * SECOND,
        at: at + 100 * SECOND,
        count: 2,
      })
      event(world, pod, {
        ...kubelet,
        reason: 'BackOff',
        message: `Back-off pulling image "${image}"`,
        at: at + 112 * SECOND,
      })
      warning(world, pod, { ...kubelet, reason: 'Failed', message: 'Error: ImagePullBackOff', at: at + 112 * SECOND })
      event(world, pod, {
        ...kubelet,
        reason: 'Pulled',
        message: `Successfully pulled image "${image}" in 4.211s (4.211s including waiting). Image size: 81264120 bytes.`,
        at: at + 141 * SECOND,
      })
      event(world, pod, {
        ...kubelet,
        reason: 'Started',
        message: `Started container ${target.text.name}`,
        at: at + 142 * SECOND,
      })
      statusOf(pod, target.text.name).state = { running: { startedAt: stamp(at + 142 * SECOND) } }
    },
  },
  {
    name: 'crashed-until-its-database-came-up',
    in: ['ledgerly', 'larder'],
    leave: ['accounts', 'stock', 'books-pg', 'stock-db'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'ledgerly' ? 'accounts' : 'stock')
      const at = world.at - 38 * MINUTE
      for (const pod of podsOf(world, target)) {
        restarted(world, pod, { container: target.text.name, death: { ...FAILED, ranSeconds: 5 }, restarts: 3, at })
        warning(world, pod, {
          reason: 'BackOff',
          message: `Back-off restarting failed container ${target.text.name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`,
          component: 'kubelet',
          host: pod.spec.nodeName,
          field: `spec.containers{${target.text.name}}`,
          first: at - 2 * MINUTE,
          at: at - 20 * SECOND,
          count: 5,
        })
        says(app, target, pod, at - 3 * SECOND, 'error', 'connect to database: dial tcp: connect: connection refused')
        says(app, target, pod, at + 9 * SECOND, 'info', 'connected to database, serving')
      }
    },
  },
  {
    name: 'rolled-back-after-a-bad-version',
    in: ['foundry', 'beacon'],
    leave: ['gateway', 'charts'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'foundry' ? 'gateway' : 'charts')
      const good = target.set
      const at = world.at - 44 * MINUTE
      const failed = replicaSet(world, target.object, at, 4)
      failed.spec.replicas = 0
      const bad = failed.metadata.name
      saysScaled(world, target.object, bad, 0, 1, at)
      event(world, target.object, {
        reason: 'DeploymentRollback',
        message: 'Rolled back deployment to revision 3',
        component: 'deployment-controller',
        at: at + 12 * MINUTE,
      })
      saysScaled(world, target.object, bad, 1, 0, at + 12 * MINUTE)
      good.metadata.annotations['deployment.kubernetes.io/revision'] = '5'
      good.metadata.annotations['deployment.kubernetes.io/revision-history'] = '3'
      target.object.metadata.annotations['deployment.kubernetes.io/revision'] = '5'
    },
  },
  {
    name: 'evicted-pods-left-lying',
    in: ['larder', 'beacon'],
    leave: ['photos', 'gateway'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'larder' ? 'photos' : 'gateway')
      const at = world.at - 31 * HOUR
      for (const pod of podsOf(world, target).slice(0, 1)) {
        pod.metadata.creationTimestamp = stamp(at - 6 * DAY)
        evict(
          world,
          pod,
          `The node was low on resource: ephemeral-storage. Threshold quantity: 10737418240, available: 9961812Ki. Container ${target.text.name} was using 812Mi, request is 0, has larger consumption of ephemeral-storage. `,
          at,
        )
        addPod(world, target, at + 3 * SECOND)
      }
    },
  },
  {
    name: 'optional-settings-lead-nowhere',
    in: ['tidal', 'foundry'],
    leave: ['ingest', 'scorer'],
    make(app) {
      const target = workloadOf(app, app.name === 'tidal' ? 'ingest' : 'scorer')
      const more = [
        { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://otel-collector.tracing:4317' },
        { name: 'OTEL_SDK_DISABLED', value: 'true' },
        { name: 'STATSD_HOST', value: 'localhost' },
        { name: 'SENTRY_DSN', value: '' },
      ]
      const optional = { configMapRef: { name: `${target.text.name}-overrides`, optional: true } }
      for (const spec of specsOf(app.world, target)) {
        const main = mainOf(spec.containers, target)
        main.env = [...(main.env ?? []), ...more]
        main.envFrom = [...(main.envFrom ?? []), optional]
      }
    },
  },
  {
    name: 'service-port-nobody-serves-yet',
    in: ['ledgerly', 'tidal'],
    leave: ['reports', 'query'],
    make(app) {
      const target = workloadOf(app, app.name === 'ledgerly' ? 'reports' : 'query')
      serviceFor(app, target).spec.ports.push({ name: 'profiling', port: 6060, targetPort: 'pprof', protocol: 'TCP' })
      serviceOf(app.world, {
        namespace: target.text.namespace,
        name: `${target.text.name}-preview`,
        selector: { app: `${target.text.name}-preview` },
        ports: [{ name: 'http', port: 80, target: 8080 }],
      })
    },
  },
  {
    name: 'a-caller-of-a-host-that-blinked',
    in: ['larder', 'beacon'],
    leave: ['till', 'pager'],
    make(app) {
      const call = app.outside[0]
      if (!call) return
      const target = workloadOf(app, call.caller)
      failsToCall(app, target, call.address, 'timeout', 2, '203.0.113.9', app.world.at - 44 * MINUTE)
      for (const pod of podsOf(app.world, target))
        says(app, target, pod, app.world.at - 40 * MINUTE, 'info', 'recovered, all calls answered again')
    },
  },
  {
    name: 'probe-slow-once-an-hour-ago',
    in: ['tidal', 'ledgerly'],
    leave: ['broker', 'web'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'tidal' ? 'broker' : 'web')
      const [pod] = podsOf(world, target)
      if (!pod) return
      const text = {
        reason: 'Unhealthy',
        component: 'kubelet',
        host: pod.spec.nodeName,
        field: `spec.containers{${target.text.name}}`,
      }
      warning(world, pod, { ...text, message: 'Liveness probe failed: command timed out', at: world.at - 56 * MINUTE })
      warning(world, pod, {
        ...text,
        message: `Readiness probe failed: Get "http://${pod.status.podIP}:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
        at: world.at - 57 * MINUTE,
        count: 2,
        first: world.at - 58 * MINUTE,
      })
    },
  },
  {
    name: 'pod-leaving-as-it-should',
    in: ['foundry', 'larder'],
    leave: ['gateway', 'site'],
    make(app) {
      const { world } = app
      const target = workloadOf(app, app.name === 'foundry' ? 'gateway' : 'site')
      const [pod] = podsOf(world, target)
      if (!pod) return
      pod.metadata.deletionTimestamp = stamp(world.at + 21 * SECOND)
      pod.metadata.deletionGracePeriodSeconds = 30
      event(world, pod, {
        reason: 'Killing',
        message: `Stopping container ${target.text.name}`,
        component: 'kubelet',
        host: pod.spec.nodeName,
        field: `spec.containers{${target.text.name}}`,
        at: world.at - 9 * SECOND,
      })
      const fresh = addPod(world, target, world.at - 60 * SECOND)
      saysMade(world, target.set, 'create', fresh.metadata.name, world.at - 60 * SECOND)
    },
  },
]
