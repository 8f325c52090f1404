// The way every write goes: try it on the API server without keeping it, or do it exactly once. What is changed is the
// action's to say; that it happens at most once, and that we know how it ended, is settled here.
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Permit } from '#incident/approval.ts'
import { Fault } from '#incident/fault.ts'
import type { Outcome, Preview, ToolCall } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import { defineWriteTool } from '../../define.ts'
import type { ToolContext, WriteTool } from '../../define.ts'
import { toolCallSchema } from '../../wire.ts'
import { meaningOf, standingOf } from '../classify.ts'
import type { Meaning, Planned, Standing } from '../classify.ts'
import { faultOf } from '../client.ts'
import type { Answer } from '../client.ts'
import { pathOf, readFacts, readRaw } from './facts.ts'
import type { Facts, Reader, Target } from './facts.ts'
import { guardedPatch } from './patch.ts'
import type { JsonMap, Setting } from './patch.ts'
import { gitOpsOwner, refusalsOf } from './refusals.ts'

export type Change = {
  /** Reasons of this action alone why it cannot be done now. */
  refusals: string[]
  settings: Setting[]
  /** One line a change, for people. */
  diff: string[]
  pods: number
  inverse?: ToolCall
  /** "scaled from 3 to 5" */
  done: string
}

export type Action<Input extends z.ZodObject> = {
  name: string
  title: string
  description: string
  input: Input
  target(input: z.output<Input>): Target
  /** What it comes to for this workload. `at` is the moment of the approval, so that the same approval gives the same change. */
  change(
    input: z.output<Input>,
    facts: Facts,
    at: Millis,
    reader: Reader,
    signal: AbortSignal,
  ): Promise<Change> | Change
}

export type Writing = Reader & { pause?: (millis: number, signal: AbortSignal) => Promise<unknown> }

const output = z.object({
  at: z.number().optional(),
  uid: z.string().optional(),
  generation: z.int().optional(),
  diff: z.array(z.string()).optional(),
  pods: z.int().optional(),
  pdb: z.string().optional(),
  hpa: z.string().optional(),
  owner: z.string().optional(),
  refusals: z.array(z.string()).optional(),
  inverse: toolCallSchema.optional(),
  result: z.enum(['applied', 'no-op', 'drifted', 'gone', 'rejected']).optional(),
  detail: z.string().optional(),
})

export function guardedWrite<Input extends z.ZodObject>(action: Action<Input>, writing: Writing): WriteTool {
  const { name, title, description, input } = action
  return defineWriteTool({
    name,
    title,
    description,
    input,
    output,
    hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
    dryRun: (given, context) => preview(action, given, context, writing),
    write: (given, context, permit) => write(action, given, context, permit, writing),
    text: ({ result, detail, diff = [], refusals = [] }) =>
      result ? `${result}: ${detail}` : [...diff, ...refusals.map(each => `refused: ${each}`)].join('\n'),
  })
}

async function preview<Input extends z.ZodObject>(
  action: Action<Input>,
  input: z.output<Input>,
  { signal, now }: ToolContext,
  writing: Writing,
): Promise<Preview> {
  const target = action.target(input)
  const raw = await readRaw(writing, target, signal)
  if (!raw) throw new Fault('not_found', `There is no ${target.kind} ${target.name} in ${target.namespace}.`)
  const facts = await readFacts(writing, target, raw, signal)
  const { uid, generation = 0 } = facts.workload.metadata
  const change = await action.change(input, facts, now(), writing, signal)
  const refusals = [...refusalsOf(facts), ...change.refusals]
  if (refusals.length === 0) {
    const planned = { uid, generation, actionId: 'dry-run' }
    const answer = await writing.client.patch(
      pathOf(target),
      guardedPatch(raw, planned, change.settings),
      { dryRun: true },
      signal,
    )
    const meaning = meaningOf(answer, planned)
    if (meaning === 'rejected')
      refusals.push(`The API server would refuse it (${answer.status}): ${WHY[answer.status ?? 0] ?? WHY_NOT}.`)
    else if (meaning !== 'applied' && meaning !== 'no-op') throw unsettled(answer, target)
  }
  const owner = gitOpsOwner(facts.workload)
  const [hpa] = facts.autoscalers ?? []
  const [pdb] = facts.budgets
  return {
    at: now(),
    uid,
    generation,
    diff: change.diff,
    pods: change.pods,
    refusals,
    ...(pdb && { pdb: `${pdb.metadata.name} allows ${pdb.status?.disruptionsAllowed ?? 0} disruptions now` }),
    ...(hpa && { hpa: `${hpa.metadata.name}, ${hpa.spec?.minReplicas ?? 1} to ${hpa.spec?.maxReplicas ?? '?'} pods` }),
    ...(owner && { owner }),
    ...(change.inverse && { inverse: change.inverse }),
  }
}

