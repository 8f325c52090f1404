// What the Slack chat is told: credentials, where to post, and what it may ask of the rest of the house.
import type { Message } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { DrawPicture } from '../picture.ts'
import type { Route } from '../route.ts'

export type SlackSettings = {
  botToken: string
  /** With it Slack is spoken to over a socket we open: Socket Mode. */
  appToken?: string
  /** With it Slack may call /slack/events. */
  signingSecret?: string
  /** Id of the channel where no route says another. */
  channel: string
  /** Of the Web API; absent: Slack's own. */
  apiUrl?: string
  routes: readonly Route[]
}

export type SlackGiven = {
  settings: SlackSettings
  store: IncidentStore
  picture?: DrawPicture
  clock: () => Millis
  /** Ends early, without an error, when told. */
  pause: (millis: number, signal: AbortSignal) => Promise<void>
  log: Log
  observe: Observe
}

/** What the home tab and somebody who joins late are shown. */
export type Looks = { open(): Promise<Incident[]>; status(): Promise<Message & { kind: 'status' }> }

export const SLACK_API = 'https://slack.com/api/'
