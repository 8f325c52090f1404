import { expect, test } from 'vitest'
import { incidentSchema } from '#mcp-servers/wire.ts'
import { faultsApart, faultsApartFact } from './faults-apart.ts'
import type { Label } from './labels.ts'
import { followAll } from './replayed.ts'
import type { Step } from './replayed.ts'

const AT = '2026-03-01T10:00:00.000Z'

const label: Label = {
  start: 0,
  end: 1,
  case: 'two',
  tick: '60s',
  snapshot: false,
  windows: [],
  scoredNormal: [],
  groups: {
    by: 'namespace',
    of: { shop: 'one', trains: 'two' },
    faults: [
      { id: 'one', target: { kind: 'app', name: 'cart', namespace: 'shop' } },
      { id: 'two', target: { kind: 'app', name: 'fares', namespace: 'trains' } },
    ],
  },
}

/** An incident that names `cause` and holds a signal of each of `namespaces`. */
function opened(id: string, cause: string, namespaces: string[]): Step {
  const [namespace, name] = cause.split('/') as [string, string]
  const entity = { namespace, kind: 'Deployment', name, service: name }
  const incident = incidentSchema.parse({
    id,
    timestamp: AT,
    severity: 'high',
    title: id,
    description: '',
    status: 'open',
    confidence: 0.9,
    openedAt: AT,
    updatedAt: AT,
    onset: AT,
    phase: 'open',
    cameBack: false,
    sources: [],
    correlations: [],
    clusters: [],
    remediationSuggestions: [],
    services: [],
    findings: [],
    wellServices: [],
    ruledOut: [],
    missing: [],
    groupedSignals: namespaces.map((held, i) => ({
      id: `${id}/${i}`,
      source: 'grafana',
      at: AT,
      entity: { namespace: held, service: 'any' },
    })),
    rootCauses: [{ entity, score: 1, confidence: 0.9, reasons: [], evidence: [] }],
  })
  return { type: 'opened', at: AT, incident }
}

test('each fault with an incident of its own, its cause first, is perfect', () => {
  const steps = [opened('a', 'shop/cart', ['shop', 'shop']), opened('b', 'trains/fares', ['trains', 'trains'])]
  const fact = faultsApartFact(label, followAll(steps))
  expect(fact).toMatchObject({ own: 1, namedFirst: 1, covered: 2, incidents: 2 })
  expect(faultsApart([fact!], 0)).toMatchObject({ pairF1: { value: 1 }, ari: { value: 1 }, incidentsPerFault: 1 })
})

test('one incident for both is precise about neither', () => {
  const fact = faultsApartFact(label, followAll([opened('a', 'shop/cart', ['shop', 'shop', 'trains', 'trains'])]))
  expect(fact).toMatchObject({ own: 0, namedFirst: 0.5 })
  expect(faultsApart([fact!], 0)).toMatchObject({ pairPrecision: { value: 1 / 3 }, pairRecall: { value: 1 } })
})

test('silence is neither precise nor complete', () => {
  expect(faultsApart([faultsApartFact(label, [])!], 0)).toMatchObject({ pairF1: { value: 0 }, faultsCovered: 0 })
})
