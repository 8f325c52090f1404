// From the first sign to resolved, over each scenario: what the cloud shows, what the house makes of it, what a person
// presses, and what comes of it.
import { expect, test } from 'vitest'
import { incidentCard } from '#cards/incident-card.ts'
import type { Incident } from '#incident/incident.ts'
import type { Entry } from '#incident/record.ts'
import type { Json } from '#incident/tool-call.ts'
import { ANA, changesOf, firstRemedy, openWorld, reached, story } from './world.ts'

const MINUTE = 6 // ticks
const LONG = { timeout: 180_000 } // on a machine that does other things too

/** The whole way of a person who looks, asks, presses twice by mistake, and waits; with what was to be seen at each stop. */
async function journey(scenario: string) {
  const world = await openWorld(story(scenario))
  const { house, simulator } = world
  try {
    await world.until('an incident opens', 2 * MINUTE, incidents => incidents.length > 0)
    for (let tick = 0; tick < MINUTE; tick++) await world.tick() // as long as somebody takes to come and read
    const found = await world.incidents()
    const remedy = firstRemedy(found[0])
    const why = await house.respond.ask({ kind: 'ask', question: 'why?', incident: remedy.incident }, ANA)
    const preview = await house.respond.press({ kind: 'preview', remedy: remedy.id }, ANA)
    const changedBefore = changesOf(simulator).length
    const presses = await Promise.all(
      [0, 1].map(() => house.respond.press({ kind: 'approve', remedy: remedy.id }, ANA).then(({ result }) => result)),
    )
    await reached(house, remedy.id, ['APPLIED'])
    const changedByPress = changesOf(simulator).length
    const ended = await world.until('it resolves', 6 * MINUTE, ([latest]) => latest?.phase === 'resolved')
    for (let tick = 0; tick < 2 * MINUTE; tick++) await world.tick()
    const after = await world.incidents()
    const changed = changesOf(simulator)
    const record = await house.store.entriesAfter(0, 10_000)
    const verdict = await house.store.verify()
    return {
      found,
      remedy,
      why,
      preview,
      changedBefore,
      presses,
      changedByPress,
      ended,
      after,
      changed,
      record,
      verdict,
    }
  } finally {
    await world.close()
  }
}

const journeys = new Map<string, ReturnType<typeof journey>>()

function journeyOf(scenario: string): ReturnType<typeof journey> {
  const known = journeys.get(scenario) ?? journey(scenario)
  journeys.set(scenario, known)
  return known
}

type Expected = { scenario: string; service: string; tool: string; given: Record<string, Json> }

const DEPLOYMENT = { namespace: 'shop', kind: 'Deployment' }
const TROUBLES: Expected[] = [
  {
    scenario: 'bad-rollout',
    service: 'checkout',
    tool: 'rollback_workload',
    given: { ...DEPLOYMENT, name: 'checkout' },
  },
  {
    scenario: 'too-many-connections',
    service: 'orders',
    tool: 'scale_workload',
    given: { ...DEPLOYMENT, name: 'orders', replicas: 3 },
  },
  {
    scenario: 'memory-leak',
    service: 'payments',
    tool: 'rollback_workload',
    given: { ...DEPLOYMENT, name: 'payments' },
  },
  {
    scenario: 'batch-fills-node',
    service: 'reports',
    tool: 'scale_workload',
    given: { ...DEPLOYMENT, name: 'reports', replicas: 1 },
  },
  {
    scenario: 'bad-settings',
    service: 'catalogue',
    tool: 'rollback_workload',
    given: { ...DEPLOYMENT, name: 'catalogue' },
  },
]

