// What came in, written down before it is acknowledged. A form whose answer makes no sense goes back to the one who filled it in.
import type { Observe } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { Inbox } from '../inbox.ts'
import { readArrived } from './arrived.ts'
import type { Receive } from './doors.ts'
import type { Forms } from './forms.ts'

export function createReceive(given: { inbox: Inbox; forms: Forms; clock: () => Millis; observe: Observe }): Receive {
  const { inbox, clock, observe } = given

  async function take(body: unknown): Promise<object | undefined> {
    const came = readArrived(body)
    if (!came) return undefined
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
    } finally {
      observe.time('chat_ack_duration_seconds', (clock() - started) / 1000, { chat: 'slack' })
    }
  }
}
