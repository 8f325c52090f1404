import { expect, test } from 'vitest'
import { shape } from './normalise.ts'
import { statusCode } from './lines/status-code.ts'

test.each([
  ['Dec 10 06:55:46 PDT web-5c7d9f-kxqzp used 3.5 MB (12 %) in /var/log, took <1 sec', '* used * in * took *'],
  ['', ''],
  ['42', '*'],
  // addresses, paths, names that carry a value
  ['GET https://shop.example/cart?id=abc failed', 'GET * failed'],
  ['mail to ann.lee@example.org bounced', 'mail to * bounced'],
  ['reading ./conf/app.yml and C:\\temp failed', 'reading * and * failed'],
  ['peer fe80::a:b:c gone, db.internal:5432 gone, cache.prod.svc gone', 'peer * gone * gone * gone'],
  ['pod checkout-kxqzp deadbeef gone, feedface stays feed', 'pod * gone * stays feed'],
  ['a single/slash is a word, and/or/else is not', 'a single/slash is a word * is not'],
  // key=value
  ['user=ann state=ready retry=true id=7', 'user * state ready retry true id *'],
  ['user = ann', 'user ann'],
  ['{"level":"error","user":"ann","msg":"refused"}', 'level error user * msg refused'],
  ['{"user": null, "code": E_BUSY}', 'user * code E_BUSY'],
  // quotations
  [`image "registry" and tag 'latest' said "not found today"`, 'image * and tag * said not found today'],
  ["can't open 'x', won't try", 'can t open * won t try'],
  // edges, colons and dots
  ['*** WARN: retry... (really?) !!!', 'WARN retry really'],
  ['org.shop.Cart$Item: loading', 'org.shop.Cart$Item loading'],
  ['ошибка подключения к базе 数据库 🔥', 'ошибка подключения к базе 数据库'],
  // units and dates belong to the number beside them
  ['waited 30 seconds, may fail', 'waited * may fail'],
  ['Mon Jan 2 2026 start', '* start'],
  // of a stack trace the first line
  ['Error: boom\n    at f (/srv/a.js:1:2)', 'Error boom'],
])('shape of %j', (line, expected) => {
  expect(shape(line)).toBe(expected)
})

test('reads the first 4,000 characters of a line of any length and any content', () => {
  const start = 'disk full on '.repeat(400)
  expect(shape(start + 'x'.repeat(1 << 20))).toBe(shape(start.slice(0, 4000)))
  for (const unit of ['"', "'a", '/', 'a.', ':', '{"a":', '= ', '\ud800', 'a@', '<1>', '\u0000'])
    expect(shape(unit.repeat(1 << 16)).length).toBeLessThanOrEqual(8000)
})

test('a status code is one only where something says so', () => {
  expect(statusCode('"GET /cart HTTP/1.1" 502 157 "-"')).toBe(502)
  expect(statusCode('{"path":"/cart","status":404}')).toBe(404)
  expect(statusCode('503 Service Unavailable')).toBe(503)
  expect(statusCode('HTTP 502: no upstream')).toBe(502)
  expect(statusCode('probe failed with statuscode: 500')).toBe(500)
  expect(statusCode('read 503 rows in 404 ms at 10:0:500')).toBeUndefined()
  expect(statusCode('status=200 took=512')).toBeUndefined()
})
