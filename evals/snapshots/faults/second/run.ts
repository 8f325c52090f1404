// It ran, and does no longer do its work: a fault of memory in native code, a node that may not write, a cache that takes
// nothing more, connections that nobody gives back.
import { callersFail, callersOf, keepSaying, lineIn, says } from '../../application.ts'
import { event } from '../../event.ts'
import { casesOf, type Fault } from '../../fault.ts'
import { nodesOf, setCondition } from '../../node.ts'
import { crashes, restarted } from '../../pod-state.ts'
import { staysCreating } from '../../pod-waiting.ts'
import { saysMade } from '../../rollout.ts'
import { DAY, MINUTE, remove, SECOND } from '../../world.ts'
import { addPod, mainOf, podsOf, specsOf } from '../../workload.ts'
import { nodeOf } from '../run.ts'

const SEGMENTATION_FAULT = { exitCode: 139, reason: 'Error' }

const faults: Fault[] = [
  {
    name: 'dies-without-a-word',
    meets: { courier: 'eta', foundry: 'features' },
    make(app, target) {
      const { world } = app
      for (const [n, pod] of podsOf(world, target).entries()) {
        if (n === 1)
          restarted(world, pod, {
            death: { ...SEGMENTATION_FAULT, ranSeconds: 1_260 },
            restarts: 5,
            at: world.at - 3 * MINUTE,
          })
        else
          crashes(world, pod, {
            death: { ...SEGMENTATION_FAULT, ranSeconds: 95 + 40 * n },
            since: world.at - 47 * MINUTE,
            says: died => [
              lineIn(target, died - 20 * SECOND, 'info', 'worker ready, 4 threads'),
              lineIn(target, died + 9 * SECOND, 'info', 'batch of 512 accepted'),
            ],
          })
      }
      callersFail(app, target, 'reset', 13)
      return { truth: target.object }
    },
  },
  {
    name: 'node-may-not-write-any-more',
    meets: { courier: 'routing', tidal: 'query' },
    make(app, target) {
      const { world } = app
      const [lost] = podsOf(world, target)
      const node = nodeOf(world, lost)
      if (!lost) throw new Error(`expected a pod of ${target.text.name}, found none`)
      const since = world.at - 21 * MINUTE
      const disk = app.name === 'courier' ? 'vda9' : 'nvme0n1p2'
      const words = `EXT4-fs (${disk}): Remounting filesystem read-only`
      for (const each of nodesOf(world)) {
        const start = world.at - 30 * DAY
        setCondition(each, 'KernelDeadlock', 'False', 'KernelHasNoDeadlock', 'kernel has no deadlock', start)
        if (each === node) setCondition(each, 'ReadonlyFilesystem', 'True', 'FilesystemIsReadOnly', words, since)
        else
          setCondition(
            each,
            'ReadonlyFilesystem',
            'False',
            'FilesystemIsNotReadOnly',
            'Filesystem is not read-only',
            start,
          )
      }
      event(world, node, {
        reason: 'FilesystemIsReadOnly',
        message: `Node condition ReadonlyFilesystem is now: True, reason: FilesystemIsReadOnly, message: "${words}"`,
        component: 'kernel-monitor',
        host: node.metadata.name,
        at: since,
      })
      for (const each of app.workloads)
        for (const pod of podsOf(world, each)) {
          if (pod.spec.nodeName !== node.metadata.name || !app.namespaces.includes(each.text.namespace)) continue
          for (let at = since + 20 * SECOND; at < world.at; at += 4 * MINUTE)
            says(app, each, pod, at, 'warn', 'cannot write /tmp/spool.tmp: Read-only file system')
        }
      remove(world, lost)
      world.logs = world.logs.filter(({ pod }) => pod !== lost.metadata.name)
      const fresh = addPod(world, target, since + 7 * MINUTE, { node })
      saysMade(world, target.set, 'create', fresh.metadata.name, since + 7 * MINUTE)
      staysCreating(world, fresh, since + 7 * MINUTE, [
        {
          reason: 'Failed',
          message: `error making pod data directories: mkdir /var/lib/kubelet/pods/${fresh.metadata.uid}: read-only file system`,
          every: 15 * SECOND,
        },
      ])
      return { truth: node }
    },
  },
  {
    name: 'cache-takes-nothing-more',
    meets: { courier: 'tracking-redis', larder: 'sessions' },
    make(app, target) {
      const { world } = app
      const { name, namespace } = target.text
      for (const { containers } of specsOf(world, target)) {
        const main = mainOf(containers, target)
        main.args = ['redis-server', '--maxmemory', '384mb', '--maxmemory-policy', 'noeviction', '--save', '']
        main.resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }
      }
      const [pod] = podsOf(world, target)
      if (pod)
        world.metrics.push({
          at: world.at,
          namespace,
          pod: pod.metadata.name,
          container: name,
          cpu: '71m',
          memory: '409Mi',
        })
      const why = "OOM command not allowed when used memory > 'maxmemory'."
      for (const caller of callersOf(app, target))
        keepSaying(
          app,
          caller,
          'error',
          caller.text.language === 'python'
            ? `failed to store result: redis.exceptions.OutOfMemoryError: ${why}`
            : `write to ${name} failed: ${why}`,
          24,
        )
      return { truth: target.object }
    },
  },
  {
    name: 'connections-never-given-back',
    meets: { courier: 'parcels', ledgerly: 'invoices' },
    make(app, target) {
      const words =
        target.text.language === 'java'
          ? [
              'HikariPool-1 - Connection is not available, request timed out after 30001ms (total=10, active=10, idle=0, waiting=47)',
              'Connection leak detection triggered for org.postgresql.jdbc.PgConnection@3b6eb2ec on thread http-nio-8080-exec-4, stack trace follows java.lang.Exception: Apparent connection leak detected at i.parcels.LabelExport.stream(LabelExport.java:88)',
            ]
          : [
              'POST /invoices/export: Error: timeout exceeded when trying to connect at /app/node_modules/pg-pool/index.js:45:11',
              'pool exhausted: total=20 idle=0 waiting=63, 20 clients checked out by exportPdf and never released',
            ]
      keepSaying(app, target, 'error', words, 19)
      callersFail(app, target, 'unavailable', 17)
      return { truth: target.object }
    },
  },
]

export const secondRunCases = () => casesOf('run', faults)
