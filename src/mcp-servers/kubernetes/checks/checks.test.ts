// Each known bad state over a small shop: the right object is named with the right weight, and what is healthy is not.
import { expect, test } from 'vitest'
import {
  ago,
  crashing,
  deployment,
  event,
  node,
  object,
  pod,
  replicaSet,
  service,
  viewOf,
  workload,
} from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'
import { runChecks } from './index.ts'

const well = [...workload('cart'), service('cart'), ...workload('checkout'), service('checkout'), node('node-1')]
const without = (name: string, objects: Raw[] = well) => objects.filter(({ metadata }) => metadata.name !== name)
const serviceless = well.filter(({ kind, metadata }) => kind !== 'Service' || metadata.name !== 'cart')
const CART = 'cart-7f9dd8b6c2'

test('a healthy shop has no verdict, whatever warnings lie around', () => {
  const warnings = [
    event('BackOff', 'Back-off restarting failed container', { kind: 'Pod', name: `${CART}-aaaaa` }),
    event('Unhealthy', 'Readiness probe failed: connection refused', { kind: 'Pod', name: `${CART}-aaaaa` }),
    event('FailedScheduling', '0/1 nodes are available', { kind: 'Pod', name: `${CART}-aaaaa` }),
    event('FailedCreate', 'error looking up service account shop/cart: serviceaccount "cart" not found', {
      kind: 'ReplicaSet',
      name: CART,
    }),
  ]
  expect(verdictsOf([...well, ...warnings])).toEqual([])
})

test('a crash loop that came with a rollout can be rolled back to the ReplicaSet before, by name and uid', () => {
  const broken = [
    deployment('cart', { status: { availableReplicas: 1, readyReplicas: 1 } }),
    replicaSet('cart', 1),
    replicaSet('cart', 2, { created: ago(6) }),
    pod('cart', 'aaaaa', { revision: 1 }),
    crashing('cart', 'bbbbb'),
  ]
  const [crash, few] = runChecks(viewOf(broken))
  expect(crash).toMatchObject({ fault: 'CrashLoopBackOff', points: 8, object: { kind: 'Deployment', name: 'cart' } })
  expect(crash?.remedy?.call).toEqual({
    server: 'kubernetes',
    tool: 'rollback_workload',
    arguments: {
      namespace: 'shop',
      kind: 'Deployment',
      name: 'cart',
      replicaSet: 'cart-7f9dd8b6c1',
      replicaSetUid: 'uid-cart-7f9dd8b6c1',
    },
  })
  expect(few).toMatchObject({ fault: 'Unavailable', points: 4 })
})

test('a crash loop long after the last rollout is not blamed on it', () => {
  const broken = [...without(`${CART}-aaaaa`), crashing('cart', 'aaaaa')]
  const [crash] = runChecks(viewOf(broken))
  expect(crash?.fault).toBe('CrashLoopBackOff')
  expect(crash?.remedy).toBeUndefined()
})

test('a dead node comes before the pods on it', () => {
  const broken = [...without('node-1', without(`${CART}-aaaaa`)), node('node-1', 'Unknown'), crashing('cart', 'aaaaa')]
  const [first, ...rest] = verdictsOf(broken)
  expect(first).toBe('Node//node-1 NodeNotReady 20')
  expect(rest).toContain('Deployment/shop/cart CrashLoopBackOff 1.2')
})

test('a node under pressure, and one known only by its event', () => {
  const pressed = node('node-2', 'True', [{ type: 'DiskPressure', status: 'True', lastTransitionTime: ago(3) }])
  const lost = event('NodeNotReady', 'Node node-3 status is now: NodeNotReady', { kind: 'Node', name: 'node-3' })
  expect(verdictsOf([...well, pressed, lost])).toEqual(['Node//node-3 NodeNotReady 20', 'Node//node-2 DiskPressure 12'])
})

test('a full quota is the namespace, not the workload that shows it; an hour-old one is a hint', () => {
  const short = [deployment('cart', { status: { availableReplicas: 1 } }), replicaSet('cart', 2), pod('cart', 'aaaaa')]
  const told = (last: string) =>
    event(
      'FailedCreate',
      'pods "cart-x" is forbidden: exceeded quota: small, requested: cpu=1',
      { kind: 'ReplicaSet', name: CART },
      { lastTimestamp: last },
    )
  expect(verdictsOf([...short, told(ago(1))])[0]).toBe('Namespace/shop/shop QuotaExceeded 25')
  expect(verdictsOf([...short, told(ago(20))])).toContain('Namespace/shop/shop QuotaExceeded 5')
})

