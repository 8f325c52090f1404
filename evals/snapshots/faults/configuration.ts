// What programs are told is wrong: addresses, credentials, keys, names, flags. The objects look well; the programs say so.
import { callersFail, failsToCall, keepSaying, linesIn, serviceFor, workloadOf } from '../application.ts'
import { warning } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Thing } from '../kinds.ts'
import { crashes, FAILED } from '../pod-state.ts'
import { rollOut } from '../rollout.ts'
import { condition } from '../settle.ts'
import { find, MINUTE, SECOND, stamp, type World } from '../world.ts'
import { mainOf, type Workload } from '../workload.ts'
import { changed } from './start.ts'

const faults: Fault[] = [
  {
    name: 'address-misspelt',
    meets: { larder: 'basket', ledgerly: 'reports', beacon: 'charts' },
    make(app, target) {
      const address = redirect(app.world, target, written => written.replace(/^(\w+:\/\/)([a-z])([a-z])/, '$1$3$2'))
      failsToCall(app, target, address, 'unknown-host', 22)
      return { truth: target.object }
    },
  },
  {
    name: 'port-of-another-service',
    meets: { tidal: 'console', foundry: 'gateway', beacon: 'node-agent' },
    make(app, target) {
      const address = redirect(app.world, target, written => written.replace(/:\d+$/, ':9999'))
      const call = target.text.calls?.[0]
      const callee = workloadOf(app, call?.to ?? '')
      failsToCall(app, target, address, 'refused', 22, serviceFor(app, callee).spec.clusterIP)
      return { truth: target.object }
    },
  },
  {
    name: 'password-rotated-on-one-side',
    meets: { larder: 'stock', ledgerly: 'accounts' },
    make(app, target) {
      const { world } = app
      const variable = target.text.variables?.find(each => each.valueFrom?.secretKeyRef)
      const held = find(world, 'Secret', target.text.namespace, variable?.valueFrom?.secretKeyRef?.name ?? '')
      held.metadata.managedFields = [
        { manager: 'kubectl-edit', operation: 'Update', apiVersion: 'v1', time: stamp(world.at - 26 * MINUTE) },
      ]
      rollOut(world, target, {
        at: world.at - 25 * MINUTE,
        done: true,
        change: ({ metadata }) => {
          metadata.annotations = {
            ...metadata.annotations,
            'kubectl.kubernetes.io/restartedAt': stamp(world.at - 25 * MINUTE),
          }
        },
      })
      const user = app.name === 'larder' ? 'stock' : 'books'
      keepSaying(
        app,
        target,
        'error',
        `connect to database: failed SASL auth: FATAL: password authentication failed for user "${user}" (SQLSTATE 28P01)`,
        24,
      )
      const database = workloadOf(app, app.name === 'larder' ? 'stock-db' : 'books-pg')
      keepSaying(app, database, 'error', `password authentication failed for user "${user}"`, 24)
      callersFail(app, target, 'unavailable', 20)
      return { truth: held, also: [target.object] }
    },
  },
  {
    name: 'token-no-longer-accepted',
    meets: { foundry: 'features', beacon: 'pager' },
    make(app, target) {
      const { world } = app
      const variable = target.text.variables?.find(each => each.valueFrom?.secretKeyRef)
      const held = find(world, 'Secret', target.text.namespace, variable?.valueFrom?.secretKeyRef?.name ?? '')
      const words =
        app.name === 'foundry'
          ? "google.auth.exceptions.RefreshError: ('invalid_grant: Invalid JWT Signature.', {'error': 'invalid_grant'})"
          : 'notify failed: unexpected status code 403: https://events.pagehub.example/v2/enqueue: {"status":"invalid key","message":"Routing key is revoked"}'
      keepSaying(app, target, 'error', words, 26)
      return { truth: held, also: [target.object] }
    },
  },
  {
    name: 'variable-left-out',
    meets: { foundry: 'dispatcher', larder: 'till', tidal: 'query' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, 14, main => {
        main.image += '-p1'
        main.env = (main.env ?? []).slice(1)
      })
      const { variable = '' } = target.text.calls?.[0] ?? {}
      const words: Record<string, string[]> = {
        python: [
          'Traceback (most recent call last):',
          '  File "/app/settings.py", line 22, in load',
          `KeyError: '${variable}'`,
        ],
        node: [
          `Error: missing required environment variable ${variable}`,
          '    at loadConfig (/app/src/config.js:14:11)',
        ],
        logfmt: [`configuration: required key ${variable} missing value`],
      }
      for (const pod of pods)
        crashes(world, pod, {
          container: target.text.name,
          death: { ...FAILED, ranSeconds: 1 },
          since: at + 4 * SECOND,
          says: linesIn(target.text.language, target.text.name, words[target.text.language] ?? []),
        })
      return { truth: target.object }
    },
  },
  {
    name: 'settings-do-not-parse',
    meets: { beacon: 'ruler', tidal: 'windows' },
    make(app, target) {
      const { world } = app
      const settings = settingsOf(world, target)
      const data = settings.data as Record<string, string>
      const key = app.name === 'beacon' ? 'RULES' : 'PARALLELISM'
      settings.data = { ...data, [key]: app.name === 'beacon' ? 'groups:\n - name: burn\n  rules: [\n' : 'twelve' }
      edited(settings, world.at - 20 * MINUTE)
      const pods = rollOut(world, target, {
        at: world.at - 19 * MINUTE,
        change: ({ metadata }) => {
          metadata.annotations = { ...metadata.annotations, 'checksum/config': '8c1f2e' }
        },
      })
      const words =
        app.name === 'beacon'
          ? "cannot load RULES: yaml: line 3: did not find expected '-' indicator"
          : 'java.lang.NumberFormatException: For input string: "twelve" (PARALLELISM)'
      for (const pod of pods)
        crashes(world, pod, {
          container: target.text.name,
          death: { ...FAILED, ranSeconds: 2 },
          since: world.at - 18 * MINUTE,
          says: linesIn(target.text.language, target.text.name, ['reading settings', words]),
        })
      return { truth: settings, also: [target.object] }
    },
  },
  {
    name: 'flag-turned-on',
    meets: { ledgerly: 'invoices', foundry: 'scorer' },
    make(app, target) {
      const { world } = app
      const settings = settingsOf(world, target)
      const [key, value] = app.name === 'ledgerly' ? ['NEW_TAX_RULES', 'true'] : ['SHADOW_MODE', 'on']
      settings.data = { ...(settings.data as Record<string, string>), [key]: value }
      edited(settings, world.at - 21 * MINUTE)
      rollOut(world, target, {
        at: world.at - 20 * MINUTE,
        done: true,
        change: ({ metadata }) => {
          metadata.annotations = {
            ...metadata.annotations,
            'kubectl.kubernetes.io/restartedAt': stamp(world.at - 20 * MINUTE),
          }
        },
      })
      keepSaying(
        app,
        target,
        'error',
        app.name === 'ledgerly'
          ? 'request failed with 500: NEW_TAX_RULES=true but no rate table for country NL'
          : 'SHADOW_MODE=on: shadow model churn-v13 is not loaded, request failed with 500',
        18,
      )
      callersFail(app, target, 'unavailable', 17)
      return { truth: settings, also: [target.object] }
    },
  },
  {
    name: 'database-of-another-name',
    meets: { larder: 'stock', ledgerly: 'invoices' },
    make(app, target) {
      const { world } = app
      const call = target.text.calls?.find(({ address }) => address.startsWith('postgres'))
      const { pods, at } = changed(world, target, 23, main => {
        for (const each of main.env ?? [])
          if (each.name === call?.variable) each.value = each.value?.replace(/\/\w+$/, '/main_v2')
      })
      const words =
        target.text.language === 'go'
          ? 'ping: FATAL: database "main_v2" does not exist (SQLSTATE 3D000)'
          : 'error: database "main_v2" does not exist'
      for (const pod of pods)
        crashes(world, pod, {
          container: target.text.name,
          death: { ...FAILED, ranSeconds: 2 },
          since: at + 5 * SECOND,
          says: linesIn(target.text.language, target.text.name, ['connecting to database', words]),
        })
      const database = workloadOf(app, call?.to ?? '')
      keepSaying(app, database, 'error', 'database "main_v2" does not exist', 20)
      return { truth: target.object }
    },
  },
  {
    name: 'topic-that-does-not-exist',
    meets: { tidal: 'windows' },
    make(app, target) {
      const { world } = app
      const settings = settingsOf(world, target)
      settings.data = { ...(settings.data as Record<string, string>), INPUT_TOPIC: 'clicks.v4' }
      edited(settings, world.at - 24 * MINUTE)
      rollOut(world, target, {
        at: world.at - 23 * MINUTE,
        done: true,
        change: ({ metadata }) => {
          metadata.annotations = { ...metadata.annotations, 'checksum/config': '77d0aa' }
        },
      })
      keepSaying(
        app,
        target,
        'warn',
        'Error while fetching metadata with correlation id 91 : {clicks.v4=UNKNOWN_TOPIC_OR_PARTITION}',
        21,
      )
      return { truth: settings, also: [target.object] }
    },
  },
  {
    name: 'operator-refuses-its-resource',
    meets: { ledgerly: 'pg-operator', beacon: 'collector-operator' },
    make(app, target) {
      const { world } = app
      const [kind, name, namespace, why] =
        app.name === 'ledgerly'
          ? [
              'PostgresCluster',
              'books-pg',
              'books',
              'spec.storage.size: Invalid value: "80Gi": can\'t shrink existing storage from 100Gi to 80Gi',
            ]
          : [
              'Collector',
              'node-agent',
              'observability',
              'spec.config: service.pipelines.logs: references exporter "otlp/archive" which is not configured',
            ]
      const resource = find(world, kind ?? '', namespace, name ?? '')
      resource.metadata.generation = (resource.metadata.generation ?? 1) + 1
      const spec = resource.spec as object
      if (app.name === 'ledgerly') Object.assign(spec, { storage: { size: '80Gi', storageClass: 'managed-csi' } })
      else Object.assign(spec, { config: { service: { pipelines: { logs: { exporters: ['otlp/archive'] } } } } })
      const since = world.at - 37 * MINUTE
      const held = (resource.status ?? {}) as Record<string, unknown>
      resource.status = { ...held, conditions: [condition('Ready', false, 'ReconcileError', why ?? '', since)] }
      warning(world, resource, {
        reason: 'ReconcileError',
        message: why ?? '',
        component: target.text.name,
        first: since,
        at: world.at - 40 * SECOND,
        count: 19,
      })
      keepSaying(
        app,
        target,
        'error',
        `Reconciler error: controller=${kind?.toLowerCase()} namespace=${namespace} name=${name}: ${why}`,
        30,
      )
      return { truth: resource }
    },
  },
  {
    name: 'wrong-model-asked-for',
    meets: { foundry: 'scorer' },
    make(app, target) {
      const { pods, at } = changed(app.world, target, 16, main => {
        for (const each of main.env ?? []) if (each.name === 'MODEL') each.value = 'churn-v21'
      })
      for (const pod of pods)
        crashes(app.world, pod, {
          death: { ...FAILED, ranSeconds: 5 },
          since: at + 5 * SECOND,
          says: linesIn('python', 'scorer', [
            'loading model churn-v21',
            "FileNotFoundError: [Errno 2] No such file or directory: '/models/churn-v21/weights.safetensors'",
          ]),
        })
      return { truth: target.object }
    },
  },
]

export const configurationCases = () => casesOf('configuration', faults)

/** All pods come up with another address for the first of their calls; gives that address. */
function redirect(world: World, target: Workload, change: (address: string) => string): string {
  const call = target.text.calls?.[0]
  if (!call) throw new Error(`expected ${target.text.name} to call something, found nothing`)
  const address = change(call.address)
  rollOut(world, target, {
    at: world.at - 24 * MINUTE,
    done: true,
    change: ({ spec }) => {
      for (const each of mainOf(spec.containers, target).env ?? [])
        if (each.name === call.variable) each.value = address
    },
  })
  return address
}

function settingsOf(world: World, { text }: Workload): Thing {
  return find(world, 'ConfigMap', text.namespace, text.container?.envFrom?.[0]?.configMapRef?.name ?? '')
}

function edited(settings: Thing, at: number): void {
  settings.metadata.managedFields = [
    { manager: 'kubectl-edit', operation: 'Update', apiVersion: 'v1', time: stamp(at) },
  ]
}
