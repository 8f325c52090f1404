// What operators, meshes and the API server's extensions say of their own objects, and when that is nobody's trouble.
import { expect, test } from 'vitest'
import { ago, deployment, event, node, object, pod, service, workload } from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'

const WEB = 'web-7f9dd8b6c2-aaaaa'
const well = [...workload('web'), ...workload('cart'), service('cart'), node('node-1')]
const condition = (type: string, status: string, minutes: number, more: object = {}) => ({
  type,
  status,
  reason: 'Because',
  message: 'it does not work',
  lastTransitionTime: ago(minutes),
  ...more,
})

const certificate = (status: object, spec: object = {}) =>
  object('cert-manager.io/v1', 'Certificate', 'front', { spec, status })

test('an operator that says its resource is not as asked for, of whatever kind', () => {
  expect(verdictsOf([...well, certificate({ conditions: [condition('Ready', 'False', 30)] })])).toEqual([
    'Certificate/shop/front CertificateNotReady 10',
  ])
  const route = {
    parents: [{ conditions: [condition('Accepted', 'True', 30), condition('ResolvedRefs', 'False', 30)] }],
  }
  expect(
    verdictsOf([...well, object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'front', { status: route })]),
  ).toEqual(['HTTPRoute/shop/front HTTPRouteNotResolvedRefs 10'])
  const stalled = { conditions: [condition('Stalled', 'True', 30)] }
  expect(
    verdictsOf([...well, object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'cart', { status: stalled })]),
  ).toEqual(['HelmRelease/shop/cart HelmReleaseStalled 10'])
})

test.each<[string, Raw]>([
  ['being made', certificate({ conditions: [condition('Ready', 'False', 1)] })],
  ['under way', certificate({ conditions: [condition('Ready', 'False', 30, { reason: 'Progressing' })] })],
  ['suspended', certificate({ conditions: [condition('Ready', 'False', 30)] }, { suspend: true })],
  ['of its own words', certificate({ conditions: [condition('Active', 'False', 30)] })],
  ['without conditions', certificate({ conditions: 'none' })],
])('a resource %s is left alone', (_what, custom) => {
  expect(verdictsOf([...well, custom])).toEqual([])
})

test('what has been so for days is a hint', () => {
  expect(verdictsOf([...well, certificate({ conditions: [condition('Ready', 'False', 3000)] })])).toEqual([
    'Certificate/shop/front CertificateNotReady 3',
  ])
})

const istio = (kind: string, name: string, spec: object, group = 'networking') =>
  object(`${group}.istio.io/v1`, kind, name, { spec })
const toSubset = istio('VirtualService', 'cart', {
  hosts: ['cart'],
  http: [{ route: [{ destination: { host: 'cart', subset: 'v3' } }] }],
})
const subsets = (labels: object) =>
  istio('DestinationRule', 'cart', { host: 'cart', subsets: [{ name: 'v3', labels }] })
const unavailable = { [WEB]: ['ERROR call to http://cart/items failed: 503 Service Unavailable'] }

test('a route of a mesh to a subset that nobody defines, or that no pod is in, once callers are turned away', () => {
  expect(verdictsOf([...well, toSubset], unavailable)).toEqual(['VirtualService/shop/cart MeshRouteLeadsNowhere 14'])
  expect(verdictsOf([...well, toSubset, subsets({ version: 'v3' })], unavailable)).toEqual([
    'DestinationRule/shop/cart MeshRouteLeadsNowhere 14',
  ])
  expect(verdictsOf([...well, toSubset, subsets({ app: 'cart' })], unavailable)).toEqual([])
  expect(verdictsOf([...well, toSubset])).toEqual(['VirtualService/shop/cart MeshRouteLeadsNowhere 2'])
})

test('a route to a host that no service is called, unless a service entry says that it is outside', () => {
  const route = istio('VirtualService', 'cart', {
    hosts: ['cart'],
    http: [{ route: [{ destination: { host: 'kart' } }] }],
  })
  expect(verdictsOf([...well, route], unavailable)).toEqual(['VirtualService/shop/cart MeshRouteLeadsNowhere 14'])
  expect(verdictsOf([...well, route, istio('ServiceEntry', 'kart', { hosts: ['kart'] })], unavailable)).toEqual([])
})

test('a route to a port that its service does not have, and one that makes calls fail on purpose', () => {
  const route = (more: object, port = 80) =>
    istio('VirtualService', 'cart', {
      hosts: ['cart'],
      http: [{ ...more, route: [{ destination: { host: 'cart', port: { number: port } } }] }],
    })
  const wrong = ['VirtualService/shop/cart MeshRouteLeadsNowhere 14']
  expect(verdictsOf([...well, route({}, 8081)], unavailable)).toEqual(wrong)
  expect(verdictsOf([...well, route({ fault: { abort: { httpStatus: 503 } } })], unavailable)).toEqual(wrong)
  expect(verdictsOf([...well, route({})], unavailable)).toEqual([])
})

