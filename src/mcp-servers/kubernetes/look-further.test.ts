// What is listed beyond the first half of a look: nothing in a quiet cluster, and else only what could explain what is seen.
import { afterEach, expect, test } from 'vitest'
import { readingSchema } from '../signal-schema.ts'
import { ago, event, node, NOW, object, pod, service, workload } from '../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const well = [...workload('cart'), service('cart'), node('node-1')]
const FURTHER =
  /\/(jobs|networkpolicies|poddisruptionbudgets|validatingwebhookconfigurations|apiservices|ingressclasses|certificates)\?/

async function listedFor(objects: Raw[], lines: string[] = []): Promise<string[]> {
  const logs = lines.map(line => ({ at: NOW - 60_000, namespace: 'shop', pod: 'cart-7f9dd8b6c2-aaaaa', line }))
  cluster = await simulatedCluster(objects, { 'kubernetes/logs': logs })
  await cluster.call('get_signals', { from: NOW - 300_000, to: NOW })
  return cluster.requests.flatMap(({ path }) => FURTHER.exec(path)?.[1] ?? []).sort()
}

const cordoned = { ...node('node-1'), spec: { unschedulable: true } }
const failedJob = event('BackoffLimitExceeded', 'Job has reached the specified backoff limit', {
  kind: 'Job',
  name: 'report-1',
})

const refused = event('FailedCreate', 'failed calling webhook "pods.example": no endpoints', {
  kind: 'ReplicaSet',
  name: 'cart-7f9dd8b6c2',
})
const going = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'trial', deletionTimestamp: ago(40) },
  status: { phase: 'Terminating' },
}
const front = object('networking.k8s.io/v1', 'Ingress', 'front', { spec: { ingressClassName: 'nginx' } })
const issued = object('cert-manager.io/v1', 'Certificate', 'front', {})

const ended = pod('report', 'aaaaa', {
  metadata: { ownerReferences: [{ kind: 'Job', name: 'report-1', controller: true }] },
  status: { phase: 'Succeeded' },
})

test.each<[string, Raw[], string[], string[]]>([
  ['a quiet cluster', well, [], []],
  ['a timeout', well, ['ERROR dial tcp 10.0.0.9:80: i/o timeout'], ['networkpolicies']],
  ['a webhook that does not answer', [...well, refused], [], ['validatingwebhookconfigurations']],
  ['a namespace that does not go', [...well, going], [], ['apiservices']],
  ['an ingress of a class', [...well, front], [], ['ingressclasses']],
  ['custom kinds, and all is well', [...well, issued], [], []],
  [
    'custom kinds, and an answer of 503',
    [...well, issued],
    ['"GET / HTTP/1.1" 503 UH no_healthy_upstream'],
    ['certificates'],
  ],
  ['custom kinds, and an error', [...well, issued], ['ERROR cannot verify certificate'], ['certificates']],
  ['a job that failed', [...well, failedJob], [], ['jobs']],
  ['jobs at all: of one that failed hours ago nothing else may be left', [...well, ended], [], ['jobs']],
  ['a cordoned node that still has pods', [...workload('cart'), cordoned], [], ['poddisruptionbudgets']],
])('%s', async (_what, objects, lines, expected) => {
  expect(await listedFor(objects, lines)).toEqual(expected)
})

test('one that may not be listed is named, and the rest stands', async () => {
  cluster = await simulatedCluster([...well, failedJob, pod('web', 'x', { state: { ready: false } })])
  cluster.trip((request, response) => {
    if (!request.url?.startsWith('/apis/batch/')) return false
    response.writeHead(403).end('{"kind":"Status","reason":"Forbidden","code":403}')
    return true
  })
  const page = readingSchema.parse(await cluster.call('get_signals', { from: NOW - 300_000, to: NOW }))
  expect(page.missing.map(({ what }) => what)).toEqual(['jobs'])
})
