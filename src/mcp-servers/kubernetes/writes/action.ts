// What one kind of write is: whom it is about and what it comes to. How it is previewed (preview.ts) and done at most once
// (once.ts) is the same for all.
import type { z } from 'zod'
import type { Prerequisite, Preview } from '#incident/remedy.ts'
import type { ToolCall } from '#incident/tool-call.ts'
import type { Millis } from '#incident/signal.ts'
import type { Facts, Reader, Target } from './facts.ts'
import type { Setting } from './patch.ts'

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
  /** What of its own should hold before, looked into for a preview; `signal` bounds it. Never throws for what cannot be read. */
  prerequisites(input: z.output<Input>, facts: Facts, at: Millis, reader: Reader, signal: AbortSignal): Promise<Looked>
}

export type Looked = { checked: Prerequisite[] } & Pick<Preview, 'former'>
