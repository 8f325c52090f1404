import { afterEach, expect, test } from 'vitest'
import { deployment, node, object, pod, workload } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const CANARY = 'canary-7Hq2xW9bT4'
const base64 = Buffer.from(CANARY).toString('base64')

test('a list in kubectl columns, page by page of one moment; the fields asked for instead', async () => {
  cluster = await simulatedCluster([...workload('cart'), ...workload('web'), node('node-1')])
  const first = await cluster.call('get_resource', { kind: 'deploy', limit: 1 })
  expect(first['resources']).toMatchInlineSnapshot(`
    [
      {
        "Age": "10h",
        "Available": 2,
        "Name": "cart",
        "Namespace": "shop",
        "Ready": "2/2",
        "Up-to-date": 2,
      },
    ]
  `)
  const second = await cluster.told('get_resource', { kind: 'Deployment', limit: 1, cursor: first['nextCursor'] })
  expect(second).toMatchInlineSnapshot(
    `
    "Namespace  Name  Ready  Up-to-date  Available  Age
    shop  web  2/2  2  2  10h"
  `,
  )
  const select = ['spec.replicas', 'spec.template.spec.containers.image', 'spec.absent']
  expect(await cluster.told('get_resource', { kind: 'deployments', namespace: 'shop', select })).toMatchInlineSnapshot(`
    "{"namespace":"shop","name":"cart","spec.replicas":2,"spec.template.spec.containers.image":["registry.example/cart:v2"]}
    {"namespace":"shop","name":"web","spec.replicas":2,"spec.template.spec.containers.image":["registry.example/web:v2"]}"
  `)
  expect(await cluster.told('get_resource', { kind: 'nodes' })).toContain('node-1')
  expect(await cluster.told('get_resource', { kind: 'pvc' })).toMatch(/^No such persistentvolumeclaims/)
})

test('one object whole; by name alone it is looked for in every namespace', async () => {
  cluster = await simulatedCluster([pod('cart', 'aaaaa', { metadata: { managedFields: [{ manager: 'kubectl' }] } })])
  const whole = await cluster.call('get_resource', { kind: 'Pod', namespace: 'shop', name: 'cart-7f9dd8b6c2-aaaaa' })
  expect(whole['resources']).toMatchObject([{ kind: 'Pod', apiVersion: 'v1', spec: { nodeName: 'node-1' } }])
  expect(JSON.stringify(whole)).not.toContain('managedFields')
  expect(await cluster.call('get_resource', { kind: 'po', name: 'cart-7f9dd8b6c2-aaaaa' })).toEqual(whole)
  await expect(cluster.call('get_resource', { kind: 'Pod', namespace: 'shop', name: 'gone' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('no secret comes out, wherever it stands; a value that says there is none does', async () => {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"key":"${base64}"}}`,
    'example.com/api-key': CANARY,
    'example.com/team': 'shop',
  }
  const container = {
    args: ['--db-password', CANARY, `--token=${CANARY}`, '--verbose'],
    env: [
      { name: 'DB_PASSWORD', value: CANARY },
      { name: 'SESSION_SECRET', value: '' },
      { name: 'CONFIG', value: `{"apiKey": "${CANARY}"}` },
      { name: 'DATABASE_URL', value: `postgres://app:${CANARY}@db:5432/shop` },
      { name: 'LOG_LEVEL', value: 'info' },
    ],
    livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'Authorization', value: `Basic ${CANARY}` }] } },
  }
  cluster = await simulatedCluster([
    object('v1', 'Secret', 'keys', { type: 'Opaque', data: { key: base64 }, stringData: { plain: CANARY } }),
    object('v1', 'ConfigMap', 'settings', {
      data: { password: CANARY, greeting: 'hello' },
      binaryData: { blob: base64 },
    }),
    deployment('cart', { metadata: { annotations }, pod: container }),
  ])
  const ask = (kind: string, more: object = {}) => cluster.call('get_resource', { kind, namespace: 'shop', ...more })
  const answers = [
    await ask('Secret', { name: 'keys' }),
    await ask('Secret'),
    await ask('secrets', { select: ['data.key', 'stringData', 'metadata.annotations'] }),
    await ask('cm', { name: 'settings' }),
    await ask('Deployment', { name: 'cart' }),
    await ask('Deployment', { select: ['spec.template.spec.containers.env.value', 'metadata.annotations'] }),
  ]
  const told = JSON.stringify(answers)
  expect(told).not.toContain(CANARY)
  expect(told).not.toContain(base64)
  expect(answers[0]).toMatchObject({ resources: [{ type: 'Opaque', data: { key: '[redacted]' } }] })
  expect(answers[3]).toMatchObject({ resources: [{ data: { password: '[redacted]', greeting: 'hello' } }] })
  expect(told).toContain('"example.com/team":"shop"')
  expect(told).toContain('{"name":"LOG_LEVEL","value":"info"}')
  expect(told).toContain('{"name":"SESSION_SECRET","value":""}')
})

test('an object larger than an answer is told as deep as fits, and says so', async () => {
  const data = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`file-${index}`, 'x'.repeat(6000)]))
  cluster = await simulatedCluster([
    object('v1', 'ConfigMap', 'large', { data }),
    object('v1', 'ConfigMap', 'small', {}),
  ])
  const large = await cluster.call('get_resource', { kind: 'cm', namespace: 'shop', name: 'large' })
  expect(large).toMatchObject({ truncated: true, hint: expect.stringContaining('select') })
  expect(JSON.stringify(large).length).toBeLessThan(65 * 1024)
  const one = await cluster.call('get_resource', { kind: 'cm', name: 'large', select: ['data.file-7'] })
  expect(one).toMatchObject({ resources: [{ name: 'large', 'data.file-7': 'x'.repeat(6000) }], truncated: false })
})

test('rows beyond the bytes of an answer are on the next page', async () => {
  const settings = (name: string) =>
    object('v1', 'ConfigMap', name, { data: { a: 'x'.repeat(8000), b: 'y'.repeat(8000) } })
  cluster = await simulatedCluster(Array.from({ length: 9 }, (_, index) => settings(`settings-${index}`)))
  const names: unknown[] = []
  let cursor: unknown
  do {
    const page = await cluster.call('get_resource', { kind: 'cm', select: ['data'], ...(cursor ? { cursor } : {}) })
    names.push((page['resources'] as { name: string }[]).map(({ name }) => name))
    cursor = page['nextCursor']
  } while (cursor)
  expect(names.map(page => (page as string[]).length)).toEqual([4, 4, 1])
  expect(new Set(names.flat()).size).toBe(9)
})

test('kinds and paths are a closed grammar', async () => {
  cluster = await simulatedCluster([])
  await expect(cluster.call('get_resource', { kind: 'Deploymnt' })).rejects.toThrow('did you mean Deployment?')
  await expect(cluster.call('get_resource', { kind: 'Node', namespace: 'shop' })).rejects.toThrow('no namespace')
  for (const input of [{ kind: 'pods/exec' }, { kind: 'Pod', name: '../secrets' }, { kind: 'Pod', select: ['$..x'] }]) {
    await expect(cluster.call('get_resource', input)).rejects.toThrow()
  }
  expect(cluster.requests).toEqual([])
})
