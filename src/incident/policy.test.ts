import { expect, test } from 'vitest'
import { decide, policyHash } from './policy.ts'
import type { Policy } from './policy.ts'
import type { Person } from './remedy.ts'
import type { ToolCall } from './tool-call.ts'

const ana: Person = { chat: 'slack', team: 'T1', user: 'U1', name: 'Ana' }
const policy: Policy = {
  version: 1,
  stopped: false,
  roles: { responder: [{ chat: 'slack', team: 'T1', user: 'U1' }], lead: [{ chat: 'slack', team: 'T1', user: 'U9' }] },
  rules: [
    { namespaces: ['kube-*'], tools: ['*'], effect: 'deny', roles: [], approvals: 1, ttlSeconds: 300 },
    { namespaces: ['pay*-prod'], tools: ['*'], effect: 'allow', roles: ['lead'], approvals: 2, ttlSeconds: 300 },
    {
      namespaces: ['shop'],
      tools: ['scale_workload'],
      effect: 'allow',
      roles: ['responder'],
      approvals: 1,
      ttlSeconds: 300,
      replicas: { min: 1, max: 10 },
    },
    {
      namespaces: ['shop'],
      tools: ['restart_*'],
      effect: 'allow',
      roles: ['responder'],
      approvals: 1,
      ttlSeconds: 600,
    },
  ],
}

function call(tool: string, namespace: string, more: ToolCall['arguments'] = {}): ToolCall {
  return { server: 'kubernetes', tool, arguments: { namespace, kind: 'Deployment', name: 'checkout', ...more } }
}

test('the first rule that matches decides, and how long a yes lasts', () => {
  expect(decide(policy, ana, call('restart_workload', 'shop'))).toEqual({
    allowed: true,
    approvals: 1,
    ttlSeconds: 600,
  })
  expect(decide(policy, ana, call('restart_workload', 'kube-system'))).toMatchObject({ allowed: false })
})

test('what no rule covers is refused, and why is said', () => {
  expect(decide(policy, ana, call('rollback_workload', 'shop'))).toEqual({
    allowed: false,
    because: 'no rule of the policy covers rollback_workload in shop',
  })
  expect(decide(policy, ana, call('restart_workload', 'shop2'))).toMatchObject({ allowed: false })
})

test('a role is held by team and user, never by a name', () => {
  expect(decide(policy, { ...ana, team: 'T2' }, call('restart_workload', 'shop'))).toEqual({
    allowed: false,
    because: 'restart_workload in shop is for responder',
  })
  expect(decide(policy, { ...ana, user: 'U2', name: 'Ana' }, call('restart_workload', 'shop'))).toMatchObject({
    allowed: false,
  })
  expect(decide(policy, ana, call('restart_workload', 'payments-prod'))).toMatchObject({
    because: expect.stringContaining('lead'),
  })
})

test('a rule for one cluster says nothing of the same namespace in another', () => {
  const [first] = policy.rules
  if (!first) throw new Error('there is a rule')
  const apart: Policy = {
    ...policy,
    rules: [{ ...first, namespaces: ['*'], clusters: ['prod-*'] }, ...policy.rules],
  }
  const restart = (cluster: string) => decide(apart, ana, call('restart_workload', 'shop', { cluster }))
  expect(restart('staging')).toMatchObject({ allowed: true })
  expect(restart('prod-eu')).toEqual({
    allowed: false,
    because: 'the policy forbids restart_workload in shop of prod-eu',
  })
})

test('replicas outside the bounds are refused', () => {
  expect(decide(policy, ana, call('scale_workload', 'shop', { replicas: 10 }))).toMatchObject({ allowed: true })
  expect(decide(policy, ana, call('scale_workload', 'shop', { replicas: 11 }))).toMatchObject({
    because: 'the policy allows 1 to 10 replicas, not 11',
  })
})

test('the stop holds against every rule', () => {
  const stopped = { ...policy, stopped: true }
  expect(decide(stopped, ana, call('restart_workload', 'shop'))).toMatchObject({ allowed: false })
  expect(policyHash(stopped)).not.toBe(policyHash(policy))
})
