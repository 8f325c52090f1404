// What a chat was told: the memory of the worker that delivers, and of the door that takes in. Part of IncidentStore.
import type { ChatName, Thread } from './thread.ts'
import type { Millis } from './signal.ts'

/**
 * One message of ours in one chat. Written before it is sent, with `sentAt` and no thread: after a crash in between it
 * is looked for before it is sent again. `version`: of the incident when it was last shown there, 0 before.
 */
export type Delivery = {
  chat: ChatName
  key: string
  incident: string
  version: number
  sentAt: Millis
  thread?: Thread
}

/** Something a platform handed us, kept until it is dealt with. `body` is what the platform sent, already checked. */
export type Received = { id: string; at: Millis; body: string }
