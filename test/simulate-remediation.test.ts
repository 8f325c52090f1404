// simulate_remediation in a whole house: the dry run reaches the API server, and nothing is changed or written down.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { changesOf, firstRemedy, openWorld, story } from './world.ts'
import type { World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await openWorld(story('bad-rollout'))
})
afterAll(() => world.close())

it('says what the remedy of an incident would change now, by the same dry run as a preview', async () => {
  const [incident] = await world.until('a remedy is proposed', 60, ([first]) =>
    Boolean(first?.remedies.some(({ call }) => call !== undefined)),
  )
  const remedy = firstRemedy(incident)
  const call = { server: 'orchestrator', tool: 'simulate_remediation', arguments: { remedy_id: remedy.id } } as const
  const { structured, text } = await world.house.toolbox.call(call, { deadlineMillis: 8000 })
  expect(structured).toMatchObject({ remedy: remedy.id, call: remedy.call, possible: true, refusals: [] })
  expect(text).toMatchInlineSnapshot(`
    "INC-1-R1 (rollback_workload) could be done now, touching 4 pods
    would change: replica set: checkout-c87d8d9f89 -> checkout-b85c475db9
    would change: image: registry.example/shop/checkout:v2.31 -> registry.example/shop/checkout:v2.30
    holds: the former revision exists (checkout-b85c475db9, revision 2)
    holds: the former revision was healthy (3 of its pods are ready now)
    holds: what its pods need is still there (they name no config map, claim or account)
    holds: some pods serve while others are replaced (a new pod is started first, maxSurge 25%)
    holds: no GitOps controller would undo it (no mark of Argo CD or Flux on it)
    holds: nothing pins what it runs (not paused, RollingUpdate)
    holds: its disruption budget has room (no budget covers it)
    not known: it ran without an incident of its own (the record has none, but does not reach back to its beginning)
    holds: no other remedy is under way on it (none is)"
  `)
  expect(world.simulator.journal.lines().some(({ path }) => path.includes('dryRun=All'))).toBe(true)
  expect(changesOf(world.simulator)).toEqual([])
  expect((await world.incidents())[0]?.version).toBe(incident?.version)
})
