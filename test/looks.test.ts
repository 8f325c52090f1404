// The looks that the analysis advises are calls that the Kubernetes server takes as they are: their names are the API server's own.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { looksAt } from '#analysis/looks.ts'
import { Fault } from '#incident/fault.ts'
import type { RootCause } from '#incident/incident.ts'
import type { Entity, State } from '#incident/signal.ts'
import { NOW, node, service, workload } from './kubernetes/objects.ts'
import { simulatedCluster } from './kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from './kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
beforeAll(async () => {
  cluster = await simulatedCluster([...workload('cart'), service('cart'), node('node-1')])
})
afterAll(() => cluster.close())

const cart: Entity = { namespace: 'shop', kind: 'Deployment', name: 'cart', service: 'cart' }
const FAULTS = `CrashLoopBackOff OOMKilled ImagePullBackOff FailedScheduling ClaimPending QuotaExceeded Evicted CpuAtLimit
  EndpointsEmpty NetworkPolicyBlocks DnsFailing WebhookFailing LivenessProbeFailed ConfigurationMissing CertificateExpired`
const KINDS = ['Deployment', 'Pod', 'Service', 'PersistentVolumeClaim', 'Ingress', 'Node', 'HorizontalPodAutoscaler']

test.each(FAULTS.split(/\s+/))('%s, of whatever it is seen on', async fault => {
  for (const kind of KINDS) {
    const name = kind === 'Node' ? 'node-1' : kind === 'Pod' ? 'cart-7f9dd8b6c2-aaaaa' : 'cart'
    const { namespace: _namespace, ...clusterWide } = cart
    const entity = { ...(kind === 'Node' ? clusterWide : cart), kind, name }
    const state: State = {
      id: 'kubernetes:state',
      kind: 'state',
      source: 'kubernetes',
      entity,
      at: NOW,
      since: NOW,
      severity: 'high',
      labels: {},
      writer: 'system',
      fault,
      text: '',
      points: 10,
      witness: ['shop/cart-7f9dd8b6c2-aaaaa: seen'],
    }
    const cause: RootCause = { entity, fault, score: 1, confidence: 0.4, reasons: [], evidence: [state.id] }
    const looks = looksAt(cause, [state], [state])
    expect(looks.length).toBeGreaterThan(0)
    for (const { call } of looks) {
      const answer = await cluster.call(call.tool, call.arguments).catch((error: unknown) => error)
      const isTaken = answer instanceof Fault ? answer.code === 'not_found' : !(answer instanceof Error)
      expect(isTaken, `${JSON.stringify(call)}: ${String(answer)}`).toBe(true)
    }
  }
})
