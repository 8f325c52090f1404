import { expect, test } from 'vitest'
import { messageIn } from './log-message.ts'

test.each([
  [
    '{"time":"2026-05-05T07:51:59Z","level":"error","service":"search","msg":"call to index timed out"}',
    'call to index timed out',
  ],
  ['{"level":"error","message":"cannot pay","err":"card declined"}', 'cannot pay: card declined'],
  ['{"level":"error","msg":"failed: card declined","error":"card declined"}', 'failed: card declined'],
  ['{"msg":"said \\"no\\"\\nat once","level":"warn"}', 'said "no"\nat once'],
  ['{"level":"error","msg":"a line that was cut in the mid', 'a line that was cut in the mid'],
  ['time=2026-05-04T19:00:01.209Z level=error msg="no worker free" pool=1', 'no worker free'],
  ['level=error ts=1 msg=stopped err="no route to host"', 'stopped: no route to host'],
  ['2026-05-04 18:56:04.487 ERROR [planner] no worker free after 880 ms', 'no worker free after 880 ms'],
  ['2026-05-04T18:56:04,487+02:00 [main] WARN com.shop.cart.Store : slow', 'slow'],
  ['2026-05-04 18:56:04.487  WARN 1 --- [nio-8080-exec-1] c.s.cart.Store   : slow', 'slow'],
  ['2026/05/04 18:56:04 [error] 31#31: *5 connect() failed', '*5 connect() failed'],
  ['E0504 18:56:04.487123       1 reflector.go:147] failed to list', 'failed to list'],
  ['WARNING:site:deprecated option', 'deprecated option'],
  ['2026-05-04 18:50:01,123 - site - ERROR - no such user', 'no such user'],
])('%s', (line, message) => {
  expect(messageIn(line)).toBe(message)
})

test.each([
  'Error: connect ECONNREFUSED 10.0.0.1:5432',
  'java.lang.OutOfMemoryError: Java heap space',
  'panic: runtime error: index out of range',
  '{"code":500}',
  'ERROR',
  '  at Store.read (store.ts:1)'.trim(),
  'connection refused',
])('is left as it is: %s', line => {
  expect(messageIn(line)).toBe(line)
})

test('a hostile line takes no longer than its length', () => {
  for (const part of ['[', '{"msg":"\\', 'a.', '2026-05-04 ', 'level=', '- ']) {
    expect(messageIn(part.repeat(100_000)).length).toBeLessThanOrEqual(part.length * 100_000)
  }
})
