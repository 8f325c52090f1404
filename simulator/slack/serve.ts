// A Slack workspace that runs on this machine: Web API, Socket Mode, signed requests. It shares nothing with the product it is for.
import { listen } from '../listen.ts'
import { createDeliver, PATIENCE_MILLIS } from './delivery.ts'
import type { Deliver } from './delivery.ts'
import { openFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { createGestures } from './gestures.ts'
import type { Gestures } from './gestures.ts'
import { openJournal } from './journal.ts'
import type { Journal } from './journal.ts'
import { chatMethods } from './methods/chat.ts'
import { conversationMethods } from './methods/conversations.ts'
import { fileMethods } from './methods/files.ts'
import { peopleMethods } from './methods/people.ts'
import { streamMethods } from './methods/stream.ts'
import { viewMethods } from './methods/views.ts'
import { openSocketMode } from './socket-mode.ts'
import type { SocketMode } from './socket-mode.ts'
import { webApi } from './web-api.ts'
import type { ResponseUrls, Tokens } from './web-api.ts'
import { openWorkspace } from './workspace.ts'
import type { Message, Millis, View, Workspace } from './workspace.ts'

export type Slack = {
  /** Of the Web API, as SLACK_API_URL takes it. */
  apiUrl: string
  tokens: Tokens
  signingSecret: string
  workspace: Workspace
  journal: Journal
  faults: Faults
  socket: SocketMode
  people: Gestures
  deliver: Deliver
  /** Where requests go while no socket is open. */
  pointTo(requestUrl: string): void
  /** What everybody in a channel sees, oldest first. */
  said(channel: string): Message[]
  /** What only this person sees, oldest first. */
  whispered(user: string): Message[]
  /** The modal or the home tab in front of somebody. */
  viewOf(user: string, type: View['type']): View | undefined
  close(): Promise<void>
}

/** What docs ask a bot to be given; take one away to see what happens without. */
const SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'users:read',
]

/** `patienceMillis`: how long Slack waits for an acknowledgement; absent: its own three seconds. */
export async function openSlack(given: { clock: () => Millis; patienceMillis?: Millis }): Promise<Slack> {
  const workspace = openWorkspace(given)
  const tokens: Tokens = { bot: 'xoxb-simulated', app: 'xapp-simulated', scopes: new Set(SCOPES) }
  const signingSecret = 'simulated-signing-secret'
  const journal = openJournal()
  const faults = openFaults()
  const responseUrls: ResponseUrls = new Map()
  const triggers = new Map<string, { user: string; until: Millis }>()
  const socket = await openSocketMode()
  let url = ''
  let requestUrl: string | undefined

  const methods = {
    ...peopleMethods,
    ...chatMethods,
    ...streamMethods,
    ...conversationMethods,
    ...fileMethods(() => url),
    ...viewMethods(useTrigger),
    'apps.connections.open': socket.method,
  }
  const listener = await listen(webApi({ workspace, methods, tokens, responseUrls, faults, journal }))
  url = listener.url
  const { clock, patienceMillis = PATIENCE_MILLIS } = given
  const deliver = createDeliver({ clock, signingSecret, socket, requestUrl: () => requestUrl, patienceMillis })

  return {
    apiUrl: `${url}/api/`,
    tokens,
    signingSecret,
    workspace,
    journal,
    faults,
    socket,
    people: createGestures({ workspace, deliver, responseUrls, triggers, url: () => url }),
    deliver,
    pointTo: to => void (requestUrl = to),
    said: channel => workspace.messages.filter(message => message.channel === channel && message.to === undefined),
    whispered: user => workspace.messages.filter(({ to }) => to === user),
    viewOf: (user, type) => workspace.views.findLast(view => view.user === user && view.type === type && view.isOpen),
    async close() {
      await socket.close()
      await listener.close()
    },
  }

  function useTrigger(id: string): { user: string } | { error: string } {
    const known = triggers.get(id)
    if (!known) return { error: 'invalid_trigger_id' }
    triggers.delete(id)
    return known.until < given.clock() ? { error: 'expired_trigger_id' } : { user: known.user }
  }
}
