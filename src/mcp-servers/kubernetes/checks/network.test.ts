// Who cannot be reached, and why: the same complaint of a caller has another cause each time, and none where all is well.
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

const WEB = 'web-7f9dd8b6c2-aaaaa'
const pods = [...workload('web'), ...workload('cart'), node('node-1')]
const well = [...pods, service('cart', { clusterIP: '10.96.12.7' })]
const without = (start: string, objects: Raw[]) =>
  objects.filter(({ kind, metadata }) => kind !== 'Pod' || !metadata.name.startsWith(start))
const timeout = { [WEB]: ['ERROR dial tcp 10.96.12.7:80: i/o timeout'] }
const unresolved = { [WEB]: ['ERROR dial tcp: lookup cart on 10.96.0.10:53: no such host'] }

test('a service that was deleted: the workload that nobody finds any more, not who looks for it', () => {
  expect(verdictsOf(pods, unresolved)).toEqual(['Deployment/shop/cart ServiceMissing 14'])
  const fully = { [WEB]: ['Error: getaddrinfo ENOTFOUND cart.shop.svc.cluster.local'] }
  expect(verdictsOf(pods, fully)[0]).toBe('Deployment/shop/cart ServiceMissing 14')
  expect(verdictsOf(pods)).toEqual([]) // not everything needs a service
})

test('a name that nothing here has is the asker; a public one is outside', () => {
  expect(verdictsOf(pods, { [WEB]: ['ERROR lookup inventory: no such host'] })).toEqual([
    'Deployment/shop/web AddressUnknown 3.2',
  ])
  const told = workload('web', { pod: { env: [{ name: 'STOCK', value: 'http://stock-api:8080' }] } })
  const broken = [...without('web', [...well, ...told]), pod('web', 'aaaaa', { state: { ready: false } })]
  expect(verdictsOf(broken, { [WEB]: ['Error: getaddrinfo ENOTFOUND stock-api'] })[0]).toBe(
    'Deployment/shop/web AddressUnknown 10',
  )
})

test('a host outside that does not answer explains who waits for it; one line of a healthy workload does not', () => {
  const line = 'ERROR POST https://api.payments.example.com/v1/charges: context deadline exceeded'
  const ill = [
    ...without('web', well),
    pod('web', 'aaaaa', { created: ago(30), state: { ready: false } }),
    service('web'),
  ]
  const [first, ...rest] = verdictsOf(ill, { [WEB]: [line, line] })
  expect(first).toBe('External//api.payments.example.com ExternalUnreachable 9')
  expect(rest).toContain('Deployment/shop/web EndpointsEmpty 1.6')
  expect(verdictsOf(well, { [WEB]: [line] })).toEqual([])
})

test('a service whose pods are all unready; not while they start, and not while one is left', () => {
  const unready = (minutes: number) => pod('cart', 'aaaaa', { created: ago(minutes), state: { ready: false } })
  const rest = without('cart', well)
  expect(verdictsOf([...rest, unready(9)])).toEqual(['Deployment/shop/cart EndpointsEmpty 8'])
  expect(verdictsOf([...rest, unready(1)])).toEqual([])
  expect(verdictsOf([...rest, unready(9), pod('cart', 'bbbbb')])).toEqual([])
})

test('a selector that only others match: the operator labels its pods, and a second service reaches them', () => {
  const labels = { app: 'pg', role: 'primary' }
  const operated = [
    ...without('pg', workload('pg')),
    pod('pg', 'aaaaa', { metadata: { labels } }),
    service('pg-primary', { selector: labels }),
    service('pg-replica', { selector: { app: 'pg', role: 'replica' } }),
  ]
  expect(verdictsOf(operated)).toEqual(['Service/shop/pg-replica SelectorMatchesNothing 1.1'])
})

test('a named port of a feature that is off is a hint; the only port of a service is not', () => {
  const ports = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'metrics', port: 9090, targetPort: 'metrics' },
  ]
  expect(verdictsOf([...pods, service('cart', { ports })])).toEqual(['Service/shop/cart TargetPortClosed 1.1'])
  expect(verdictsOf([...pods, service('cart', { ports: ports.slice(1) })])).toEqual([
    'Service/shop/cart TargetPortClosed 14',
  ])
})

test('a port that several callers ask for and the service no longer has; one alone may be wrong itself', () => {
  const moved = [
    ...pods,
    ...workload('mobile'),
    service('cart', { clusterIP: '10.96.12.7', ports: [{ port: 81, targetPort: 8080 }] }),
  ]
  const refused = ['ERROR dial tcp 10.96.12.7:80: connection refused']
  expect(verdictsOf(moved, { [WEB]: refused, 'mobile-7f9dd8b6c2-aaaaa': refused })).toEqual([
    'Service/shop/cart ServicePortGone 14',
  ])
  expect(verdictsOf(moved, { [WEB]: refused })).toEqual([])
})