const WHY_NOT = 'it does not take this change'
const WHY: Record<number, string> = {
  401: 'it does not accept our credentials',
  403: 'a permission, a quota or an admission rule forbids it',
  404: 'it has no such API',
  422: 'the result would not be valid',
}

/** Throws a retryable Fault while it is not known how it ended; then the same permit may come again. */
async function write<Input extends z.ZodObject>(
  action: Action<Input>,
  input: z.output<Input>,
  { signal }: ToolContext,
  permit: Permit,
  writing: Writing,
): Promise<Outcome> {
  const target = action.target(input)
  const planned: Planned = { uid: permit.uid, generation: permit.generation, actionId: permit.actionId }
  const raw = await readRaw(writing, target, signal)
  const standing = standingOf(raw, planned)
  if (!raw || standing !== 'untouched') return settled(standing, target, raw)
  const facts = await readFacts(writing, target, raw, signal)
  const change = await action.change(input, facts, permit.approvedAt, writing, signal)
  const refusals = [...refusalsOf(facts), ...change.refusals]
  if (refusals.length > 0) return { result: 'rejected', detail: refusals.join(' ') }

  const pause = writing.pause ?? ((millis: number, abort: AbortSignal) => wait(millis, undefined, { signal: abort }))
  const path = pathOf(target)
  let patch = guardedPatch(raw, planned, change.settings)
  await permit.intend(patch)
  let mayLand = false // an earlier try that was never answered
  for (const millis of [...PAUSES, undefined]) {
    const answer = await writing.client.patch(
      path,
      patch,
      { dryRun: false },
      AbortSignal.any([signal, AbortSignal.timeout(ONE_TRY)]),
    )
    const meaning = meaningOf(answer, planned)
    if (meaning === 'applied' || meaning === 'no-op' || meaning === 'drifted' || meaning === 'gone')
      return settled(meaning, target, parsed(answer), change)
    if (meaning === 'rejected' && !mayLand)
      return {
        result: 'rejected',
        detail: `The API server refused it (${answer.status}): ${WHY[answer.status ?? 0] ?? WHY_NOT}.`,
      }
    if (meaning === 'read again') {
      const now = await readRaw(writing, target, signal)
      const found = standingOf(now, planned)
      if (!now || found !== 'untouched') return settled(found, target, now, change)
      // As approved, and yet a test failed: a map has appeared that was not there, the controller's annotations for one.
      patch = guardedPatch(now, planned, change.settings)
      await permit.intend(patch)
    }
    mayLand ||= meaning === 'unknown'
    if (signal.aborted || millis === undefined || meaning === 'rejected') throw unsettled(answer, target)
    await pause(pauseAfter(meaning, answer, millis), signal).catch(() => undefined)
  }
  throw unsettled({ sent: true, cause: undefined }, target)
}

const ONE_TRY: Millis = 5000 // an API server that is well answers in 50 ms; the same patch again is harmless
const PAUSES: Millis[] = [250, 500, 1000, 2000, 4000]
const LONGEST_PAUSE: Millis = 5000

function pauseAfter(meaning: Meaning, answer: Answer, millis: Millis): Millis {
  if (meaning === 'read again') return 0
  const asked = answer.status === undefined ? 0 : (answer.retryAfter ?? 0) * 1000
  return Math.min(Math.max(asked, millis), LONGEST_PAUSE)
}

function settled(standing: Standing, { kind, name }: Target, object: JsonMap | undefined, change?: Change): Outcome {
  const generation = generationOf(object)
  switch (standing) {
    case 'applied':
      return {
        result: 'applied',
        generation,
        detail: change ? `${name} was ${change.done}.` : `${name} already carries this action; nothing was done again.`,
        ...(change?.inverse && { inverse: change.inverse }),
      }
    case 'gone':
      return { result: 'gone', detail: `The ${kind} ${name} that was approved no longer exists.` }
    case 'no-op':
    case 'untouched':
      return { result: 'no-op', detail: `${name} was already as asked for; nothing changed.` }
    case 'drifted':
      return { result: 'drifted', detail: `${name} was changed since it was approved; nothing was done.` }
  }
}

function generationOf(object: JsonMap | undefined): number {
  const metadata = object?.['metadata']
  const generation = typeof metadata === 'object' && metadata && 'generation' in metadata ? metadata.generation : 0
  return typeof generation === 'number' ? generation : 0
}

function parsed(answer: Answer): JsonMap | undefined {
  return answer.status === undefined || answer.status >= 300 ? undefined : (JSON.parse(answer.body) as JsonMap)
}

function unsettled(answer: Answer, { kind, name }: Target): Fault {
  const { cause } = faultOf(answer, `PATCH ${kind}`)
  return new Fault(
    'network',
    `It is not known yet whether ${name} was changed; the same approval will be tried again.`,
    {
      cause,
      retryable: true,
    },
  )
}
