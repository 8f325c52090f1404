// The history of a Deployment as its ReplicaSets and events tell it, also after a rollback has moved the revision numbers.
import { expect, test } from 'vitest'
import { changesOf } from './changes.ts'
import { ago, deployment, event, replicaSet, viewOf } from '../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../test/kubernetes/objects.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const scaled = (message: string, minutes: number) =>
  event(
    'ScalingReplicaSet',
    message,
    { kind: 'Deployment', name: 'cart' },
    {
      metadata: { name: `cart.${minutes}`, namespace: 'shop', uid: `uid-${message}` },
      type: 'Normal',
      count: 1,
      firstTimestamp: ago(minutes),
      lastTimestamp: ago(minutes),
    },
  )

function told(objects: Raw[]): string[] {
  const view = viewOf(objects)
  return view.workloads
    .flatMap(each => changesOf(each, view, { from: 0, to: view.at }))
    .map(
      ({ at, text, change }) =>
        `${new Date(at).toISOString().slice(11, 16)} ${text}${change.undo ? ', can be undone' : ''}`,
    )
}

test('rollouts in order; only the last can be taken back', () => {
  const sets = [
    replicaSet('cart', 1),
    replicaSet('cart', 2, { created: ago(30) }),
    replicaSet('cart', 3, { created: ago(2) }),
  ]
  expect(told([deployment('cart'), ...sets])).toEqual([
    '13:32 shop/cart rolled out v2 (was v1)',
    '14:00 shop/cart rolled out v3 (was v2), can be undone',
  ])
})

test('a rollback by somebody else: the moment its ReplicaSet grew again, and what ran in between', () => {
  const revived = replicaSet('cart', 1, {
    metadata: { annotations: { [REVISION]: '3', 'deployment.kubernetes.io/revision-history': '1' } },
  })
  const steps = [
    scaled('Scaled down replica set cart-7f9dd8b6c1 to 1 from 2', 29),
    scaled('Scaled up replica set cart-7f9dd8b6c1 to 2 from 1', 5),
    scaled('Scaled down replica set cart-7f9dd8b6c2 to 0 from 1', 4),
  ]
  const history = [replicaSet('cart', 2, { created: ago(30) }), revived, ...steps]
  expect(told([deployment('cart'), ...history])).toEqual([
    '13:32 shop/cart rolled out v2 (was v1)',
    '13:57 shop/cart rolled out v1 (was v2), can be undone',
  ])

  const byUs = { managedFields: [{ manager: 'incident-orchestrator', time: ago(5) }] }
  expect(told([deployment('cart', { metadata: byUs }), ...history])).toEqual(['13:32 shop/cart rolled out v2 (was v1)'])
})

test('a rollout that changes no image is named by what it does change, never by a value', () => {
  const env = (value: string) => ({
    env: [
      { name: 'DB_PASSWORD', value },
      { name: 'MODE', value: 'fast' },
    ],
  })
  const sets = [
    replicaSet('cart', 1, { pod: { ...env('old'), image: 'cart:v1' } }),
    replicaSet('cart', 2, { created: ago(2), pod: { ...env('new'), image: 'cart:v1' } }),
  ]
  expect(told([deployment('cart'), ...sets])).toEqual([
    '14:00 shop/cart rolled out env DB_PASSWORD changes, can be undone',
  ])
})

test('scalings: not the steps of a rollout, with a former count also from events that do not say it', () => {
  const sets = [replicaSet('cart', 1), replicaSet('cart', 2)]
  const events = [
    scaled('Scaled up replica set cart-7f9dd8b6c2 to 3', 20),
    scaled('Scaled up replica set cart-7f9dd8b6c2 to 9', 10),
    scaled('Scaled down replica set cart-7f9dd8b6c2 to 4 from 9', 5),
  ]
  expect(told([deployment('cart'), ...sets, ...events])).toEqual([
    '04:04 shop/cart rolled out v2 (was v1), can be undone',
    '13:52 shop/cart scaled from 3 to 9, can be undone',
    '13:57 shop/cart scaled from 9 to 4, can be undone',
  ])
})
