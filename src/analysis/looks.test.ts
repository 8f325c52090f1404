import { expect, test } from 'vitest'
import type { RootCause } from '#incident/incident.ts'
import type { Entity, Signal, State } from '#incident/signal.ts'
import { looksAt } from './looks.ts'

const checkout: Entity = { namespace: 'shop', kind: 'Deployment', name: 'checkout', service: 'checkout' }
const seen = { at: 1, severity: 'high', labels: {}, writer: 'system' } as const

function state(fault: string, entity: Entity, witness: string[], id = `kubernetes:state:${fault}`): State {
  return { ...seen, id, kind: 'state', source: 'kubernetes', entity, fault, text: '', since: 1, points: 10, witness }
}

function looks(fault: string, entity: Entity, witness: string[] = [], more: Signal[] = [], id?: string) {
  const said = state(fault, entity, witness, id)
  const evidence = [said.id, ...more.map(signal => signal.id)]
  const cause: RootCause = { entity, fault, score: 1, confidence: 0.3, reasons: [], evidence }
  return looksAt(cause, [said, ...more], [said]).map(({ call }) => [call.tool, call.arguments])
}

test('a container that crashes: its log before the restart, the events of its pod, what ran before', () => {
  expect(looks('CrashLoopBackOff', checkout, ['shop/checkout-7c9f-x2: app CrashLoopBackOff'])).toEqual([
    ['get_logs', { namespace: 'shop', pod_name: 'checkout-7c9f-x2', lines: 40, previous: true }],
    ['get_events', { namespace: 'shop', kind: 'Pod', name: 'checkout-7c9f-x2' }],
    ['get_rollout_history', { kind: 'Deployment', namespace: 'shop', name: 'checkout' }],
  ])
})

test('a pod that never ran has no log; what could not take it is looked at', () => {
  const tools = looks('FailedScheduling', checkout, ['shop/checkout-7c9f-x2: 0/3 nodes']).map(([tool]) => tool)
  expect(tools).toEqual(['get_node_status', 'get_events', 'get_rollout_history'])
})

test('a node, a service and a claim are looked at as what they are', () => {
  expect(looks('NodeNotReady', { kind: 'Node', name: 'node-1', service: 'node-1' })).toEqual([
    ['get_node_status', { name: 'node-1' }],
    ['get_events', { kind: 'Node', name: 'node-1' }],
  ])
  expect(looks('EndpointsEmpty', { ...checkout, kind: 'Service' })[1]).toEqual([
    'get_resource',
    { kind: 'Service', namespace: 'shop', name: 'checkout' },
  ])
})

test('other vendors are asked by their own names; one look is offered once; of several clusters the name goes along', () => {
  const error: Signal = {
    ...seen,
    id: 's',
    kind: 'error',
    source: 'sentry',
    entity: { service: 'checkout' },
    labels: { issue: '4711' },
    text: 'boom',
    count: 1,
  }
  const database: Signal = {
    ...seen,
    id: 'c',
    kind: 'series',
    source: 'cloudwatch',
    entity: { service: 'orders-db' },
    labels: { namespace: 'AWS/RDS', statistic: 'Average', DBInstanceIdentifier: 'orders-db' },
    metric: 'DatabaseConnections',
    unit: '',
    points: [],
  }
  expect(
    looks('connections exhausted', { service: 'orders-db' }, [], [database, error, { ...error, id: 's2' }]),
  ).toEqual([
    [
      'get_metrics',
      {
        namespace: 'AWS/RDS',
        metric_name: 'DatabaseConnections',
        dimensions: { DBInstanceIdentifier: 'orders-db' },
        statistic: 'Average',
      },
    ],
    ['get_issue', { issue_id: '4711' }],
  ])
  const eu = { ...checkout, cluster: 'eu' }
  const [first] = looks('ImagePullBackOff', eu, [], [], 'kubernetes:eu:state:ImagePullBackOff')
  expect(first).toEqual(['get_events', { namespace: 'shop', kind: 'Deployment', name: 'checkout', cluster: 'eu' }])
})

test('a name that no API server gave, or that nobody knows, is asked of nobody', () => {
  expect(looks('CrashLoopBackOff', { ...checkout, name: 'a; rm -rf /' })).toEqual([])
  expect(
    looks('ExternalUnreachable', { kind: 'External', name: 'api.example.com', service: 'api.example.com' }),
  ).toEqual([])
})
