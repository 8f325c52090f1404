// Every tool of every server against the simulated cloud, with arguments nobody should send and approvals nobody gave: all
// of them are parsed, one in so many is called too. FUZZ_SETS sets how many there are, FUZZ_SEED which.
import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seal } from '#incident/approval.ts'
import { Fault } from '#incident/fault.ts'
import { SERVERS } from '#incident/tool-call.ts'
import type { Json, ToolCall } from '#incident/tool-call.ts'
import { describe } from '#mcp-servers/describe.ts'
import { parseArguments } from '#mcp-servers/arguments.ts'
import { inputOf } from '#mcp-servers/gate.ts'
import { argumentsFor, wordsIn } from './arbitrary-arguments.ts'
import type { Schema, Words } from './arbitrary-arguments.ts'
import { unknownPaths } from './known-paths.ts'
import { changesOf, openWorld, story } from './world.ts'
import type { World } from './world.ts'

const SETS = Number(process.env['FUZZ_SETS'] ?? 100_000) // over all tools
const CALLED = 20 // one in so many: 5,000 calls take half a minute
const SLOW_CALLED = 120 // of what reads every source at each call
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123)
const LARGEST_TEXT = 512 * 1024
const LONGEST_REFUSAL = 4000
const SLOW = ['detect_incidents', 'cluster_anomalies']

let world: World
let words: Words

beforeAll(async () => {
  world = await openWorld(story('bad-rollout'))
  await world.until('an incident is opened', 40, ([incident]) => incident !== undefined)
  words = await knownWords()
})
afterAll(() => world.close())

it.each(SERVERS)(
  '%s answers or refuses, whatever it is sent, and changes nothing',
  { timeout: 300_000 },
  async server => {
    const tools = world.house.servers.find(({ name }) => name === server)?.tools ?? []
    expect(tools.length).toBeGreaterThan(2)
    const outcomes: Record<string, number> = {}
    const runs = Math.ceil(SETS / world.house.servers.flatMap(each => each.tools).length)
    for (const tool of tools) {
      const { name } = tool
      const input = inputOf(tool)
      const every = SLOW.includes(name) ? SLOW_CALLED : CALLED
      const schema = JSON.parse(JSON.stringify(describe(tool).inputSchema)) as Schema
      const sent = fc.tuple(argumentsFor(schema, words), fc.constantFrom(...APPROVALS))
      let nth = 0
      await fc.assert(
        fc.asyncProperty(sent, async ([given, approval]) => {
          const refused = refusalOf(() => parseArguments(input, given))
          if (nth++ % every > 0) return
          const call = { server, tool: name, arguments: given }
          const outcome = await outcomeOf(call, approval(call))
          expect(outcome).not.toBe('processing') // a defect of ours; everything else says whose fault it is
          // The protocol's own parser drops `__proto__` on the way: what is left may be fine.
          if (refused && !Object.hasOwn(given, '__proto__')) expect(outcome).toBe('validation')
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        }),
        { numRuns: runs, seed: SEED },
      )
    }
    expect(outcomes).toMatchObject({ answered: expect.any(Number), validation: expect.any(Number) })
    if (server === 'kubernetes') expect(outcomes['forbidden']).toBeGreaterThan(10) // calls that only the gate stopped
    expect(changesOf(world.simulator)).toEqual([])
    expect(unknownPaths(world.simulator.journal.lines())).toEqual([])
  },
)

/** What the arguments are refused with before anything is called; never anything but a Fault of the caller's. */
function refusalOf(parse: () => unknown): Fault | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    expect(error.code).toBe('validation')
    expect(error.message.length).toBeLessThan(LONGEST_REFUSAL)
    return error
  }
}

/** The code of the Fault, or `answered`. */
async function outcomeOf(call: ToolCall, approval: string | undefined): Promise<string> {
  try {
    const options = { deadlineMillis: 8000, ...(approval !== undefined && { approval }) }
    const { text, structured } = await world.house.toolbox.call(call, options)
    expect(structured).toBeTypeOf('object')
    expect(text.length).toBeLessThan(LARGEST_TEXT)
    return 'answered'
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    expect(error.message).not.toBe('')
    return error.code
  }
}

const { privateKey: stranger } = generateKeyPairSync('ed25519')

/** None; rubbish; and one whose every field fits, sealed by somebody else. */
const APPROVALS: readonly ((call: ToolCall) => string | undefined)[] = [
  () => undefined,
  () => 'e30.e30',
  call => {
    const { dry_run: _dryRun, ...given } = call.arguments
    const approval = {
      remedy: 'INC-1-R1',
      actionId: 'a',
      call: { ...call, arguments: given },
      uid: 'u',
      generation: 1,
      approvedAt: world.clock.now,
      expiresAt: world.clock.now + 600_000,
      approvedBy: ['web::local'],
      policy: '',
    }
    return seal(approval, stranger)
  },
]

/** What the tools that need no argument answer about the cloud as it is, so that calls get past the first check. */
async function knownWords(): Promise<Words> {
  const answers = await Promise.all(
    world.house.servers.flatMap(({ name: server, tools }) =>
      tools
        .filter(({ input }) => input.safeParse({}).success)
        .map(({ name: tool }) => world.house.toolbox.call({ server, tool, arguments: {} }, { deadlineMillis: 8000 })),
    ),
  )
  const incidents = await world.incidents()
  return wordsIn([JSON.parse(JSON.stringify([answers.map(({ structured }) => structured), incidents])) as Json])
}
