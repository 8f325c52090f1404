import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  Log,
  Metrics,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordingOf, shop, start, startTinyCluster, type TinyCluster } from './tiny-cluster.ts'

let cluster: TinyCluster
let config: KubeConfig

beforeEach(async () => {
  const logs = [{ at: start - 1_000, namespace: 'shop', pod: 'web-new-a', line: 'hello' }]
  const metrics = [{ at: start - 1_000, namespace: 'shop', pod: 'web-new-a', cpu: '5m', memory: '9Mi' }]
  cluster = await startTinyCluster({ recording: recordingOf({ objects: shop(), logs, metrics }), token: 'right' })
  config = new KubeConfig()
  const server = { name: 'tiny', server: cluster.url, skipTLSVerify: true }
  config.loadFromClusterAndUser(server, { name: 'me', token: 'right' })
})
afterEach(() => cluster.close())

test('the official JavaScript client lists, patches, reads logs and metrics, and may', async () => {
  const core = config.makeApiClient(CoreV1Api)
  const { items, metadata } = await core.listNamespacedPod({ namespace: 'shop', labelSelector: 'app=web' })
  expect(items.map(pod => [pod.metadata?.name, pod.status?.phase])).toEqual([
    ['web-new-a', 'Running'],
    ['web-new-b', 'Running'],
  ])
  expect(metadata?.resourceVersion).toMatch(/^\d+$/)

  const apps = config.makeApiClient(AppsV1Api)
  const patched = await apps.patchNamespacedDeployment(
    {
      namespace: 'shop',
      name: 'web',
      body: [{ op: 'replace', path: '/spec/replicas', value: 3 }],
      fieldManager: 'acme',
    },
    setHeaderOptions('Content-Type', PatchStrategy.JsonPatch),
  )
  expect(patched.metadata).toMatchObject({ generation: 2, managedFields: [{ manager: 'acme' }] })

  const log = new PassThrough()
  await new Log(config).log('shop', 'web-new-a', 'web', log, { tailLines: 5 })
  expect(await text(log)).toBe('hello\n')
  const [usage] = (await new Metrics(config).getPodMetrics('shop')).items
  expect(usage?.containers).toEqual([{ name: 'web', usage: { cpu: '5m', memory: '9Mi' } }])

  const resourceAttributes = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'shop' }
  const authorization = config.makeApiClient(AuthorizationV1Api)
  const review = await authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } })
  expect(review.status?.allowed).toBe(true)
})

test('its watch hears of a pod that goes and of the one that follows', async () => {
  const { metadata } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'shop' })
  const heard: string[] = []
  const followed = new Promise<void>((resolve, reject) => {
    const hear = (phase: string, pod: { metadata: { name: string } }) => {
      heard.push(phase)
      if (phase === 'ADDED' && !pod.metadata.name.startsWith('web-new-a')) resolve()
    }
    const query = { resourceVersion: metadata?.resourceVersion }
    void new Watch(config).watch('/api/v1/namespaces/shop/pods', query, hear, reject).catch(reject)
  })
  await config.makeApiClient(CoreV1Api).deleteNamespacedPod({ namespace: 'shop', name: 'web-new-a' })
  await followed
  expect(heard).toEqual(['MODIFIED', 'ADDED'])
})
