import { describe, expect, it } from 'vitest'
import type { Entity, Relation } from '#incident/signal.ts'
import { buildTopology, peersIn, withoutGenerated } from './topology.ts'

const relation = (kind: Relation['kind'], from: Entity, to: Entity): Relation => ({
  kind,
  from,
  to,
  origin: 'test',
  confidence: 1,
  at: 0,
})
const deployment = { namespace: 'shop', kind: 'Deployment', name: 'checkout', service: 'checkout' }
const pod = { namespace: 'shop', kind: 'Pod', name: 'checkout-7c9f6d8b54-x2k4q', service: 'checkout' }
const node = { kind: 'Node', name: 'n1', service: 'n1' }

const topology = buildTopology(
  [
    relation('owns', deployment, pod),
    relation('runs-on', pod, node),
    relation(
      'selects',
      { namespace: 'shop', kind: 'Service', name: 'checkout-svc', service: 'checkout-svc' },
      deployment,
    ),
    relation('calls', { service: 'frontend' }, { service: 'Checkout' }),
    relation('calls', { service: 'checkout' }, { service: 'payments-db' }),
  ],
  [{ namespace: 'other', service: 'search' }],
)

describe('one service under many names', () => {
  it.each<[string, Entity]>([
    ['another case, no namespace', { service: 'CHECKOUT' }],
    ['a pod that its source knows by name only', { kind: 'Pod', name: pod.name, service: pod.name }],
    [
      'the Service that selects it',
      { namespace: 'shop', kind: 'Service', name: 'checkout-svc', service: 'checkout-svc' },
    ],
  ])('%s', (_, entity) => {
    expect(topology.keyOf(entity)).toBe('shop/checkout')
  })

  it('is shown as its workload', () => {
    expect(topology.entityOf('shop/checkout')).toBe(deployment)
  })

  it('is another one in another namespace', () => {
    expect(topology.keyOf({ namespace: 'stage', service: 'checkout' })).toBe('stage/checkout')
  })
})

it('knows ways along calls, and which node carries whom', () => {
  expect(topology.path('/frontend', '/payments-db')).toEqual(['/frontend', 'shop/checkout', '/payments-db'])
  expect(topology.path('/payments-db', '/frontend')).toBeUndefined()
  expect(topology.nodesOf('shop/checkout')).toEqual(new Set(['node:n1']))
})

describe('services that an error names', () => {
  it.each([
    ['dial tcp: lookup payments-db: no such host', ['/payments-db']],
    ['GET http://checkout.shop.svc:8080/quote failed: 502', ['shop/checkout']],
    ['call to checkout timed out after 4 s', ['shop/checkout']],
    ['search index rebuilt, 3 items unavailable', []], // an ordinary word, no address and no preposition
    ['payments-db answered in 3 ms', []], // nothing failed
  ])('%s', (text, peers) => {
    expect(peersIn(text, topology)).toEqual(peers)
  })
})

it('cuts what Kubernetes generates and leaves words alone', () => {
  expect(withoutGenerated('checkout-7c9f6d8b54-x2k4q')).toBe('checkout')
  expect(withoutGenerated('order-service')).toBe('order-service')
})