test.each(TROUBLES)(
  '$scenario: one incident, the right cause, one press, one change, resolved',
  LONG,
  async expected => {
    const { found, remedy, why, preview, ...then } = await journeyOf(expected.scenario)

    expect(found.map(({ title }) => title)).toHaveLength(1)
    const [incident] = found
    expect(incident).toMatchObject({ phase: 'open', missing: [] })
    expect(incident?.rootCauses[0]?.entity.service).toBe(expected.service)
    expect(new Set(incident?.signals.map(({ source }) => source)).size).toBeGreaterThanOrEqual(3)
    expect(incident?.remedies[0]).toMatchObject({
      id: remedy.id,
      call: { tool: expected.tool, arguments: expected.given },
    })
    expectGrounded(incident)

    const known = new Set(incident?.signals.map(({ id }) => id))
    expect(why.claims.length).toBeGreaterThan(0)
    for (const { evidence } of why.claims) expect(evidence.filter(id => known.has(id))).not.toEqual([])
    expect(why.claims.flatMap(({ evidence }) => evidence).filter(id => !known.has(id))).toEqual([])

    expect(preview).toMatchObject({ result: 'done', remedy: { state: 'PREVIEWED', preview: { refusals: [] } } })
    expect(then.changedBefore).toBe(0)
    expect(then.presses.toSorted()).toEqual(['already done', 'done'])
    expect(then.changedByPress).toBe(1)

    expect(then.ended).toMatchObject([{ id: incident?.id, resolvedBecause: 'recovered after a remedy' }])
    expect(then.ended[0]?.remedies.find(({ id }) => id === remedy.id)?.state).toBe('VERIFIED')
    expect(actionsOf(then.ended[0])).toContainEqual({ kind: 'undo', remedy: remedy.id })
    expect(then.after.map(({ id, phase }) => [id, phase])).toEqual([[incident?.id, 'resolved']])
    expect(then.changed).toHaveLength(1)
    expect(then.changed[0]?.path).toContain(`/deployments/${expected.given['name']}`)
    expect(then.verdict).toEqual({ ok: true, entries: then.record.length })
  },
)

test('the same story gives the same record, step by step', LONG, async () => {
  const [first, second] = [await journeyOf('bad-rollout'), await journey('bad-rollout')]
  expect(second.record.map(step)).toEqual(first.record.map(step))
})

test(
  'card-processor-down: what is outside is named, nothing is to be pressed, and it resolves when that is back',
  LONG,
  async () => {
    const world = await openWorld(story('card-processor-down'))
    await world.until('an incident opens', 2 * MINUTE, incidents => incidents.length > 0)
    for (let tick = 0; tick < MINUTE; tick++) await world.tick()
    const [incident] = await world.incidents()
    expect(incident?.rootCauses[0]?.entity).toMatchObject({ kind: 'External', service: 'api.cardgate.example' })
    expect(incident?.remedies.length).toBeGreaterThan(0)
    expect(incident?.remedies.filter(({ type }) => type !== 'investigate')).toEqual([])
    expectGrounded(incident)
    // What a log said counts for a quarter of an hour, and the outage lasts four minutes.
    for (let look = 0; look < 22 * 2; look++) await world.tick(30_000)
    const ended = await world.incidents()
    expect(ended.map(({ id, phase, resolvedBecause }) => [id, phase, resolvedBecause])).toEqual([
      [incident?.id, 'resolved', 'recovered'],
    ])
    expect(changesOf(world.simulator)).toEqual([])
    await world.close()
  },
)

test('quiet: twenty minutes of noise, and nobody is called', LONG, async () => {
  const world = await openWorld(story('quiet'))
  for (let look = 0; look < 21 * 3; look++) {
    const { missing } = await world.tick(20_000)
    expect(missing).toEqual([])
  }
  expect((await world.incidents()).map(({ title }) => title)).toEqual([])
  expect(changesOf(world.simulator)).toEqual([])
  await world.close()
})

/** Everything a person may rely on, rests on signals the incident holds. */
function expectGrounded(incident: Incident | undefined): void {
  const known = new Set(incident?.signals.map(({ id }) => id))
  for (const { evidence, reasons } of incident?.rootCauses ?? []) {
    expect(evidence).not.toEqual([])
    expect(reasons).not.toEqual([])
    expect(evidence.filter(id => !known.has(id))).toEqual([])
  }
  for (const { a, b, explanation } of incident?.correlations ?? []) {
    expect([a, b].filter(id => !known.has(id))).toEqual([])
    expect(explanation).not.toBe('')
  }
}

/** What can be pressed, below the card and in its menu. */
function actionsOf(incident: Incident | undefined) {
  const card = incident && incidentCard(incident, { now: incident.updatedAt, zone: 'UTC' })
  const buttons = card?.parts.find(part => part.kind === 'buttons')
  return [...(buttons?.buttons ?? []), ...(buttons?.menu?.items ?? [])].map(({ action }) => action)
}

/** An entry without what is drawn at random: ports, the action's id, and the seal and hashes that cover it. */
function step({ seq, incident, version, at, by, happening }: Entry) {
  const text = JSON.stringify(happening, (key, value) => (RANDOM.includes(key) ? undefined : value))
  return {
    seq,
    incident,
    version,
    at,
    by,
    happening: JSON.parse(text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1')) as unknown,
  }
}

const RANDOM = ['actionId', 'sealed', 'patch']
