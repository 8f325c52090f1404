// Whom a line of trouble speaks of, in the words that clients, resolvers and proxies use.
import { expect, test } from 'vitest'
import { pod, service, viewOf, workload } from '../../../test/kubernetes/objects.ts'

const POD = 'web-7f9dd8b6c2-aaaaa'
const [first, ...rest] = workload('cart').toReversed()
const objects = [
  ...workload('web'),
  ...rest,
  { ...first!, status: { ...(first!['status'] as object), podIP: '10.42.0.8' } },
  pod('client', 'x', { status: { podIP: '10.42.0.9' } }),
  service('aliased', { type: 'ExternalName', externalName: 'db.cloud.example', selector: {} }),
  service('cart', { clusterIP: '10.96.12.7' }),
  service('order-db'),
]

/** "cart refused" where the host is a service, "<api.example.com> timeout" where it is none. */
function complaints(line: string): string[] {
  const view = viewOf([...objects, pod('job', 'x')], { [POD]: [line] })
  return view
    .complaints()
    .map(
      ({ host, how, service: meant, port }) => `${meant?.metadata.name ?? `<${host}>`}${port ? `:${port}` : ''} ${how}`,
    )
}

test.each([
  ['ERROR dial tcp 10.96.12.7:6379: i/o timeout', ['cart:6379 timeout']],
  ['Error: connect ECONNREFUSED 10.96.12.7:80', ['cart:80 refused']],
  ['ERROR Get "http://cart.shop.svc.cluster.local:80/items": EOF', ['cart:80 other']],
  ['could not connect to order-db: Connection refused', ['order-db refused']],
  ['redis: dial tcp: lookup kart on 10.96.0.10:53: no such host', ['<kart> unresolved']],
  ['lookup cart on 10.96.0.10:53: read udp: i/o timeout', ['cart unresolved', '<10.96.0.10>:53 timeout']],
  ['Error: getaddrinfo ENOTFOUND orders', ['<orders> unresolved']],
  ['java.net.UnknownHostException: inventory', ['<inventory> unresolved']],
  ['psycopg2.OperationalError: could not translate host name "db" to address', ['<db> unresolved']],
  ['ERROR POST https://api.example.com/v1/charges: context deadline exceeded', ['<api.example.com> timeout']],
  [
    'failed to connect to host=db.cloud.example user=a: the database system is in recovery mode',
    ['<db.cloud.example> refused'],
  ],
  ['psycopg: connection to server at "db.cloud.example" (10.9.4.1), port 5432 failed', ['<db.cloud.example> other']],
  ['ERROR https://api.example.com/v1: 429 Too Many Requests', ['<api.example.com> failed']],
  ['SocketException: Connection reset (api.example.com/198.51.100.7:443)', ['<api.example.com>:443 refused']],
  ['upstream timed out, client: 10.42.0.9, upstream: "http://10.42.0.8:8080/"', ['cart:8080 timeout']],
  ['ERROR cannot resolve aliased: no such host', ['<db.cloud.example> unresolved']],
  ['ERROR cannot reach cart-0.cart.shop.svc:80: refused', ['cart:80 refused']],
])('%s', (line, expected) => {
  expect(complaints(line)).toEqual(expected)
})

test('a word of the language that is also a service is nobody, until it is written as an address', () => {
  expect(complaints('ERROR failed to render cart of customer')).toEqual([])
  expect(complaints('ERROR cart service unavailable')).toEqual(['cart refused'])
})

test.each([
  'java.net.UnknownHostException: Failed to resolve it: no such host is known',
  'java.net.ConnectException: Connection refused',
  `ERROR host=${POD} msg="getaddrinfo failed: no such host"`,
])('%s: nobody is named', line => {
  expect(complaints(line)).toEqual([])
})

test('versions, times and file names are no hosts', () => {
  expect(complaints('ERROR 2026-11-03T14:02:00Z server.go:112 v1.2.3 failed at main.js:10:4')).toEqual([])
})
