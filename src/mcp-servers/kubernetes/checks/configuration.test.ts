// What workloads were told wrongly, as their own logs say it: whose setting it is depends on who else complains.
import { expect, test } from 'vitest'
import { node, pod, service, viewOf, workload } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'
import { runChecks } from './index.ts'

const WEB = 'web-7f9dd8b6c2-aaaaa'
const CART = 'cart-7f9dd8b6c2-aaaaa'
const store = { pod: { env: [{ name: 'DB_URL', value: 'postgres://shop@order-db:5432/shop' }] } }
const db = [...workload('order-db'), service('order-db', { ports: [{ port: 5432, targetPort: 8080 }] })]
const unready = (name: string) => pod(name, 'aaaaa', { state: { ready: false } })
const ill = (name: string) => [
  ...workload(name, store).filter(({ metadata }) => !metadata.name.endsWith('aaaaa')),
  unready(name),
]
const REJECTED = 'ERROR pq: password authentication failed for user "shop"'

test('one who is turned away has the wrong password; two are turned away by one whose password changed', () => {
  const lines = [REJECTED, REJECTED]
  const one = verdictsOf([...db, ...ill('web'), node('node-1')], { [WEB]: lines })
  expect(one[0]).toBe('Deployment/shop/web CredentialsRejected 8')
  const two = verdictsOf([...db, ...ill('web'), ...ill('cart'), node('node-1')], { [WEB]: lines, [CART]: lines })
  expect(two[0]).toBe('Deployment/shop/order-db CredentialsChanged 10')
})

test('who turns others away is not accused by its own log; a healthy one that names it now and then neither', () => {
  const own = { [WEB]: [REJECTED, REJECTED], 'order-db-7f9dd8b6c2-aaaaa': Array.from({ length: 9 }, () => REJECTED) }
  expect(verdictsOf([...db, ...ill('web'), node('node-1')], own).join()).not.toContain('order-db')
  expect(verdictsOf([...db, ...workload('web', store)], { [WEB]: ['WARN 401 Unauthorized for user ana'] })).toEqual([])
})

test('a certificate that ran out is that of the peer the line names', () => {
  const expired =
    'ERROR Post "https://order-db:5432/": x509: certificate has expired or is not yet valid: current time 2026-11-03T14:01:05Z is after 2026-11-01T00:00:00Z'
  const [first] = runChecks(viewOf([...db, ...ill('web'), node('node-1')], { [WEB]: [expired, expired] }))
  expect(first).toMatchObject({ object: { name: 'order-db' }, fault: 'CertificateExpired', points: 10 })
  expect(first?.mend).toBe('renew the certificate of order-db')
  const noise = 'http: TLS handshake error from 10.0.0.7:41230: remote error: tls: bad certificate x509:'
  expect(verdictsOf([...db, ...workload('web')], { [WEB]: Array.from({ length: 9 }, () => noise) })).toEqual([])
})

test('a certificate that is not valid yet is the clock of the node', () => {
  const early =
    'ERROR x509: certificate has expired or is not yet valid: current time 2026-11-03T13:01:05Z is before 2026-11-03T13:55:00Z'
  expect(verdictsOf([...ill('web'), node('node-1')], { [WEB]: [early, early] })[0]).toBe('Node//node-1 ClockSkew 10')
  expect(verdictsOf([...ill('web'), node('node-1')], { [WEB]: [early] })).toEqual([])
})

test('an address in the arguments, and one of a service in another namespace', () => {
  const args = workload('web', { pod: { args: ['--db=ordr-db:5432'] } })
  const [first] = runChecks(viewOf([...db, ...args], { [WEB]: ['ERROR lookup ordr-db: no such host'] }))
  expect(first).toMatchObject({ object: { name: 'web' }, fault: 'AddressNearMiss', points: 11 })
  expect(first?.text).toBe('web: args names service ordr-db, which is not there; order-db is')
  const elsewhere = workload('web', { pod: { env: [{ name: 'DB', value: 'order-db.data.svc.cluster.local:5432' }] } })
  const [other] = runChecks(viewOf([...db, ...elsewhere], { [WEB]: ['ERROR lookup order-db.data.svc: no such host'] }))
  expect(other?.text).toContain('names service order-db in namespace data; it is in shop')
})

test('a default of a feature that is off stays a hint, however much the workload says of other things', () => {
  const optional = workload('web', { pod: { env: [{ name: 'CACHE', value: 'order-cache:6379' }] } })
  const objects = [...db, ...optional, ...workload('order-cach'), service('order-cach')]
  expect(verdictsOf(objects, { [WEB]: ['ERROR GET https://api.example.com/: i/o timeout'] })).toEqual([])
})