const denied = { [WEB]: ['ERROR GET http://cart/items: 403 RBAC: access denied'] }

test('an authorization of the callee that turns a caller away; of somebody else it is none', () => {
  const policy = (app: string) =>
    istio('AuthorizationPolicy', 'only-mobile', { selector: { matchLabels: { app } } }, 'security')
  expect(verdictsOf([...well, policy('cart')], denied)).toEqual([
    'AuthorizationPolicy/shop/only-mobile MeshTurnsAway 14',
  ])
  expect(verdictsOf([...well, policy('stock')], denied)).toEqual([])
  expect(verdictsOf([...well, policy('cart')])).toEqual([])
})

test('mutual TLS that a caller without a proxy cannot speak', () => {
  const strict = istio('PeerAuthentication', 'default', { mtls: { mode: 'STRICT' } }, 'security')
  const meshed = { spec: { containers: [{ name: 'cart' }, { name: 'istio-proxy' }] } }
  const reset = { [WEB]: ['ERROR call to http://cart/items failed: read: connection reset by peer'] }
  const rest = well.filter(({ kind, metadata }) => kind !== 'Pod' || metadata.name.startsWith('web'))
  const guarded = [...rest, pod('cart', 'aaaaa', meshed), pod('cart', 'bbbbb', meshed), strict]
  expect(verdictsOf(guarded, reset)).toEqual(['PeerAuthentication/shop/default MeshTurnsAway 14'])
  expect(verdictsOf([...well, strict], reset)).toEqual([])
})

test('a namespace that does not go, and the API that keeps it', () => {
  const trial = (minutes: number, conditions: object[] = []) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'trial', deletionTimestamp: ago(minutes) },
    status: { phase: 'Terminating', conditions },
  })
  const finalizers = [condition('NamespaceFinalizersRemaining', 'True', 40)]
  expect(verdictsOf([...well, trial(40, finalizers)])).toEqual(['Namespace/trial/trial NamespaceStuck 12'])
  expect(verdictsOf([...well, trial(2, finalizers)])).toEqual([])
  const api = object('apiregistration.k8s.io/v1', 'APIService', 'v1.things.example', {
    spec: { service: { namespace: 'shop', name: 'gone' } },
    status: { conditions: [condition('Available', 'False', 40)] },
  })
  const discovery = [condition('NamespaceDeletionDiscoveryFailure', 'True', 40)]
  expect(verdictsOf([...well, trial(40, discovery), api])).toEqual([
    'APIService//v1.things.example ApiServiceDown 12',
    'Namespace/trial/trial NamespaceStuck 6',
  ])
})

test('a balancer that the cloud refuses; one that a cluster without balancers never had says nothing', () => {
  const front = service('cart', { type: 'LoadBalancer' })
  const others = well.filter(({ kind }) => kind !== 'Service')
  const refused = event('SyncLoadBalancerFailed', 'no subnets', { kind: 'Service', name: 'cart' })
  expect(verdictsOf([...others, front, refused])).toEqual(['Service/shop/cart BalancerMissing 14'])
  expect(verdictsOf([...others, front])).toEqual([])
})

test('a condition that somebody else keeps of a node, while it is new', () => {
  const problem = (minutes: number) => node('node-2', 'True', [condition('NTPProblem', 'True', minutes)])
  expect(verdictsOf([...well, problem(60)])).toEqual(['Node//node-2 NTPProblem 10'])
  expect(verdictsOf([...well, problem(60 * 48)])).toEqual(['Node//node-2 NTPProblem 3'])
  expect(verdictsOf([...well, node('node-2', 'True', [condition('EtcdIsVoter', 'True', 60)])])).toEqual([])
})

test('a webhook of something long gone is its configuration; pods that are still refused make it no matter of the past', () => {
  const call =
    'Error creating: Internal error occurred: failed calling webhook "pods.trial.example": failed to call webhook: Post "https://trial.trial.svc:443/validate?timeout=10s": service "trial" not found'
  const refused = event('FailedCreate', call, { kind: 'ReplicaSet', name: 'pay-7f9dd8b6c2' })
  const pay = (conditions: object[]) => [
    ...workload('pay').filter(({ kind }) => kind !== 'Deployment'),
    deployment('pay', { status: { conditions } }),
  ]
  const failing = pay([{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }])
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'trial' },
    webhooks: [{ name: 'pods.trial.example' }],
  }
  expect(verdictsOf([...well, ...failing, refused, configuration])[0]).toBe(
    'ValidatingWebhookConfiguration//trial WebhookFailing 16',
  )
  expect(verdictsOf([...well, ...failing, refused])[0]).toBe('Service/trial/trial WebhookFailing 16')
  expect(verdictsOf([...well, ...pay([]), refused, configuration])).toEqual([
    'ValidatingWebhookConfiguration//trial WebhookFailing 1.3',
  ])
})