const policy = (name: string, spec: object) => object('networking.k8s.io/v1', 'NetworkPolicy', name, { spec })
const denyCart = policy('deny', { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] })

test('a network policy that lets nobody in, once a caller times out', () => {
  expect(verdictsOf([...well, denyCart], timeout)).toEqual(['NetworkPolicy/shop/deny NetworkPolicyBlocks 14'])
  expect(verdictsOf([...well, denyCart])).toEqual([])
  const refused = { [WEB]: ['ERROR dial tcp 10.96.12.7:80: connection refused'] }
  expect(verdictsOf([...well, denyCart], refused)).toEqual([])
})

test('policies add up: what one of them allows, passes', () => {
  const from = [{ podSelector: { matchLabels: { app: 'web' } } }]
  const allow = policy('allow-web', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from }] })
  expect(verdictsOf([...well, denyCart, allow], timeout)).toEqual([])
  const other = policy('allow-other', {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'mobile' } } }] }],
  })
  expect(verdictsOf([...well, denyCart, other], timeout)).toEqual(['NetworkPolicy/shop/deny NetworkPolicyBlocks 14'])
  const wrongPort = policy('allow-port', {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from, ports: [{ port: 9000 }] }],
  })
  expect(verdictsOf([...well, denyCart, wrongPort], timeout)).toEqual([
    'NetworkPolicy/shop/deny NetworkPolicyBlocks 14',
  ])
})

test('ports by name, and namespaces by their labels where those are known', () => {
  const rule = (more: object) =>
    policy('deny', { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'], ingress: [more] })
  const shut = ['NetworkPolicy/shop/deny NetworkPolicyBlocks 14']
  expect(verdictsOf([...well, rule({ ports: [{ port: 'http' }] })], timeout)).toEqual([])
  const named = [
    {
      name: 'cart',
      ports: [
        { name: 'admin', containerPort: 9000 },
        { name: 'http', containerPort: 8080 },
      ],
    },
  ]
  const cart = [...without('cart', well), pod('cart', 'aaaaa', { spec: { containers: named } })]
  expect(verdictsOf([...cart, rule({ ports: [{ port: 'admin' }] })], timeout)).toEqual(shut)
  expect(verdictsOf([...cart, rule({ ports: [{ port: 'http' }] })], timeout)).toEqual([])
  const ofTeam = rule({ from: [{ namespaceSelector: { matchLabels: { team: 'shop' } } }] })
  const space = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } })
  expect(verdictsOf([...well, ofTeam, space({ team: 'other' })], timeout)).toEqual(shut)
  expect(verdictsOf([...well, ofTeam, space({ team: 'shop' })], timeout)).toEqual([])
  expect(verdictsOf([...well, ofTeam], timeout)).toEqual([])
})

test('a policy that does not let the caller out is the caller; one of namespaces by unknown labels is left alone', () => {
  const closed = policy('no-way-out', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] })
  expect(verdictsOf([...well, closed], timeout)).toEqual(['NetworkPolicy/shop/no-way-out NetworkPolicyBlocks 14'])
  const to = [{ namespaceSelector: { matchLabels: { team: 'shop' } } }]
  const byTeam = policy('team', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to }] })
  expect(verdictsOf([...well, byTeam], timeout)).toEqual([])
})

test('a policy that cuts off several is itself what is wrong', () => {
  const stock = [...workload('stock'), service('stock', { clusterIP: '10.96.12.8' })]
  const both = { [WEB]: ['ERROR dial tcp 10.96.12.7:80: i/o timeout', 'ERROR GET http://stock:80/: i/o timeout'] }
  const denyAll = policy('default-deny', { podSelector: {}, policyTypes: ['Ingress'] })
  expect(verdictsOf([...well, ...stock, denyAll], both)).toEqual([
    'NetworkPolicy/shop/default-deny NetworkPolicyBlocks 14',
  ])
})

const dnsService: Raw = {
  ...service('kube-dns', {
    selector: { app: 'coredns' },
    clusterIP: '10.96.0.10',
    ports: [{ port: 53, targetPort: 8080 }],
  }),
}
dnsService.metadata = { ...dnsService.metadata, namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }
const inSystem = (objects: Raw[]): Raw[] =>
  objects.map(each => ({ ...each, metadata: { ...each.metadata, namespace: 'kube-system' } }))
