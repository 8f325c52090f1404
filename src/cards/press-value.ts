// What a button carries, as text: a press, written down and read again. Both chats use it; what a platform sends back is checked here.
import { z } from 'zod'
import { COMPLAINTS } from '#incident/incident.ts'
import { FORM_KINDS } from './card.ts'
import type { Press } from './card.ts'

/**
 * At most 150 characters for everything our cards offer: what a menu item of Slack holds. Signals, titles and reasons
 * never travel in a button: a press that would need them becomes the form that asks for them.
 * pressValue({ kind: 'approve', remedy: 'INC-42-R1' }) -> '{"kind":"approve","remedy":"INC-42-R1"}'
 */
export function pressValue(press: Press): string {
  return JSON.stringify(asked(press))
}

function asked(press: Press): Press {
  switch (press.kind) {
    case 'split':
      return { kind: 'form', form: 'split', about: press.incident }
    case 'known':
      return { kind: 'form', form: 'known', about: press.incident }
    case 'declare':
      return { kind: 'form', form: 'declare', about: '' }
    case 'deny':
      return press.reason === undefined ? press : { kind: 'form', form: 'deny', about: press.remedy }
    default:
      return press
  }
}

/** What `pressValue` wrote; undefined for anything else, whoever sent it. */
export function pressOf(value: string): Press | undefined {
  if (value.length > LONGEST_VALUE) return undefined
  try {
    const { data } = pressSchema.safeParse(JSON.parse(value))
    return data
  } catch {
    return undefined
  }
}

/** Of a button of Slack, https://docs.slack.dev/reference/block-kit/block-elements/button-element: more was never written by us. */
const LONGEST_VALUE = 2000

const id = z.string().regex(/^[A-Za-z0-9-]{1,40}$/) // INC-42, INC-42-R1
const DAY = 86_400_000

const pressSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['preview', 'approve', 'undo', 'deny']), remedy: id }),
  z.strictObject({ kind: z.enum(['acknowledge', 'resolve', 'show', 'details', 'postmortem', 'look']), incident: id }),
  z.strictObject({ kind: z.literal('ask'), question: z.string().min(1).max(500), incident: id.optional() }),
  z.strictObject({
    kind: z.literal('mute'),
    millis: z
      .int()
      .positive()
      .max(30 * DAY),
    incident: id.optional(),
    service: z.string().min(1).max(253).optional(), // the longest name Kubernetes knows
  }),
  z.strictObject({ kind: z.literal('merge'), incident: id, into: id }),
  z.strictObject({
    kind: z.literal('feedback'),
    incident: id,
    helpful: z.boolean(),
    why: z.enum(COMPLAINTS).optional(),
  }),
  z.strictObject({ kind: z.enum(['raise', 'leave', 'lower']), incident: id }),
  z.strictObject({
    kind: z.literal('unmute'),
    incident: id.optional(),
    service: z.string().min(1).max(253).optional(),
  }),
  z.strictObject({
    kind: z.literal('known'),
    incident: id,
    reason: z.string().min(1).max(200),
    ticket: z.string().max(300).optional(),
    millis: z.int().positive().optional(),
  }),
  z.strictObject({ kind: z.literal('unknown'), incident: id }),
  z.strictObject({ kind: z.enum(['list', 'status', 'settings', 'help']) }),
  z.strictObject({
    kind: z.literal('form'),
    form: z.enum(FORM_KINDS),
    about: id.or(z.literal('')),
  }),
]) satisfies z.ZodType<Press>
