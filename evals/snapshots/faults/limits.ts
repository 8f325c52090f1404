// Bounds that are too tight: memory, CPU, ephemeral storage, files; set on the workload, on its namespace, or missing where a
// quota demands them.
import { callersFail, keepSaying, linesIn, says } from '../application.ts'
import { casesOf, type Fault } from '../fault.ts'
import { crashes, evict, FAILED, killedByProbe, OOM_KILLED, unready } from '../pod-state.ts'
import { limitRange, quota } from '../policy.ts'
import { forbidden, refuse } from '../refuse.ts'
import { saysMade } from '../rollout.ts'
import { MINUTE, remove, SECOND, type World } from '../world.ts'
import { addPod, mainOf, podsOf, specsOf, type Workload } from '../workload.ts'
import { changed } from './start.ts'

const faults: Fault[] = [
  {
    name: 'memory-limit-cut',
    meets: { foundry: 'features', ledgerly: 'bankfeed', tidal: 'schema-registry' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 21, main => {
        main.resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '96Mi' } }
      })
      for (const pod of pods)
        crashes(world, pod, {
          container: target.text.name,
          death: { ...OOM_KILLED, ranSeconds: 7 },
          since: at + 4 * SECOND,
          says: linesIn(target.text.language, target.text.name, ['loading dictionaries']),
        })
      return { truth: target.object }
    },
  },
  {
    name: 'limit-range-gives-too-little',
    meets: { larder: 'till', beacon: 'pager' },
    make(app, target) {
      const { world } = app
      const { namespace } = target.text
      const bounds = { default: { memory: '48Mi' }, defaultRequest: { cpu: '50m', memory: '32Mi' } }
      const range = limitRange(world, namespace, 'frugal-defaults', bounds, 0.03)
      const { pods, at } = changed(world, target, 26, main => {
        main.resources = {}
      })
      for (const pod of pods) {
        mainOf(pod.spec.containers, target).resources = { requests: bounds.defaultRequest, limits: bounds.default }
        pod.metadata.annotations['kubernetes.io/limit-ranger'] =
          `LimitRanger plugin set: cpu, memory request for container ${target.text.name}; memory limit for container ${target.text.name}`
        crashes(world, pod, { death: { ...OOM_KILLED, ranSeconds: 3 }, since: at + 4 * SECOND })
      }
      return { truth: range, also: [target.object] }
    },
  },
  {
    name: 'too-little-cpu-to-start-in-time',
    meets: { tidal: 'sink', ledgerly: 'payrun' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 24, main => {
        main.resources = { requests: { cpu: '50m', memory: '512Mi' }, limits: { cpu: '80m', memory: '1Gi' } }
        main.startupProbe = {
          httpGet: { path: '/actuator/health', port: 8080 },
          periodSeconds: 10,
          failureThreshold: 9,
        }
      })
      for (const pod of pods) {
        const message = `Get "http://${pod.status.podIP}:8080/actuator/health": dial tcp ${pod.status.podIP}:8080: connect: connection refused`
        killedByProbe(world, pod, {
          probe: 'Startup',
          message,
          restarts: Math.floor((world.at - at) / (100 * SECOND)) - 1,
          container: target.text.name,
          exitCode: 143,
        })
        for (const line of linesIn('java', target.text.name, [
          'Starting application',
          'HikariPool-1 - Thread starvation or clock leap detected (housekeeper delta=52s811ms)',
        ])(world.at - 30 * SECOND))
          world.logs.push({
            at: world.at - 30 * SECOND,
            namespace: target.text.namespace,
            pod: pod.metadata.name,
            container: target.text.name,
            line,
          })
        world.metrics.push({
          at: world.at,
          namespace: target.text.namespace,
          pod: pod.metadata.name,
          container: target.text.name,
          cpu: '80m',
          memory: '310Mi',
        })
      }
      return { truth: target.object }
    },
  },
  {
    name: 'heap-larger-than-limit',
    meets: { tidal: 'ingest', ledgerly: 'payrun' },
    make(app, target) {
      const { world } = app
      const { pods, at } = changed(world, target, 48, main => {
        main.env = [...(main.env ?? []), { name: 'JAVA_TOOL_OPTIONS', value: '-Xms3g -Xmx6g' }]
      })
      for (const pod of pods)
        crashes(world, pod, {
          container: target.text.name,
          death: { ...OOM_KILLED, ranSeconds: 150 },
          since: at + 6 * SECOND,
          says: linesIn('java', target.text.name, ['Picked up JAVA_TOOL_OPTIONS: -Xms3g -Xmx6g', 'warming caches']),
        })
      return { truth: target.object }
    },
  },
  {
    name: 'ephemeral-storage-used-up',
    meets: { foundry: 'preparer', larder: 'photos' },
    make({ world }, target) {
      const [gone] = podsOf(world, target)
      for (const spec of specsOf(world, target)) {
        const main = mainOf(spec.containers, target)
        main.resources = { ...main.resources, limits: { ...main.resources.limits, 'ephemeral-storage': '1Gi' } }
      }
      let last = gone
      for (const minutes of [34, 23, 12, 2]) {
        if (!last) break
        const at = world.at - minutes * MINUTE
        evict(world, last, `Container ${target.text.name} exceeded its local ephemeral storage limit "1Gi". `, at)
        last = addPod(world, target, at + 2 * SECOND)
        saysMade(world, target.set, 'create', last.metadata.name, at + 2 * SECOND)
      }
      return { truth: target.object }
    },
  },
  {
    name: 'more-than-the-range-allows',
    meets: { tidal: 'query', foundry: 'dispatcher' },
    make({ world }, target) {
      const { namespace } = target.text
      const range = limitRange(world, namespace, 'bounds', { max: { memory: '8Gi' } })
      takenBack(world, target, 17, 'maximum memory usage per Container is 8Gi, but limit is 12Gi', '12Gi')
      return { truth: target.object, also: [range] }
    },
  },
  {
    name: 'quota-demands-limits',
    meets: { larder: 'basket', beacon: 'ruler' },
    make({ world }, target) {
      const { namespace } = target.text
      const bound = quota(
        world,
        namespace,
        'compute',
        { 'limits.cpu': '24', 'limits.memory': '64Gi' },
        { 'limits.cpu': '0', 'limits.memory': '9Gi' },
      )
      bound.metadata.creationTimestamp = new Date(world.at - 40 * MINUTE).toISOString()
      takenBack(world, target, 29, `failed quota: compute: must specify limits.cpu for: ${target.text.name}`)
      return { truth: bound, also: [target.object] }
    },
  },
  {
    name: 'throttled-but-ready',
    meets: { larder: 'stock', ledgerly: 'accounts', foundry: 'scorer' },
    make(app, target) {
      const { world } = app
      const { namespace, name } = target.text
      const { pods } = changed(world, target, 47, main => {
        main.resources = { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '150m', memory: '2Gi' } }
      })
      const old = podsOf(world, target).filter(pod => !pods.includes(pod))
      remove(world, ...old)
      const missing = (target.text.replicas ?? 1) - pods.length
      const more = Array.from({ length: Math.max(0, missing) }, () => addPod(world, target, world.at - 46 * MINUTE))
      for (const set of world.objects)
        if (set.kind === 'ReplicaSet' && set.metadata.ownerReferences?.[0]?.uid === target.object.metadata.uid)
          Object.assign(set.spec as object, { replicas: set === target.set ? target.text.replicas : 0 })
      for (const pod of [...pods, ...more]) {
        world.metrics.push({
          at: world.at,
          namespace,
          pod: pod.metadata.name,
          container: name,
          cpu: '150m',
          memory: '240Mi',
        })
        for (let n = 0; n < 9; n++)
          says(
            app,
            target,
            pod,
            world.at - (11 - n) * MINUTE,
            'warn',
            `slow request: ${2100 + n * 310}ms, of which 1890ms waiting for a worker`,
          )
      }
      callersFail(app, target, 'timeout', 10)
      return { truth: target.object }
    },
  },
  {
    name: 'too-many-open-files',
    meets: { beacon: 'gateway', tidal: 'query' },
    make(app, target) {
      const { world } = app
      const { name, language } = target.text
      for (const pod of podsOf(world, target))
        unready(world, pod, {
          container: name,
          message: `Get "http://${pod.status.podIP}:8080/": EOF`,
          since: world.at - 18 * MINUTE,
        })
      keepSaying(
        app,
        target,
        'error',
        language === 'nginx'
          ? 'accept4() failed (24: Too many open files)'
          : 'accept tcp [::]:8080: accept4: too many open files; retrying in 1s',
        18,
      )
      callersFail(app, target, 'refused', 12)
      return { truth: target.object }
    },
  },
  {
    name: 'memory-backed-scratch-full',
    meets: { foundry: 'llm', larder: 'prices' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 19, (main, { spec }) => {
        spec.volumes = [...(spec.volumes ?? []), { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }]
        main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'shm', mountPath: '/dev/shm' }]
      })
      for (const pod of pods)
        crashes(world, pod, {
          death: { ...FAILED, ranSeconds: 31 },
          since: at + 5 * SECOND,
          says: linesIn(target.text.language, target.text.name, [
            'mapping shared buffers',
            'cannot allocate 268435456 bytes in /dev/shm: No space left on device',
          ]),
        })
      return { truth: target.object }
    },
  },
]

export const limitsCases = () => casesOf('limits', faults)

/** A rollout of which the API server takes no pod. */
function takenBack(world: World, target: Workload, minutes: number, why: string, memory?: string): void {
  const { pods, at } = changed(world, target, minutes, main => {
    main.image += '-p1'
    if (memory !== undefined) main.resources = { ...main.resources, limits: { ...main.resources.limits, memory } }
  })
  refuse(world, target, pods, forbidden(target, why), at)
}
