// The container cannot be made, or dies as soon as it is: commands, configuration it is given, rights, ports, init
// containers, probes that ask for the wrong thing, accounts.
import { callersFail, linesIn } from '../application.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Container, Pod, Template } from '../kinds.ts'
import { crashes, FAILED, unready } from '../pod-state.ts'
import { cannotCreate, staysCreating, waitsFor } from '../pod-waiting.ts'
import { forbidden, refuse } from '../refuse.ts'
import { rollOut, scale } from '../rollout.ts'
import { find, MINUTE, remove, SECOND, stamp, type World } from '../world.ts'
import { mainOf, type Workload } from '../workload.ts'

const faults: Fault[] = [
  {
    name: 'command-not-found',
    meets: { larder: 'prices', beacon: 'pager', tidal: 'query' },
    make({ world }, target) {
      const command = `/app/bin/${target.text.name}d`
      const { pods, at } = changed(world, target, 24, main => {
        main.command = [command, '--serve']
      })
      const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${command}": stat ${command}: no such file or directory: unknown`
      for (const pod of pods)
        crashes(world, pod, {
          death: { exitCode: 128, reason: 'StartError', message, ranSeconds: 1 },
          since: at + 3 * SECOND,
        })
      return { truth: target.object }
    },
  },
  {
    name: 'config-map-deleted',
    meets: { foundry: 'scorer', beacon: 'intake' },
    make(app, target) {
      const { world } = app
      const name = target.text.container?.envFrom?.[0]?.configMapRef?.name ?? ''
      remove(world, find(world, 'ConfigMap', target.text.namespace, name))
      const since = world.at - 12 * MINUTE
      const fresh = scale(world, target, (target.text.replicas ?? 1) + 2, since)
      for (const pod of fresh)
        cannotCreate(world, pod, {
          container: target.text.name,
          reason: 'CreateContainerConfigError',
          message: `configmap "${name}" not found`,
          since,
        })
      return { truth: { kind: 'ConfigMap', namespace: target.text.namespace, name }, also: [target.object] }
    },
  },
  {
    name: 'config-map-renamed-in-template',
    meets: { tidal: 'windows', ledgerly: 'invoices' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 15, main => {
        for (const from of main.envFrom ?? []) if (from.configMapRef) from.configMapRef.name += '-v2'
      })
      const name = `${target.text.container?.envFrom?.[0]?.configMapRef?.name}-v2`
      for (const pod of pods)
        cannotCreate(world, pod, {
          container: target.text.name,
          reason: 'CreateContainerConfigError',
          message: `configmap "${name}" not found`,
          since: at,
        })
      return { truth: target.object, also: [{ kind: 'ConfigMap', namespace: target.text.namespace, name }] }
    },
  },
  {
    name: 'secret-key-renamed',
    meets: { ledgerly: 'accounts', tidal: 'ingest' },
    make({ world }, target) {
      const { namespace } = target.text
      const variable = target.text.variables?.find(each => each.valueFrom?.secretKeyRef)
      const { name = '', key = '' } = variable?.valueFrom?.secretKeyRef ?? {}
      const held = find(world, 'Secret', namespace, name)
      const data = held.data as Record<string, string>
      held.data = Object.fromEntries(
        Object.entries(data).map(([its, value]) => [its === key ? `${its}_2026` : its, value]),
      )
      const since = world.at - 18 * MINUTE
      held.metadata.managedFields = [
        { manager: 'vault-sync', operation: 'Update', apiVersion: 'v1', time: stamp(since - 4 * MINUTE) },
      ]
      const { pods } = changed(world, target, 18, main => {
        main.image += '-p1'
      })
      for (const pod of pods)
        cannotCreate(world, pod, {
          container: target.text.name,
          reason: 'CreateContainerConfigError',
          message: `couldn't find key ${key} in Secret ${namespace}/${name}`,
          since,
        })
      return { truth: held, also: [target.object] }
    },
  },
  {
    name: 'secret-volume-missing',
    meets: { larder: 'till', foundry: 'features' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 27, (main, { spec }) => {
        spec.volumes = [...(spec.volumes ?? []), { name: 'client-cert', secret: { secretName: 'client-cert' } }]
        main.volumeMounts = [
          ...(main.volumeMounts ?? []),
          { name: 'client-cert', mountPath: '/etc/client', readOnly: true },
        ]
      })
      for (const pod of pods)
        staysCreating(world, pod, at, [
          {
            reason: 'FailedMount',
            message: 'MountVolume.SetUp failed for volume "client-cert" : secret "client-cert" not found',
          },
        ])
      return { truth: target.object, also: [{ kind: 'Secret', namespace: target.text.namespace, name: 'client-cert' }] }
    },
  },
  {
    name: 'root-not-allowed',
    meets: { larder: 'basket', foundry: 'gateway' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 13, main => {
        main.securityContext = { runAsNonRoot: true, allowPrivilegeEscalation: false }
      })
      for (const pod of pods)
        cannotCreate(world, pod, {
          reason: 'CreateContainerConfigError',
          message: `container has runAsNonRoot and image will run as root (pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${target.text.name})`,
          since: at,
        })
      return { truth: target.object }
    },
  },
  {
    name: 'data-of-another-user',
    meets: { tidal: 'columns', beacon: 'log-store' },
    make({ world }, target) {
      const [claim] = target.text.claims ?? []
      const pods = rollOut(world, target, {
        at: world.at - 31 * MINUTE,
        change: ({ spec }) => {
          spec.securityContext = { runAsUser: 10_001, runAsGroup: 10_001 }
        },
      })
      for (const pod of pods)
        crashes(world, pod, {
          death: { ...FAILED, ranSeconds: 3 },
          since: world.at - 30 * MINUTE,
          says: linesIn(target.text.language, target.text.name, [
            'starting',
            `cannot open ${claim?.mountPath}/LOCK: Permission denied`,
          ]),
        })
      return { truth: target.object }
    },
  },
  {
    name: 'port-taken-in-the-pod',
    meets: { ledgerly: 'reports', beacon: 'charts' },
    make({ world }, target) {
      const taken = target.text.sidecars?.[0]?.ports?.[0]?.containerPort ?? 0
      const { pods, at } = changed(world, target, 20, main => {
        main.env = [...(main.env ?? []), { name: 'METRICS_PORT', value: String(taken) }]
      })
      const words: Record<string, string> = {
        node: `Error: listen EADDRINUSE: address already in use :::${taken}`,
        python: `OSError: [Errno 98] Address already in use: ('0.0.0.0', ${taken})`,
      }
      for (const pod of pods)
        crashes(world, pod, {
          container: target.text.name,
          death: FAILED,
          since: at + 5 * SECOND,
          says: linesIn(target.text.language, target.text.name, [
            'starting metrics server',
            words[target.text.language] ?? '',
          ]),
        })
      return { truth: target.object }
    },
  },
  {
    name: 'migration-fails',
    meets: { larder: 'stock', foundry: 'dispatcher' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 26, (main, { spec }) => {
        main.image += '-p1'
        spec.initContainers = [...(spec.initContainers ?? []), initContainer('migrate', main, ['migrate', 'up'])]
      })
      for (const pod of pods)
        crashes(world, pod, {
          container: 'migrate',
          death: { ...FAILED, ranSeconds: 6 },
          since: at + 3 * SECOND,
          says: linesIn('plain', 'migrate', [
            'applying 0042_split_address.sql',
            'error: migration failed: column "street" of relation "address" already exists (line 3)',
          ]),
        })
      return { truth: target.object }
    },
  },
  {
    name: 'init-waits-for-nobody',
    meets: { larder: 'till', tidal: 'sink' },
    make({ world }, target) {
      const host = `audit-log.${target.text.namespace}`
      const { pods, at } = changed(world, target, 34, (main, { spec }) => {
        spec.initContainers = [
          initContainer('wait-for-audit', { ...main, image: 'busybox:1.37' }, [
            'sh',
            '-c',
            `until nc -z ${host} 9000; do echo waiting for ${host}; sleep 5; done`,
          ]),
        ]
      })
      for (const pod of pods)
        waitsFor(world, pod, 'wait-for-audit', at + 3 * SECOND, `nc: bad address '${host}'`, `waiting for ${host}`)
      return { truth: target.object, also: [{ kind: 'Service', namespace: target.text.namespace, name: 'audit-log' }] }
    },
  },
  {
    name: 'readiness-asks-a-wrong-path',
    meets: { tidal: 'console', ledgerly: 'web' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 23, main => {
        if (main.readinessProbe?.httpGet) main.readinessProbe.httpGet.path = '/health/ready'
      })
      for (const pod of pods)
        unready(world, pod, {
          container: target.text.name,
          message: 'HTTP probe failed with statuscode: 404',
          since: at + 9 * SECOND,
        })
      return { truth: target.object }
    },
  },
  {
    name: 'account-missing',
    meets: { foundry: 'features', ledgerly: 'payrun' },
    make({ world }, target) {
      const { namespace } = target.text
      const account = `${target.text.name}-runner`
      const { pods, at } = changed(world, target, 19, (_, { spec }) => {
        spec.serviceAccountName = account
      })
      const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`
      refuse(world, target, pods, forbidden(target, why, ''), at)
      return { truth: target.object, also: [{ kind: 'ServiceAccount', namespace, name: account }] }
    },
  },
  {
    name: 'entrypoint-ends-at-once',
    meets: { larder: 'sessions', beacon: 'series-store' },
    make(app, target) {
      const { world } = app
      const at = world.at - 16 * MINUTE
      const { pods } = changed(world, target, 16, main => {
        main.args = ['--version']
      })
      for (const pod of pods)
        crashes(world, pod, {
          death: { exitCode: 0, reason: 'Completed', ranSeconds: 1 },
          since: at + 4 * SECOND,
          says: linesIn('plain', target.text.name, [`${target.text.name} ${target.text.image.split(':').at(-1)}`]),
        })
      if (target.object.kind === 'Deployment') callersFail(app, target, 'refused', 15)
      return { truth: target.object }
    },
  },
]

export const startCases = () => casesOf('start', faults)

/** A rollout that changes the workload's own container, `minutes` ago. */
export function changed(
  world: World,
  target: Workload,
  minutes: number,
  change: (main: Container, template: Template) => void,
): { pods: Pod[]; at: number } {
  const at = world.at - minutes * MINUTE
  const pods = rollOut(world, target, {
    at,
    change: template => change(mainOf(template.spec.containers, target), template),
  })
  return { pods, at }
}

function initContainer(name: string, { image, env }: Container, command: string[]): Container {
  return { name, image, command, env, imagePullPolicy: 'IfNotPresent', resources: {} }
}
