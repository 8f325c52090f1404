// The table of what a real kube-apiserver answers to a guarded patch, row by row.
import { expect, test } from 'vitest'
import { ACTION_ID, meaningOf, standingOf } from './classify.ts'

const planned = { uid: 'u', generation: 4, actionId: 'act' }
const object = (metadata: object) => ({ metadata: { uid: 'u', generation: 4, ...metadata } })
const ours = { annotations: { [ACTION_ID]: 'act' } }
const bare422 =
  '{"kind":"Status","metadata":{},"message":"the server rejected our request due to an error in our request","reason":"Invalid","details":{},"code":422}'
const answer = (status: number, body: string | object) => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  cut: false,
})

test.each([
  ['our id, one generation on', answer(200, object({ generation: 5, ...ours })), 'applied'],
  ['our id, the generation as it was', answer(200, object(ours)), 'no-op'],
  ['the generation as it was', answer(200, object({})), 'no-op'],
  ['no object at all', answer(200, '<html>'), 'read again'],
  ['a test that failed, or a parent that is missing', answer(422, bare422), 'read again'],
  ['an invalid result', answer(422, { details: { causes: [{ field: 'spec.replicas' }] } }), 'rejected'],
  ['a stale resourceVersion', answer(409, { reason: 'Conflict', details: { name: 'web' } }), 'read again'],
  ['another field manager', answer(409, { details: { causes: [{ reason: 'FieldManagerConflict' }] } }), 'drifted'],
  ['no such object', answer(404, { reason: 'NotFound', details: { name: 'web' } }), 'gone'],
  ['no such API', answer(404, '404 page not found\n'), 'rejected'],
  ['permission, quota or admission', answer(403, { reason: 'Forbidden' }), 'rejected'],
  ['bad content type', answer(415, ''), 'rejected'],
  ['too many requests, as text', answer(429, 'Too many requests, please try again later.\n'), 'retry'],
  ['service unavailable, as text', answer(503, 'service unavailable\n'), 'retry'],
  ['a webhook that is down', answer(500, { message: 'Internal error occurred: failed calling webhook "x"' }), 'retry'],
  ['another 500', answer(500, ''), 'unknown'],
  ['a timeout, as text without kind', answer(504, '{"message":"request did not complete"}'), 'unknown'],
  ['a connection refused', { sent: false, cause: undefined }, 'retry'],
  ['a connection reset', { sent: true, cause: undefined }, 'unknown'],
] as const)('%s', (_what, given, meaning) => {
  expect(meaningOf(given, planned)).toBe(meaning)
})

test.each([
  ['nobody touched it', object({}), 'untouched'],
  ['somebody changed it', object({ generation: 5 }), 'drifted'],
  ['it is being deleted', object({ deletionTimestamp: '2026-11-03T14:00:00Z' }), 'drifted'],
  ['we did, and somebody changed it afterwards', object({ generation: 9, ...ours }), 'applied'],
  ['it was made anew under the same name', object({ uid: 'other', ...ours }), 'gone'],
  ['it is not there', undefined, 'gone'],
])('%s', (_what, found, standing) => {
  expect(standingOf(found, planned)).toBe(standing)
})
