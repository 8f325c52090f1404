// The container does not come up: killed while it still starts, not allowed to read what it needs, a file that is a folder,
// nothing it may write to.
import { lineIn, linesIn, says } from '../../application.ts'
import { casesOf, type Fault } from '../../fault.ts'
import type { Thing } from '../../kinds.ts'
import { crashes, FAILED, killedByProbe } from '../../pod-state.ts'
import { configMap } from '../../policy.ts'
import { rollOut } from '../../rollout.ts'
import { klog } from '../../system.ts'
import { add, DAY, metadataOf, MINUTE, SECOND, stamp, type World } from '../../world.ts'
import { mainOf, specsOf } from '../../workload.ts'
import { changed } from '../start.ts'

const faults: Fault[] = [
  {
    name: 'killed-while-still-starting',
    meets: { courier: 'parcels', tidal: 'schema-registry' },
    make(app, target) {
      const { world } = app
      const { probe = '', ports = {}, name } = target.text
      const [[portName = '', port] = []] = Object.entries(ports)
      const restarts = 9
      const { pods } = changed(world, target, 16, main => {
        main.startupProbe = { httpGet: { path: String(probe), port: portName }, periodSeconds: 10, failureThreshold: 6 }
        main.resources = { requests: { cpu: '250m', memory: '1Gi' }, limits: { cpu: '500m', memory: '2Gi' } }
      })
      for (const pod of pods) {
        const { podIP } = pod.status
        killedByProbe(world, pod, {
          probe: 'Startup',
          message: `Get "http://${podIP}:${port}${probe}": dial tcp ${podIP}:${port}: connect: connection refused`,
          restarts,
          exitCode: 143,
        })
        const lines = [
          `Starting ${name} using Java 21.0.6 with PID 1 (/app/app.jar started by app in /app)`,
          'Bootstrapping Spring Data JPA repositories in DEFAULT mode.',
          'Root WebApplicationContext: initialization completed in 41873 ms',
        ]
        for (const since of [130, 38])
          for (const [n, line] of lines.entries())
            if (since > 100 || n < 2) says(app, target, pod, world.at - since * SECOND + n * 17 * SECOND, 'info', line)
      }
      return { truth: target.object }
    },
  },
  {
    name: 'operator-may-not-list',
    meets: { courier: 'postgres-operator', beacon: 'collector-operator' },
    make({ world, name: app }, target) {
      const { namespace, name, image } = target.text
      const version = image.split(':').at(-1) ?? ''
      const next = version.startsWith('v') ? 'v1.15.1' : '0.122.0'
      const groups = app === 'courier' ? ['acid.zalan.do'] : ['beacon.corp.example']
      const [role, binding] = rights(world, namespace, name, [
        { apiGroups: groups, resources: ['*'], verbs: ['*'] },
        { apiGroups: ['apps'], resources: ['statefulsets', 'daemonsets', 'deployments'], verbs: ['*'] },
        { apiGroups: [''], resources: ['pods', 'services', 'configmaps', 'secrets', 'events'], verbs: ['*'] },
      ])
      for (const spec of specsOf(world, target)) spec.serviceAccountName = name
      const { pods, at } = changed(world, target, 34, main => {
        main.image = main.image.replace(version, next)
      })
      const user = `system:serviceaccount:${namespace}:${name}`
      const why = `poddisruptionbudgets.policy is forbidden: User "${user}" cannot list resource "poddisruptionbudgets" in API group "policy" at the cluster scope`
      for (const pod of pods)
        crashes(world, pod, {
          death: { ...FAILED, ranSeconds: 122 },
          since: at + 4 * SECOND,
          says: died => [
            lineIn(target, died - 55 * SECOND, 'info', `starting manager, version ${next}`),
            klog(
              died - 50 * SECOND,
              'W',
              'reflector.go:561',
              `pkg/mod/k8s.io/client-go@v0.31.2/tools/cache/reflector.go:243: failed to list *v1.PodDisruptionBudget: ${why}`,
            ),
            klog(
              died,
              'E',
              'reflector.go:158',
              `"Unhandled Error" err="pkg/mod/k8s.io/client-go@v0.31.2/tools/cache/reflector.go:243: Failed to watch *v1.PodDisruptionBudget: failed to list *v1.PodDisruptionBudget: ${why.replaceAll('"', '\\"')}"`,
            ),
            lineIn(
              target,
              died + 50 * SECOND,
              'error',
              'problem running manager: timed out waiting for cache to be synced for Kind *v1.PodDisruptionBudget',
            ),
          ],
        })
      return { truth: role, also: [binding, target.object] }
    },
  },
  {
    name: 'file-of-the-settings-renamed',
    meets: { courier: 'routing', larder: 'stock' },
    make({ world }, target) {
      const { namespace, name } = target.text
      const path = `/etc/${name}/${name}.yaml`
      const settings = configMap(
        world,
        namespace,
        `${name}-file`,
        { [`${name}.yml`]: 'workers: 8\nregions:\n  - north\n  - south\n' },
        world.at - 33 * MINUTE,
      )
      for (const spec of specsOf(world, target)) {
        spec.volumes = [...(spec.volumes ?? []), { name: 'file', configMap: { name: `${name}-file` } }]
        const main = mainOf(spec.containers, target)
        const mount = { name: 'file', mountPath: path, subPath: `${name}.yaml`, readOnly: true }
        main.volumeMounts = [...(main.volumeMounts ?? []), mount]
      }
      const at = world.at - 29 * MINUTE
      const pods = rollOut(world, target, {
        at,
        change: ({ metadata }) => {
          metadata.annotations = { ...metadata.annotations, 'kubectl.kubernetes.io/restartedAt': stamp(at) }
        },
      })
      for (const pod of pods) {
        const source = `/var/lib/kubelet/pods/${pod.metadata.uid}/volume-subpaths/file/${name}/0`
        const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "${source}" to rootfs at "${path}": mount src=${source}, dst=${path}, dstFd=/proc/thread-self/fd/11, flags=MS_BIND|MS_REC: not a directory: unknown`
        crashes(world, pod, {
          death: { exitCode: 128, reason: 'StartError', message, ranSeconds: 1 },
          since: at + 4 * SECOND,
        })
      }
      return { truth: settings, also: [target.object] }
    },
  },
  {
    name: 'nothing-it-may-write-to',
    meets: { courier: 'eta', tidal: 'console' },
    make({ world }, target) {
      const { language, name } = target.text
      const { pods, at } = changed(world, target, 14, main => {
        main.securityContext = { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }
      })
      const words =
        language === 'python'
          ? [
              'loading model depot-times-2026w10',
              'Traceback (most recent call last):',
              '  File "/usr/local/lib/python3.12/site-packages/joblib/memory.py", line 1096, in __init__',
              '    mkdirp(location)',
              "OSError: [Errno 30] Read-only file system: '/app/.cache'",
            ]
          : [
              'preparing assets',
              "Uncaught exception: EROFS: read-only file system, mkdir '/app/.next/cache' (errno -30, syscall mkdir)",
            ]
      for (const pod of pods)
        crashes(world, pod, {
          death: { ...FAILED, ranSeconds: 3 },
          since: at + 5 * SECOND,
          says: linesIn(language, name, words),
        })
      return { truth: target.object }
    },
  },
]

export const secondStartCases = () => casesOf('start', faults)

/** The account of a program and what it may do in the whole cluster. */
function rights(world: World, namespace: string, name: string, rules: Record<string, string[]>[]): [Thing, Thing] {
  const about = { created: world.at - 70 * DAY, labels: { 'app.kubernetes.io/name': name } }
  add(world, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(world, 'ServiceAccount', namespace, name, about),
  } satisfies Thing)
  const group = 'rbac.authorization.k8s.io'
  const role = add(world, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRole',
    metadata: metadataOf(world, 'ClusterRole', undefined, name, about),
    rules,
  } satisfies Thing)
  const binding = add(world, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: metadataOf(world, 'ClusterRoleBinding', undefined, name, about),
    roleRef: { apiGroup: group, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', namespace, name }],
  } satisfies Thing)
  return [role, binding]
}
