// Every scenario, by name. The first is the one `demo` plays unless told otherwise.
import type { Scenario } from '../story.ts'
import { badRollout } from './bad-rollout.ts'
import { badSettings } from './bad-settings.ts'
import { batchFillsNode } from './batch-fills-node.ts'
import { cardProcessorDown } from './card-processor-down.ts'
import { memoryLeak } from './memory-leak.ts'
import { quiet } from './quiet.ts'
import { tooManyConnections } from './too-many-connections.ts'

export const scenarios: readonly [Scenario, ...Scenario[]] = [
  badRollout,
  tooManyConnections,
  memoryLeak,
  batchFillsNode,
  badSettings,
  cardProcessorDown,
  quiet,
]

/** Throws an Error that lists the names there are. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find(scenario => scenario.name === name)
  if (found) return found
  throw new Error(`expected a scenario: ${scenarios.map(scenario => scenario.name).join(', ')}; got ${name}`)
}
