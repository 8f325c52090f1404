// A write that happens at most once, and of which we know how it ended: the same guarded patch is sent until the object or
// an answer settles it. The cluster object is the arbiter.
import { setTimeout as wait } from 'node:timers/promises'
import type { z } from 'zod'
import type { Permit } from '#incident/approval.ts'
import { Fault } from '#incident/fault.ts'
import type { Outcome } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import type { ToolContext } from '../../define.ts'
import { faultOf } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { meaningOf, standingOf } from '../classify.ts'
import type { Meaning, Planned, Standing } from '../classify.ts'
import type { Action, Change } from './action.ts'
import { pathOf, readFacts, readRaw } from './facts.ts'
import type { Reader, Target } from './facts.ts'
import { guardedPatch, mapAt } from './patch.ts'
import type { JsonMap } from './patch.ts'
import { refusalsOf, whyRejected } from './refusals.ts'

export type Writing = Reader & { pause?: (millis: number, signal: AbortSignal) => Promise<unknown> }

/** Throws a retryable Fault while it is not known how it ended; then the same permit may come again. */
export async function once<Input extends z.ZodObject>(
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
  if (refusals.length > 0) {
    if (!permit.mayLand) return { result: 'rejected', detail: refusals.join(' ') }
    // What refuses may be the work of our own earlier try, landed since we looked: a rollout under way, for one.
    const now = await readRaw(writing, target, signal)
    const found = standingOf(now, planned)
    if (found === 'untouched') throw unsettled(target)
    return settled(found, target, now)
  }

  const pause = writing.pause ?? ((millis: number, abort: AbortSignal) => wait(millis, undefined, { signal: abort }))
  const path = pathOf(target)
  let patch = guardedPatch(raw, planned, change.settings)
  await permit.intend(patch)
  let { mayLand } = permit // an earlier try that was never answered
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
      return { result: 'rejected', detail: `The API server refused it: ${whyRejected(answer)}.` }
    if (meaning === 'read again') {
      const now = await readRaw(writing, target, signal).catch((cause: unknown) => {
        throw unsettled(target, cause)
      })
      const found = standingOf(now, planned)
      if (!now || found !== 'untouched') return settled(found, target, now, change)
      // As approved, and yet a test failed: a map has appeared that was not there, the controller's annotations for one.
      patch = guardedPatch(now, planned, change.settings)
      await permit.intend(patch)
    }
    mayLand ||= meaning === 'unknown'
    if (signal.aborted || millis === undefined || meaning === 'rejected')
      throw unsettled(target, faultOf(answer, 'PATCH'))
    await pause(pauseAfter(meaning, answer, millis), signal).catch(() => undefined)
  }
  throw unsettled(target)
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
      return { result: 'drifted', detail: `${name} was changed since it was approved, and does not carry this action.` }
  }
}

function generationOf(object: JsonMap | undefined): number {
  const generation = mapAt(object, ['metadata'])?.['generation']
  return typeof generation === 'number' ? generation : 0
}

function parsed(answer: Answer): JsonMap | undefined {
  return answer.status === undefined || answer.status >= 300 ? undefined : (JSON.parse(answer.body) as JsonMap)
}

function unsettled({ name }: Target, cause?: unknown): Fault {
  const message = `It is not known yet whether ${name} was changed; the same approval will be tried again.`
  return new Fault('network', message, { cause, retryable: true })
}
