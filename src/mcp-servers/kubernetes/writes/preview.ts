// What a write would do, tried on the API server without keeping it, and every reason why it cannot be done now.
import type { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Preview } from '#incident/remedy.ts'
import type { ToolContext } from '../../define.ts'
import { meaningOf } from '../classify.ts'
import type { Action } from './action.ts'
import { pathOf, readFacts, readRaw } from './facts.ts'
import type { Reader } from './facts.ts'
import { guardedPatch } from './patch.ts'
import { prerequisitesOf } from './prerequisites.ts'
import { gitOpsOwner, refusalsOf, whyRejected } from './refusals.ts'

/** Throws a Fault: `not_found`, or `network` when the API server did not say whether it would take it. */
export async function preview<Input extends z.ZodObject>(
  action: Action<Input>,
  input: z.output<Input>,
  { signal, now }: ToolContext,
  reader: Reader,
): Promise<Preview> {
  const target = action.target(input)
  const raw = await readRaw(reader, target, signal)
  if (!raw) throw new Fault('not_found', `There is no ${target.kind} ${target.name} in ${target.namespace}.`)
  const facts = await readFacts(reader, target, raw, signal)
  const { uid, generation = 0 } = facts.workload.metadata
  const looking = action.prerequisites(input, facts, now(), reader, signal)
  const change = await action.change(input, facts, now(), reader, signal)
  const refusals = [...refusalsOf(facts), ...change.refusals]
  if (refusals.length === 0) {
    const planned = { uid, generation, actionId: 'dry-run' }
    const answer = await reader.client.patch(
      pathOf(target),
      guardedPatch(raw, planned, change.settings),
      { dryRun: true },
      signal,
    )
    const meaning = meaningOf(answer, planned)
    if (meaning === 'rejected') refusals.push(`The API server would refuse it: ${whyRejected(answer)}.`)
    else if (meaning !== 'applied' && meaning !== 'no-op') {
      throw new Fault('network', `The API server did not say whether it would take a change of ${target.name}.`)
    }
  }
  const owner = gitOpsOwner(facts.workload)
  const [hpa] = facts.autoscalers ?? []
  const [pdb] = facts.budgets ?? []
  const { checked, former } = await looking
  return {
    at: now(),
    uid,
    generation,
    diff: change.diff,
    pods: change.pods,
    refusals,
    checked: [...checked, ...prerequisitesOf(facts)],
    ...(former && { former }),
    ...(pdb && { pdb: `${pdb.metadata.name} allows ${pdb.status?.disruptionsAllowed ?? 0} disruptions now` }),
    ...(hpa && { hpa: `${hpa.metadata.name}, ${hpa.spec?.minReplicas ?? 1} to ${hpa.spec?.maxReplicas ?? '?'} pods` }),
    ...(owner && { owner }),
    ...(change.inverse && { inverse: change.inverse }),
  }
}
