// A streamed answer in a personal chat: a line that says what is being done, then the card in its place.
// https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux
import type { StreamInfoEntity } from '@microsoft/teams.api'
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Connector } from './connector.ts'
import type { Outgoing } from './render.ts'

export type Stream = {
  /** In place of the line; a plain message where Teams takes no stream. Throws a Fault when that is refused too. */
  end(activity: Outgoing): Promise<void>
}

/** `line`: ours, never text from outside. */
export function openStream(connector: Connector, conversation: string, line: string, log: Log): Stream {
  const info: StreamInfoEntity = { type: 'streaminfo', streamType: 'informative', streamSequence: 1 }
  const begun = connector
    .post(conversation, { type: 'typing', text: line, entities: [info] })
    .catch((error: unknown) => {
      log.debug({ chat: 'teams', cause: asFault(error).cause }, `no stream: ${asFault(error).message}`)
      return undefined
    })

  return {
    async end(activity) {
      const streamId = await begun
      if (streamId === undefined) return void (await connector.post(conversation, activity))
      const last: StreamInfoEntity = { type: 'streaminfo', streamId, streamType: 'final' }
      await connector.finish(conversation, { ...activity, entities: [last] })
    },
  }
}
