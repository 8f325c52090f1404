// Plain code made of a schema, against the schema itself: the same of every object, whole or spoilt in one place.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { crashing, deployment, event, node, pod, replicaSet, service } from '../../../test/kubernetes/objects.ts'
import { compile } from './compile.ts'
import { eventSchema, nodeSchema, serviceSchema, workloadSchema } from './schema.ts'
import { podSchema } from './pod-schema.ts'

const OBJECTS: [z.ZodType<object>, unknown][] = [
  [podSchema, pod('cart', 'aaaaa')],
  [podSchema, crashing('cart', 'bbbbb')],
  [workloadSchema, deployment('cart')],
  [workloadSchema, replicaSet('cart', 1)],
  [serviceSchema, service('cart')],
  [nodeSchema, node('node-1')],
  [eventSchema, event('BackOff', 'back-off', { kind: 'Pod', name: 'cart-1' })],
]

const ODD = [undefined, null, true, 0, -1, Number.NaN, '', 'x', '..', '2026-13-45T99:99:99Z', [], [null], {}, { x: 1 }]

test.for(OBJECTS)('reads what the schema reads, and refuses what it refuses', ([schema, whole]) => {
  const read = compile(schema)
  expect(read(whole)).toEqual(schema.parse(whole))
  const places = placesOf(whole)
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom(...ODD), (place, odd) => {
      const spoilt = put(whole, place, odd)
      expect(read(spoilt)).toEqual(schema.safeParse(spoilt).data)
    }),
    { numRuns: 1000, seed: 1 },
  )
})

test('a schema that is more than shape is asked itself', () => {
  const read = compile(z.object({ percent: z.number().max(100), kind: z.enum(['a', 'b']) }))
  expect(read({ percent: 100, kind: 'a' })).toEqual({ percent: 100, kind: 'a' })
  expect(read({ percent: 101, kind: 'a' })).toBeUndefined()
  expect(read({ percent: 1, kind: 'c' })).toBeUndefined()
  const even = z.number().transform((value, context) => {
    if (value % 2 === 1) context.addIssue('expected an even number')
    return value / 2
  })
  const halved = compile(z.object({ pair: even, name: z.string().regex(/^a/).max(3) }))
  expect(halved({ pair: 4, name: 'abc' })).toEqual({ pair: 2, name: 'abc' })
  expect(halved({ pair: 3, name: 'abc' })).toBeUndefined()
  expect(halved({ pair: 4, name: 'abcd' })).toBeUndefined()
})

type Place = (string | number)[]

function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, held]) => placesOf(held, [...at, name]))]
}

function put(value: unknown, [first, ...rest]: Place, odd: unknown): unknown {
  if (first === undefined) return odd
  const copy = structuredClone(value) as Record<string, unknown>
  copy[first] = put(copy[first], rest, odd)
  return copy
}
