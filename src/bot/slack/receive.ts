// What came in, written down before it is acknowledged. A form whose answer makes no sense goes back to the one who filled it in.
import { z } from 'zod'
import { asFault } from '#incident/fault.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { Inbox } from '../inbox.ts'
import { eventSchema } from './event-schema.ts'
import type { Forms } from './forms.ts'
import type { Receive } from './intake.ts'
import { commandSchema, interactionSchema } from './interaction-schema.ts'

export function createReceive(given: {
  inbox: Inbox
  forms: Forms
  clock: () => Millis
  log: Log
  observe: Observe
}): Receive {
  const { inbox, clock, observe } = given

  async function take(body: unknown): Promise<object | undefined> {
    const { data: came } = bodySchema.safeParse(body)
    if (!came) return undefined // none of ours
    const { id, arrived } = came
    if (arrived.kind !== 'submitted') {
      await inbox.take(id, arrived)
      return undefined
    }
    const { user, note, values } = arrived
    const read = await given.forms.read(note, values)
    if ('problems' in read) return { response_action: 'errors', errors: read.problems }
    await inbox.take(id, { kind: 'wanted', user, place: note.place, action: read.action })
    return undefined
  }

  return async body => {
    const started = clock()
    try {
      return await take(body)
    } catch (error) {
      given.log.error({ chat: 'slack', cause: asFault(error).cause }, `not taken: ${asFault(error).message}`)
      throw error
    } finally {
      observe.time('chat_ack_duration_seconds', (clock() - started) / 1000, { chat: 'slack' })
    }
  }
}

const bodySchema = z.union([eventSchema, interactionSchema, commandSchema])
