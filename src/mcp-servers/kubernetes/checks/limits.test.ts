// What may not be more, not be at all, or not leave: each said of whom it holds, and silent where nobody is held.
import { expect, test } from 'vitest'
import {
  ago,
  deployment,
  event,
  node,
  object,
  pod,
  replicaSet,
  service,
  workload,
} from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'

const well = [...workload('cart'), service('cart'), ...workload('web'), node('node-1'), node('node-2')]
const CART = { kind: 'Deployment', name: 'cart' }

test.each([
  ['LimitRangeRefused', 'maximum memory usage per Container is 1Gi, but limit is 2Gi'],
  ['PodSecurityRefused', 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'],
  ['AdmissionDenied', 'admission webhook "gate.example.com" denied the request: image is not signed'],
])('%s', (fault, why) => {
  const refused = event('FailedCreate', `Error creating: pods "pay-x" is forbidden: ${why}`, {
    kind: 'ReplicaSet',
    name: 'pay-7f9dd8b6c2',
  })
  const none = [deployment('pay', { status: { replicas: 0, availableReplicas: 0 } }), replicaSet('pay', 2)]
  expect(verdictsOf([...well, ...none, refused])[0]).toBe(`Deployment/shop/pay ${fault} 10`)
  expect(verdictsOf([...well, ...workload('pay'), refused])).toEqual([]) // created since
})

/** A rollout that has not made its first pod: the old ones are all well. */
const rolling = [
  ...workload('cart'),
  replicaSet('cart', 3, { metadata: { uid: 'uid-cart-3' } }),
  { ...replicaSet('cart', 3), spec: { replicas: 1 }, status: { replicas: 0 } },
].filter(({ metadata }) => metadata['uid'] !== 'uid-cart-3')
const CART_3 = { kind: 'ReplicaSet', name: 'cart-7f9dd8b6c3' }

test.each([
  [
    'Deployment/shop/cart LimitRangeRefused 10',
    'is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
  ],
  [
    'Deployment/shop/cart ServiceAccountMissing 14',
    'is forbidden: error looking up service account shop/cart-v3: serviceaccount "cart-v3" not found',
  ],
  [
    'Namespace/shop/shop QuotaExceeded 25',
    'is forbidden: exceeded quota: team, requested: pods=1, used: pods=8, limited: pods=8',
  ],
  ['Namespace/shop/shop QuotaDemandsMore 20', 'is forbidden: failed quota: team: must specify limits.cpu for: cart'],
])('%s, though the old pods serve; not once the new ones are made', (verdict, why) => {
  const refused = event('FailedCreate', `Error creating: pods "cart-7f9dd8b6c3-x" ${why}`, CART_3)
  expect(verdictsOf([...rolling, refused])[0]).toBe(verdict)
  const made = event('FailedCreate', `Error creating: pods "cart-7f9dd8b6c2-x" ${why}`, {
    kind: 'ReplicaSet',
    name: 'cart-7f9dd8b6c2',
  })
  expect(verdictsOf([...workload('cart'), made]).every(each => Number(each.split(' ')[2]) < 4)).toBe(true)
})

test('the event is forgotten, and the condition of the replica set still says why; of no reason known, too', () => {
  const short = (message: string) => {
    const condition = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      lastTransitionTime: ago(90),
      message,
    }
    const status = { replicas: 0, conditions: [condition] }
    return rolling.map(each => (each.metadata.name === CART_3.name ? { ...each, status } : each))
  }
  expect(verdictsOf(short('pods "cart-x" is forbidden: exceeded quota: team, requested: pods=1'))).toEqual([
    'Namespace/shop/shop QuotaExceeded 25',
  ])
  expect(verdictsOf(short('etcdserver: request is too large'))).toEqual(['Deployment/shop/cart CreationFailed 8'])
})

const sizer = (conditions: object[], status: object = {}) =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'cart', {
    spec: { scaleTargetRef: CART, minReplicas: 1, maxReplicas: 2 },
    status: { currentReplicas: 2, desiredReplicas: 2, conditions, ...status },
  })
const limited = (status: string, minutes: number) => ({
  type: 'ScalingLimited',
  status,
  reason: status === 'True' ? 'TooManyReplicas' : 'DesiredWithinRange',
  lastTransitionTime: ago(minutes),
})
const inactive = (reason: string, message = '') => ({
  type: 'ScalingActive',
  status: 'False',
  reason,
  message,
  lastTransitionTime: ago(20),
})

test('an autoscaler at its most that wants more; one that is where it wants to be, or peaked just now, is well', () => {
  expect(verdictsOf([...well, sizer([limited('True', 20)])])).toEqual(['Deployment/shop/cart AutoscalerAtMost 8'])
  expect(verdictsOf([...well, sizer([limited('False', 20)])])).toEqual([])
  expect(verdictsOf([...well, sizer([limited('True', 2)])])).toEqual([])
})

test('an autoscaler that cannot read what it goes by; at rest with its target it need not', () => {
  const blind = sizer([inactive('FailedGetResourceMetric', 'missing request for cpu in container cart')])
  expect(verdictsOf([...well, blind])).toEqual(['Deployment/shop/cart AutoscalerBlind 8'])
  expect(verdictsOf([...well, sizer([inactive('ScalingDisabled')])])).toEqual([])
  const server = deployment('metrics-server', { status: { availableReplicas: 0 } })
  server.metadata.namespace = 'kube-system'
  expect(verdictsOf([...well, blind, server])[0]).toBe('Deployment/kube-system/metrics-server MetricsServerDown 12')
})

