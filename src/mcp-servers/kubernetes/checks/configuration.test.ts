// What workloads were told wrongly, as their own logs say it: whose setting it is depends on who else complains.
import { expect, test } from 'vitest'
import { ago, node, object, pod, replicaSet, service, viewOf, workload } from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
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

/** A pod says it now, and said it in each of the minutes before. */
const forMinutes = (name: string, line: string): [Record<string, string[]>, Record<string, string[]>] => [
  { [name]: [line] },
  { [name]: [line, line, line, line, line] },
]

test('who is turned away for minutes on end is in trouble though its pods are ready; whose users mistype is not', () => {
  const objects = [...db, ...workload('web', store), node('node-1')]
  expect(verdictsOf(objects, ...forMinutes(WEB, REJECTED))).toEqual(['Deployment/shop/web CredentialsRejected 8'])
  const users = 'WARN login of ana: invalid password'
  expect(verdictsOf(objects, ...forMinutes(WEB, users))).toEqual(['Deployment/shop/web CredentialsRejected 3.2'])
  const [, earlier] = forMinutes(WEB, REJECTED)
  expect(verdictsOf(objects, {}, earlier)).toEqual([]) // it is over
})

// As the clients and the servers of these write it.
test.each([
  [
    'ResourceUnknown',
    'WARN Error while fetching metadata with correlation id 9 : {orders.v4=UNKNOWN_TOPIC_OR_PARTITION}',
  ],
  ['ResourceUnknown', 'ERROR pq: relation "order_items" does not exist at character 15'],
  ['ResourceUnknown', "ERROR 1146 (42S02): Table 'shop.orders' doesn't exist"],
  ['ResourceUnknown', "ERROR NOT_FOUND - no queue 'orders' in vhost '/'"],
  ['ResourceUnknown', 'ERROR NoSuchBucket: The specified bucket does not exist'],
  ['FilesExhausted', 'ERROR accept tcp [::]:8080: accept4: too many open files; retrying in 1s'],
  ['FilesExhausted', "Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src'"],
  ['ProcessesExhausted', 'runtime: failed to create new OS thread (have 9 already; errno=11)'],
  ['ProcessesExhausted', 'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory'],
  [
    'ConfigurationInvalid',
    'ERROR failed to load config: yaml: line 12: mapping values are not allowed in this context',
  ],
  ['AccessForbidden', 'E1103 leases is forbidden: User "system:serviceaccount:shop:web" cannot list resource "leases"'],
  ['UnknownDatabase', 'FATAL: database "shop_v2" does not exist'],
])('%s: %s', (fault, line) => {
  const objects = [...workload('web'), node('node-1')]
  expect(verdictsOf(objects, ...forMinutes(WEB, line))[0]).toBe(`Deployment/shop/web ${fault} 8`)
  expect(verdictsOf(objects, { [WEB]: [line, line] })).toEqual([]) // now and then: its callers try again
})

test.each([
  'FATAL: database "postgres-exporter" does not exist',
  'ERROR: relation "pg_stat_statements" does not exist at character 15',
  'FATAL: password authentication failed for user "admin"',
])('%s: in the log of a store it is of whoever asks', line => {
  const database = workload('order-db', { pod: { ports: [{ containerPort: 5432 }] } })
  const opening = runChecks(viewOf([...database, node('node-1')], ...forMinutes('order-db-7f9dd8b6c2-aaaaa', line)))
  expect(opening.filter(({ points }) => points >= 8)).toEqual([])
})

test.each([
  'WARN invalid configuration of plugin x: the default is used',
  'WARN user ana does not exist',
  'ERROR order 4711 not found',
  'INFO config reloaded: 2 settings unknown to this version are ignored',
  'WARN file upload.csv could not be read: 3 lines are invalid',
])("%s: the day's work", line => {
  const opening = runChecks(viewOf([...workload('web'), node('node-1')], ...forMinutes(WEB, line)))
  expect(opening.filter(({ points }) => points >= 8)).toEqual([])
})

test('who logs errors for minutes and fails for its callers; nobody fails for one of whom nobody complains', () => {
  const objects = [...workload('cart', store), service('cart'), ...workload('web'), ...db, node('node-1')]
  const [own, earlier] = forMinutes(CART, 'ERROR request failed with 500: no rate table for NL while NEW_RULES=true')
  const complains = { [WEB]: ['ERROR call to cart failed: HTTP 503'] }
  expect(verdictsOf(objects, { ...own, ...complains }, earlier)).toEqual(['Deployment/shop/cart ErrorsServed 8'])
  expect(verdictsOf(objects, own, earlier)).toEqual([])
  expect(verdictsOf(objects, { ...own, ...complains })).toEqual([]) // it may have begun to pass just now
  const halfDown = objects.filter(({ metadata }) => !metadata.name.startsWith('order-db-7f9dd8b6c2'))
  const behind = verdictsOf([...halfDown, unready('order-db')], { ...own, ...complains }, earlier)
  expect(behind).toContain('Deployment/shop/cart ErrorsServed 4')
})

const settings = (changed: number): Raw => {
  const made = object('v1', 'ConfigMap', 'web-settings', { data: { NEW_RULES: 'true' } })
  const managedFields = [
    { manager: 'helm', operation: 'Update', time: ago(9000) },
    { manager: 'kubectl-edit', operation: 'Update', time: ago(changed) },
  ]
  Object.assign(made.metadata, { creationTimestamp: ago(9000), managedFields })
  return made
}
const told = { pod: { envFrom: [{ configMapRef: { name: 'web-settings' } }] } }

test('settings changed, and since then errors: the config map; not errors of before, nor a change of long ago', () => {
  const objects = [...workload('web', told), node('node-1')] // its pods began long before
  const error = forMinutes(WEB, 'ERROR no rate table for NL')
  const [first] = runChecks(viewOf([...objects, settings(12)], ...error))
  expect(first).toMatchObject({
    object: { kind: 'ConfigMap', namespace: 'shop', name: 'web-settings' },
    concerns: { kind: 'Deployment', name: 'web' },
    fault: 'SettingsChanged',
    points: 9,
  })
  expect(first?.text).toMatch(/12 min ago by kubectl-edit.*no rate table/)
  expect(verdictsOf([...objects, settings(12)])).toEqual([]) // nobody suffers
  expect(verdictsOf([...objects, settings(8)], ...error)).toEqual([]) // said before that, too
  expect(verdictsOf([...objects, settings(40)], ...error)).toEqual([]) // whether it was said before is not known
  expect(verdictsOf([...objects, settings(300)], ...error)).toEqual([])
})

test('settings changed, and the pods that began with them do not get ready', () => {
  const old = workload('web', told).filter(({ metadata }) => metadata.name !== WEB)
  const fresh = pod('web', 'aaaaa', { created: ago(20), state: { ready: false } })
  expect(verdictsOf([...old, fresh, settings(21)])[0]).toBe('ConfigMap/shop/web-settings SettingsChanged 10')
  expect(verdictsOf([...old, fresh, settings(10)]).join()).not.toContain('ConfigMap') // it was ill before
  const released = old.map(each =>
    each.metadata.name === 'web-7f9dd8b6c2' ? replicaSet('web', 2, { created: ago(21) }) : each,
  )
  const both = verdictsOf([...released, fresh, settings(21)])
  expect(both).toContain('ConfigMap/shop/web-settings SettingsChanged 5') // the image is new, too
})