test('a quota that refused without an event is found by what is absent', () => {
  const quota = object('v1', 'ResourceQuota', 'small', { status: { hard: { services: '1' }, used: { services: '1' } } })
  const caller = workload('web', { pod: { env: [{ name: 'CHECKOUT', value: 'http://checkout:80' }] } })
  const refused = [...workload('checkout'), ...caller, quota]
  expect(verdictsOf(refused)[0]).toBe('Namespace/shop/shop QuotaExceeded 16')
})

test('pods that wait for a node: the scheduler says why, or says nothing', () => {
  const waiting = (conditions: object[]) =>
    pod('cart', 'ccccc', {
      created: ago(3),
      state: { ready: false },
      spec: { nodeName: undefined },
      status: { phase: 'Pending', conditions, containerStatuses: [] },
    })
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '2 Insufficient cpu' }
  expect(verdictsOf([...well, waiting([condition])])).toEqual(['Deployment/shop/cart FailedScheduling 10'])

  const master = node('master')
  Object.assign(master.metadata, { labels: { 'node-role.kubernetes.io/control-plane': '' } })
  expect(verdictsOf([...well, master, waiting([])])).toEqual(['Node//master SchedulerSilent 16'])
})

test('image, configuration, volume, service account', () => {
  const stuck = (reason: string) =>
    pod('cart', 'ccccc', {
      created: ago(3),
      state: { ready: false, state: { waiting: { reason } } },
      status: { phase: 'Pending' },
    })
  expect(verdictsOf([...well, stuck('ImagePullBackOff')])).toEqual(['Deployment/shop/cart ImagePullBackOff 8'])
  expect(verdictsOf([...well, stuck('CreateContainerConfigError')])).toEqual([
    'Deployment/shop/cart CreateContainerConfigError 8',
  ])
  const unmounted = event('FailedMount', 'MountVolume.SetUp failed: configmap "cart" not found', {
    kind: 'Pod',
    name: `${CART}-ccccc`,
  })
  expect(verdictsOf([...well, stuck('ContainerCreating'), unmounted])).toEqual(['Deployment/shop/cart FailedMount 10'])

  const account = event('FailedCreate', 'error looking up service account shop/cart: serviceaccount "cart" not found', {
    kind: 'ReplicaSet',
    name: CART,
  })
  const none = [deployment('cart', { status: { replicas: 0, availableReplicas: 0 } }), replicaSet('cart', 2), account]
  expect(verdictsOf(none)).toEqual([
    'Deployment/shop/cart ServiceAccountMissing 14',
    'Deployment/shop/cart NoPodCreated 5',
  ])
})

test('out of memory, by reason or by exit code; not where a liveness probe killed it', () => {
  const killed = (reason: string) =>
    pod('cart', 'aaaaa', {
      state: {
        ready: false,
        restartCount: 1,
        lastState: { terminated: { exitCode: 137, reason, finishedAt: ago(2) } },
      },
    })
  const rest = without(`${CART}-aaaaa`)
  expect(verdictsOf([...rest, killed('OOMKilled')])).toEqual(['Deployment/shop/cart OOMKilled 10'])
  expect(verdictsOf([...rest, killed('Error')])).toEqual(['Deployment/shop/cart OOMKilled 10'])
  const probed = event('Unhealthy', 'Liveness probe failed: timeout', { kind: 'Pod', name: `${CART}-aaaaa` })
  expect(verdictsOf([...rest, killed('Error'), probed])).toEqual(['Deployment/shop/cart LivenessProbeFailed 6'])
})

test('out of memory while it waits for its next try and only the back-off says how it ended; silent where it says another end', () => {
  const waits = pod('cart', 'aaaaa', {
    state: { ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } },
  })
  const backOff = (why: string) =>
    event('BackOff', `Back-off restarting failed container cart in pod ${CART}-aaaaa (${why})`, {
      kind: 'Pod',
      name: `${CART}-aaaaa`,
    })
  const rest = without(`${CART}-aaaaa`)
  expect(verdictsOf([...rest, waits, backOff('reason: OOMKilled, exit code: 137')])[0]).toBe(
    'Deployment/shop/cart OOMKilled 10',
  )
  expect(verdictsOf([...rest, waits, backOff('reason: Error, exit code: 1')])).toEqual([
    'Deployment/shop/cart CrashLoopBackOff 8',
  ])
})

test('a failing readiness probe weighs more where it asks a port nobody declares, and a restart is offered once it lasts', () => {
  const unready = (port: number) =>
    pod('cart', 'aaaaa', {
      state: { ready: false },
      spec: {
        containers: [
          { name: 'cart', ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { port, path: '/healthz' } } },
        ],
      },
    })
  const failed = event(
    'Unhealthy',
    'Readiness probe failed: connection refused',
    { kind: 'Pod', name: `${CART}-aaaaa` },
    { firstTimestamp: ago(8) },
  )
  const rest = [...without(`${CART}-aaaaa`, without(`${CART}-bbbbb`)), failed]
  const plain = runChecks(viewOf([...rest, unready(8080)])).find(({ fault }) => fault === 'ReadinessProbeFailed')
  expect(plain?.points).toBe(3)
  expect(plain?.remedy?.call.tool).toBe('restart_workload')
  expect(verdictsOf([...rest, unready(9090)])[0]).toBe('Deployment/shop/cart ReadinessProbeFailed 10')
})