const dns = (ready: boolean) => [
  dnsService,
  ...inSystem([
    deployment('coredns', ready ? {} : { status: { readyReplicas: 0, availableReplicas: 0 } }),
    replicaSet('coredns', 2),
    pod('coredns', 'aaaaa', { created: ago(10), state: { ready } }),
  ]),
]

test('cluster DNS that is down comes first, and who cannot resolve stands behind it', () => {
  const [first] = verdictsOf([...well, ...dns(false)], {
    [WEB]: ['ERROR lookup cart on 10.96.0.10:53: read udp 10.244.1.7:41230->10.96.0.10:53: i/o timeout'],
  })
  expect(first).toBe('Deployment/kube-system/coredns DnsFailing 20')
  expect(verdictsOf([...well, ...dns(true)], unresolved)).toEqual([]) // one asker does not accuse the resolver
})

test('one that asks another resolver cannot find what all others find', () => {
  const aside = deployment('web', {
    spec: {
      template: { spec: { containers: [{ name: 'web' }], dnsPolicy: 'None', dnsConfig: { nameservers: ['1.2.3.4'] } } },
    },
  })
  const objects = [...well.filter(({ metadata, kind }) => kind !== 'Deployment' || metadata.name !== 'web'), aside]
  expect(verdictsOf(objects, unresolved)).toEqual(['Deployment/shop/web DnsPolicy 14'])
  expect(verdictsOf(objects)).toEqual([])
})

const ingress = (backend: object, spec: object = {}) =>
  object('networking.k8s.io/v1', 'Ingress', 'front', {
    spec: {
      rules: [{ host: 'shop.example', http: { paths: [{ path: '/', backend: { service: backend } }] } }],
      ...spec,
    },
  })
const controller = (line: string) => ({ [WEB]: [line] })

test('an ingress to a service that is not there, as its controller says; one left over is a hint', () => {
  const broken = [...well, ingress({ name: 'kart', port: { number: 80 } })]
  const says = controller(
    'W1103 Error obtaining Endpoints for Service "shop/kart": no object matching key in local store',
  )
  expect(verdictsOf(broken, says)).toContain('Ingress/shop/front IngressWithoutService 14')
  expect(verdictsOf(broken)).toEqual(['Ingress/shop/front IngressWithoutService 14']) // nothing leads to cart any more
  const left = ingress({ name: 'preview', port: { number: 80 } })
  expect(verdictsOf([...well, left])).toEqual(['Ingress/shop/front IngressWithoutService 2'])
  expect(verdictsOf([...well, ingress({ name: 'cart', port: { number: 80 } })])).toEqual([])
})

test('a port the service does not have, and a certificate the controller cannot read', () => {
  const told = event('AddedOrUpdatedWithError', 'no endpoints', { kind: 'Ingress', name: 'front' })
  expect(verdictsOf([...well, ingress({ name: 'cart', port: { number: 8081 } }), told])).toEqual([
    'Ingress/shop/front IngressPortClosed 14',
  ])
  const secured = ingress({ name: 'cart', port: { number: 80 } }, { tls: [{ secretName: 'shop-tls' }] })
  const says = controller('W1103 Error getting SSL certificate "shop/shop-tls": local SSL certificate was not found')
  expect(verdictsOf([...well, secured], says)).toEqual(['Ingress/shop/front IngressWithoutCertificate 14'])
  expect(verdictsOf([...well, secured])).toEqual([])
})

test('a stateful set without its governing service, once its pods miss their names', () => {
  const set = {
    ...deployment('db', { spec: { serviceName: 'db-headless' } }),
    kind: 'StatefulSet',
  }
  const own = pod('db', '0', {
    metadata: { name: 'db-0', ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }] },
    state: { ready: false },
  })
  const says = { 'db-0': ['ERROR lookup db-1.db-headless.shop.svc.cluster.local: no such host'] }
  expect(verdictsOf([set, own], says)).toContain('StatefulSet/shop/db GoverningServiceMissing 14')
  const ready = pod('db', '0', { metadata: own.metadata })
  expect(verdictsOf([set, ready])).toEqual([])
})

test('scaled to zero for long, and nobody misses it: at rest', () => {
  const empty = deployment('cart', { spec: { replicas: 0 }, status: { replicas: 0, availableReplicas: 0 } })
  const rest = [...workload('web'), empty, replicaSet('cart', 2), service('cart')]
  expect(verdictsOf(rest)).toEqual(['Deployment/shop/cart ScaledToZero 1'])
  const missed = { [WEB]: ['ERROR dial tcp cart:80: connection refused'] }
  expect(verdictsOf(rest, missed)).toEqual(['Deployment/shop/cart ScaledToZero 10'])
})
