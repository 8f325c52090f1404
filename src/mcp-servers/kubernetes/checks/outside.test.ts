// Whom nobody in the cluster can mend: hosts outside, and what merely looks like them.
import { expect, test } from 'vitest'
import { NOW, node, object, pod, service, workload } from '../../../../test/kubernetes/objects.ts'
import { viewOf } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'
import { groupLines } from '../pod-logs.ts'
import { createView } from '../view.ts'
import { runChecks } from './index.ts'

const WEB = 'web-7f9dd8b6c2-aaaaa'
const CART = 'cart-7f9dd8b6c2-aaaaa'
const well = [...workload('web'), ...workload('cart'), service('cart'), node('node-1')]
const times = (count: number, line: string) => Array.from({ length: count }, () => line)

test.each([
  'ERROR POST https://api.pay.example/v1: getaddrinfo ENOTFOUND api.pay.example',
  'ERROR POST https://api.pay.example/v1: 503 Service Unavailable',
  'ERROR POST https://api.pay.example/v1: status=429',
  'ERROR java.net.SocketException: Connection reset (api.pay.example/198.51.100.7:443)',
  '{"level":50,"msg":"connect to https://api.pay.example failed: ETIMEDOUT"}',
])('%s, five times: it is outside, though all pods are well', line => {
  expect(verdictsOf(well, { [WEB]: times(5, line) })).toEqual(['External//api.pay.example ExternalUnreachable 8'])
  expect(verdictsOf(well, { [WEB]: times(2, line) })).toEqual([])
})

test('an error of any words that names a host counts, unless it is of what this side has wrong', () => {
  const line = (why: string) => ({ [WEB]: times(5, `ERROR https://api.pay.example/v1 answered: ${why}`) })
  expect(verdictsOf(well, line('we are closed'))).toEqual(['External//api.pay.example ExternalUnreachable 8'])
  expect(verdictsOf(well, line('400 invalid amount'))).toEqual([])
})

test('what has been said for minutes weighs more', () => {
  const line = 'ERROR POST https://api.pay.example/v1: i/o timeout'
  const view = viewOf(well, { [WEB]: times(5, line) })
  const speaker = view.pods.find(({ metadata }) => metadata.name === WEB)!
  const minutes = [4, 5, 6, 7, 8].map(ago => `${new Date(NOW - ago * 60_000).toISOString()} ${line}`)
  const earlier = groupLines(speaker, 'web', minutes.join('\n'), { from: NOW - 900_000, to: NOW })
  expect(runChecks(createView(NOW, { ...view, earlier }))).toMatchObject([{ fault: 'ExternalUnreachable', points: 12 }])
})

test('two hosts whose names nobody resolves are the resolver, not they', () => {
  const lines = ['a.pay.example', 'b.mail.example'].flatMap(host => times(5, `ERROR getaddrinfo EAI_AGAIN ${host}`))
  expect(verdictsOf(well, { [WEB]: lines })).toEqual([])
  const one = times(5, 'ERROR getaddrinfo EAI_AGAIN a.pay.example')
  expect(verdictsOf(well, { [WEB]: one })).toEqual(['External//a.pay.example ExternalUnreachable 8'])
})

test('a policy that keeps the caller in is what is to be mended, unless it lets out to there', () => {
  const policy = (cidr: string) =>
    object('networking.k8s.io/v1', 'NetworkPolicy', 'shut', {
      spec: {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr } }] }],
      },
    })
  const waits = { [WEB]: times(5, 'ERROR POST https://api.pay.example/v1: i/o timeout') }
  expect(verdictsOf([...well, policy('10.0.0.0/8')], waits)).toEqual(['NetworkPolicy/shop/shut NetworkPolicyBlocks 14'])
  expect(verdictsOf([...well, policy('0.0.0.0/0')], waits)).toEqual(['External//api.pay.example ExternalUnreachable 8'])
})

test('a policy that shuts the way to the resolver', () => {
  const dns = [
    { ...service('kube-dns', { selector: { 'k8s-app': 'kube-dns' } }) },
    pod('coredns', 'x', { metadata: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } } }),
  ]
  dns[0]!.metadata.namespace = 'kube-system'
  const to = [{ podSelector: { matchLabels: { app: 'cart' } } }]
  const spec = { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress: [{ to }] }
  const shut = object('networking.k8s.io/v1', 'NetworkPolicy', 'shut', { spec })
  const waits = { [WEB]: times(3, 'ERROR getaddrinfo EAI_AGAIN cart') }
  expect(verdictsOf([...well, ...dns, shut], waits)[0]).toBe('NetworkPolicy/shop/shut NetworkPolicyBlocks 14')
})

test('a service that leads to addresses written by hand', () => {
  const legacy = service('legacy', { selector: {}, clusterIP: '10.96.7.7' })
  const silent = { [WEB]: times(5, 'ERROR dial tcp 10.96.7.7:5432: i/o timeout') }
  expect(verdictsOf([...well, legacy], silent)).toEqual(['Service/shop/legacy ManualEndpointsSilent 8'])
  expect(verdictsOf([...well, legacy])).toEqual([])
})

test('one client that asks too much, among others that are turned away with it', () => {
  const line = 'ERROR list pods: the server has received too many requests and has asked us to try again later'
  const [first] = verdictsOf(well, { [WEB]: times(8, line), [CART]: times(2, line) })
  expect(first).toBe('Deployment/shop/web ApiServerFlooded 12')
  expect(verdictsOf(well, { [WEB]: times(4, line), [CART]: times(4, line) })).toEqual([
    'Pod/kube-system/kube-apiserver ApiServerSilent 10',
  ])
})