test('a service that reaches nobody, though its pods are well', () => {
  expect(verdictsOf([...serviceless, service('cart', { selector: { app: 'kart' } })])).toEqual([
    'Service/shop/cart SelectorMatchesNothing 14',
  ])
  // Another service does reach them: this one is left over.
  expect(verdictsOf([...well, service('cart-old', { selector: { app: 'cart', track: 'old' } })])).toEqual([
    'Service/shop/cart-old SelectorMatchesNothing 1.1',
  ])
})

test('a port nobody declares is a hint until a caller complains; a name nobody declares is certain', () => {
  const toPort = (targetPort: number | string) => [
    ...serviceless,
    service('cart', { ports: [{ port: 80, targetPort }] }),
  ]
  expect(verdictsOf(toPort(9999))).toEqual(['Service/shop/cart TargetPortClosed 1.1'])
  const complaint = { 'checkout-7f9dd8b6c2-aaaaa': ['ERROR dial tcp cart:80: connection refused'] }
  expect(verdictsOf(toPort(9999), complaint)).toEqual(['Service/shop/cart TargetPortClosed 14'])
  expect(verdictsOf(toPort('http'))).toEqual(['Service/shop/cart TargetPortClosed 14'])
})

test('scaled to zero while a service points at it: back to the former count, where an event tells it', () => {
  const empty = deployment('cart', { spec: { replicas: 0 }, status: { replicas: 0, availableReplicas: 0 } })
  const scaled = event(
    'ScalingReplicaSet',
    `Scaled down replica set ${CART} to 0 from 3`,
    { kind: 'Deployment', name: 'cart' },
    { type: 'Normal', count: 1 },
  )
  const [verdict] = runChecks(viewOf([empty, replicaSet('cart', 2), service('cart'), scaled]))
  expect(verdict).toMatchObject({ fault: 'ScaledToZero', points: 7 })
  expect(verdict?.remedy?.call).toMatchObject({ tool: 'scale_workload', arguments: { name: 'cart', replicas: 3 } })
  expect(verdictsOf([empty, replicaSet('cart', 2)])).toEqual([])
})

test('a rollout that stands still can be taken back', () => {
  const stuck = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastTransitionTime: ago(2) }
  const objects = workload('cart', { status: { conditions: [stuck], updatedReplicas: 1, availableReplicas: 1 } })
  const [verdict] = runChecks(viewOf(objects))
  expect(verdict).toMatchObject({ fault: 'ProgressDeadlineExceeded', points: 8 })
  expect(verdict?.remedy?.call.arguments['replicaSet']).toBe('cart-7f9dd8b6c1')
})

test('an address that nearly names a service counts only where the own log complains', () => {
  const misspelt = workload('web', { pod: { env: [{ name: 'CHECKOUT_ADDR', value: 'chekout:80' }] } })
  expect(verdictsOf([...well, ...misspelt])).toEqual([])
  const complaint = { 'web-7f9dd8b6c2-aaaaa': ['ERROR lookup chekout: no such host'] }
  expect(verdictsOf([...well, ...misspelt], complaint)).toEqual(['Deployment/shop/web AddressNearMiss 11'])
  const wrongPort = workload('web', { pod: { env: [{ name: 'CHECKOUT_ADDR', value: 'checkout.shop.svc:81' }] } })
  const refused = { 'web-7f9dd8b6c2-aaaaa': ['ERROR dial tcp: connection refused'] }
  expect(verdictsOf([...well, ...wrongPort], refused)).toEqual(['Deployment/shop/web AddressNearMiss 11'])
})

test('the own log: twice from one that is ill, five times and less from one that is well', () => {
  const line = 'ERROR pq: password authentication failed for user "shop"'
  const ill = [...without(`${CART}-aaaaa`), pod('cart', 'aaaaa', { state: { ready: false } })]
  expect(verdictsOf(ill, { [`${CART}-aaaaa`]: [line, line] })).toEqual(['Deployment/shop/cart CredentialsRejected 8'])
  expect(verdictsOf(well, { [`${CART}-aaaaa`]: [line, line] })).toEqual([])
  expect(verdictsOf(well, { [`${CART}-aaaaa`]: [line, line, line, line, line] })).toEqual([
    'Deployment/shop/cart CredentialsRejected 3.2',
  ])
})
