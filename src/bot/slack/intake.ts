// Where Bolt hands over what came in. Bolt would acknowledge an event before any listener has run; here it is acknowledged
// when it is written down, and Bolt is left with the protocols.
import { App } from '@slack/bolt'
import type { Receiver, ReceiverEvent } from '@slack/bolt'
import type { Log } from '#incident/observe.ts'
import { sdkLogger } from './client.ts'

/** Durable when it resolves: then it is acknowledged, with what it resolved to. When it throws, Slack sends it again. */
export type Receive = (body: unknown) => Promise<object | undefined>

export class Intake extends App {
  readonly #receive: Receive

  constructor(receiver: Receiver, receive: Receive, log: Log) {
    super({ receiver, authorize: async () => ({}), logger: sdkLogger(log) })
    this.#receive = receive
  }

  override async processEvent({ body, ack }: ReceiverEvent): Promise<void> {
    await ack(await this.#receive(body))
  }
}
