import { expect, test } from 'vitest'
import { buffer } from './portable.ts'
import { INPUT } from './bytes.as.ts'
import { headerEnd } from './header.as.ts'

function message(line: string): string {
  const bytes = Buffer.from(`${line}\n`)
  bytes.copy(Buffer.from(buffer, INPUT))
  return bytes.toString('utf8', headerEnd(0, bytes.length - 1), bytes.length - 1)
}

test.each([
  ['log4j', '2026-01-02 03:04:05,678 INFO [main] org.shop.Cart: ', 'served 3 items'],
  ['log4j, threads by name', '2026-01-02 03:04:05,678 WARN [Lease Renewer [7] #3] org.shop.Cart: ', 'served'],
  ['logback', '03:04:05.678 [pool-1-thread-2] ERROR c.s.pay.Client - ', 'retry'],
  ['Spring', '2026-01-02T03:04:05.678Z  INFO 4242 --- [nio-8080-exec-1] c.s.CartController : ', 'served'],
  ['Serilog', '2026-01-02 03:04:05.123 +01:00 [INF] ', 'Request starting'],
  ['Kafka', '[2026-01-02 03:04:05,123] ERROR [Replica broker=1] ', 'Error while fetching'],
  ['OpenStack', '2026-01-02 03:04:05.008 25746 INFO nova.wsgi [req-38 113d - - -] ', '10.0.0.1 "GET /v2"'],
  ['nginx', '2026/01/02 03:04:05 [error] ', '31#31: *1 connect() failed'],
  ['Apache', '[Sun Dec 04 04:47:44 2026] [notice] ', 'child init'],
  ['logcat', '01-02 03:04:05.678  1702  2395 D PowerManager: ', 'acquire lock'],
  ['syslog', 'Jan  2 03:04:05 host-7 sshd[24200]: ', 'Invalid user'],
  ['syslog, collected', '- 1131566461 2026.01.02 n8 Jan 2 03:04:05 n8/n8 crond(pam)[29]: ', 'session closed'],
  ['Windows', '2026-01-02 03:04:05, Info                  ', 'CBS loaded'],
])('the header of %s', (_, header, text) => {
  expect(message(header + text)).toBe(text)
})

test.each([
  'served 3 items',
  '10.1.2.3 - - [02/Jan/2026:03:04:05 +0000] "GET /x HTTP/1.1" 200 12',
  '10.1.2.3:443 error : could not connect',
  '{"time":"2026-01-02T03:04:05Z","level":"error","msg":"refused"}',
  'time=2026-01-02T03:04:05Z level=error msg=refused',
  'an ERROR at 03:04:05 was seen',
  'Jan came home: late',
  '2026-01-02 03:04:05 INFO',
  '[[[[[[[[[',
  '',
])('no header in %j', line => {
  expect(message(line)).toBe(line)
})