test('an autoscaler of a workload that is not there, or not under that name; one left behind long ago is a hint', () => {
  const aimless = (name: string, minutes: number) =>
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'cart', {
      spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas: 1, maxReplicas: 4 },
      status: {
        conditions: [
          { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', lastTransitionTime: ago(minutes) },
        ],
      },
    })
  const of = 'HorizontalPodAutoscaler/shop/cart AutoscalerAimless'
  expect(verdictsOf([...well, aimless('cart-api', 30)])).toEqual([`${of} 8`])
  expect(verdictsOf([...well, aimless('cart-api', 3)])).toEqual([]) // it may just be coming
  expect(verdictsOf([...well, aimless('billing', 90 * 24 * 60)])).toEqual([`${of} 4`])
  expect(verdictsOf([...well, aimless('cart', 30)])).toEqual([]) // it is back
})

const budget = (disruptionsAllowed: number) =>
  object('policy/v1', 'PodDisruptionBudget', 'cart', {
    spec: { selector: { matchLabels: { app: 'cart' } } },
    status: { disruptionsAllowed },
  })
const closed: Raw = { ...node('node-1'), spec: { unschedulable: true } }
const drained = [
  deployment('cart'),
  replicaSet('cart', 2),
  pod('cart', 'aaaaa'),
  pod('cart', 'bbbbb'),
  closed,
  node('node-2'),
]

test('a budget that keeps a node from being emptied; not where nobody empties, and not while others are still there', () => {
  expect(verdictsOf([...drained, budget(0)])).toEqual(['PodDisruptionBudget/shop/cart DrainBlocked 10'])
  expect(verdictsOf([...drained, budget(1)])).toEqual([])
  expect(verdictsOf([...drained, ...workload('web'), budget(0)])).toEqual([
    'PodDisruptionBudget/shop/cart DrainBlocked 4',
  ])
  expect(verdictsOf([...well, budget(0)])).toEqual([])
})

test('a node that is nearly empty for a while is being emptied; who empties it may say so; an autoscaler taints', () => {
  const taint = (key: string, minutes: number): Raw => ({
    ...node('node-1'),
    spec: { taints: [{ key, effect: 'NoSchedule', timeAdded: ago(minutes) }] },
  })
  const unschedulable = (minutes: number): Raw => {
    const key = 'node.kubernetes.io/unschedulable'
    return { ...node('node-1'), spec: { unschedulable: true, taints: [{ key, timeAdded: ago(minutes) }] } }
  }
  const on2 = { spec: { nodeName: 'node-2', containers: [{ name: 'web' }] } }
  const elsewhere = ['eeeee', 'fffff'].map(suffix => pod('web', suffix, on2))
  const rest = [
    deployment('cart'),
    replicaSet('cart', 2),
    pod('cart', 'aaaaa'),
    pod('cart', 'bbbbb'),
    pod('web', 'aaaaa'),
  ]
  const with1 = (emptied: Raw) => verdictsOf([...rest, ...elsewhere, emptied, node('node-2'), budget(0)])
  const of = 'PodDisruptionBudget/shop/cart DrainBlocked'
  expect(with1(unschedulable(30))).toEqual([`${of} 8`])
  expect(with1(unschedulable(3))).toEqual([`${of} 4`]) // they may be about to leave
  expect(with1(taint('karpenter.sh/disrupted', 30))).toEqual([`${of} 8`])
  expect(with1(taint('gpu', 30))).toEqual([])
  const told = event('FailedDraining', 'Failed to drain node, 2 pods are waiting to be evicted', {
    kind: 'Node',
    name: 'node-1',
  })
  Object.assign(told, { involvedObject: { kind: 'Node', name: 'node-1' } })
  const held = [...rest, ...elsewhere, unschedulable(3), node('node-2'), budget(0), told]
  expect(verdictsOf(held)[0]).toBe(`${of} 12`)
})

test('CPU at its limit counts where somebody waits for it', () => {
  const limits = { cpu: '500m' }
  const pods = ['aaaaa', 'bbbbb'].map(suffix =>
    pod('cart', suffix, { spec: { containers: [{ name: 'cart', resources: { limits } }] } }),
  )
  const used = (cpu: string) =>
    pods.map(({ metadata }) => ({
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
      metadata,
      timestamp: ago(0),
      containers: [{ name: 'cart', usage: { cpu, memory: '10Mi' } }],
    }))
  const objects = [deployment('cart'), replicaSet('cart', 2), ...pods, service('cart'), ...workload('web')]
  const waits = { 'web-7f9dd8b6c2-aaaaa': ['ERROR GET http://cart:80/items: context deadline exceeded'] }
  expect(verdictsOf([...objects, ...used('499m')], waits)).toEqual(['Deployment/shop/cart CpuAtLimit 8'])
  expect(verdictsOf([...objects, ...used('499m')])).toEqual(['Deployment/shop/cart CpuAtLimit 2.4'])
  expect(verdictsOf([...objects, ...used('200m')], waits)).toEqual([])
})
