// One method of the Web API: its scope, how often it may be called, what it takes and what it does.
import { z } from 'zod'
import type { Tier } from './rate-limit.ts'
import type { Workspace } from './workspace.ts'

export type Answer = Record<string, unknown> | Refusal

/** What is wrong, in Slack's word for it. */
export class Refusal {
  readonly error: string
  readonly messages: string[]
  constructor(error: string, messages: string[] = []) {
    this.error = error
    this.messages = messages
  }
}

export type Method = {
  /** The bot's scope it needs; `app`: an app-level token with connections:write; `none`: no token at all; absent: the bot's token. */
  scope?: string
  rate: Tier | 'message'
  run(input: Record<string, unknown>, workspace: Workspace): Answer
}

export function method<T extends z.ZodObject>(given: {
  scope?: string
  rate: Tier | 'message'
  input: T
  run(input: z.output<T>, workspace: Workspace): Answer
}): Method {
  const { scope, rate } = given
  return {
    ...(scope !== undefined && { scope }),
    rate,
    run(input, workspace) {
      const parsed = given.input.safeParse(input)
      if (parsed.success) return given.run(parsed.data, workspace)
      return new Refusal(
        'invalid_arguments',
        parsed.error.issues.map(({ path, message }) => `[ERROR] ${path.join('.')}: ${message}`),
      )
    },
  }
}

/** A field that a form carries as JSON in a string. */
export function json<T extends z.ZodType>(schema: T): z.ZodPreprocess<T> {
  return z.preprocess(value => (typeof value === 'string' ? JSON.parse(value) : value), schema)
}

export const blocksField = json(z.array(z.looseObject({ type: z.string() }))).optional()
export const metadataField = json(
  z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }),
).optional()
export const flag = z.preprocess(value => value === true || value === 'true', z.boolean())
