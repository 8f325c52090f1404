// The Bot Connector through the SDK's client: posts, edits, messages for one person, members. Always at the configured
// address, never where an activity says; a call a message, no retries; every failure is a Fault.
import type { Client as ApiClient, TeamsChannelAccount } from '@microsoft/teams.api'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { teamsFault } from './fault.ts'
import type { Outgoing } from './render.ts'
import type { TeamsSettings } from './settings.ts'
import type { Tokens } from './token.ts'

export type Connector = {
  /** The new message's id. `to`: the Teams id (29:…) of the only one who sees it. */
  post(conversation: string, activity: Outgoing, to?: string): Promise<string>
  /** What ends a stream: Teams answers that without an id. */
  finish(conversation: string, activity: Outgoing): Promise<void>
  update(conversation: string, id: string, activity: Outgoing): Promise<void>
  /** The personal chat with somebody, made when there is none. `forbidden` where the app may not write to them. */
  personal(to: string): Promise<string>
  /** By Teams id or directory id; undefined when they are not a member. */
  member(conversation: string, id: string): Promise<Member | undefined>
  members(conversation: string): Promise<Member[]>
}

/** `id`: the Teams id, 29:… */
export type Member = { id: string; aadObjectId?: string; name: string; tenantId?: string; userRole?: string }

const MOST_PAGES = 20 // of 500: a team holds at most 25,000, and only 60 of them can be shown their own view
const PAGE_SIZE = 500

export function createConnector(given: {
  api: ApiClient
  tokens: Pick<Tokens, 'forget'>
  settings: Pick<TeamsSettings, 'clientId' | 'tenantId'>
}): Connector {
  const { tokens, settings } = given
  const { conversations } = given.api

  async function tried<T>(doing: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      const fault = teamsFault(error, doing)
      if (fault.code === 'authentication') tokens.forget()
      throw fault
    }
  }

  return {
    post: (conversation, activity, to) =>
      tried(to === undefined ? 'post a message' : 'write to one person', async () => {
        const aimed = { ...activity, recipient: { id: to ?? '', name: '', role: 'user' as const, isTargeted: true } }
        const posted = await (to === undefined
          ? conversations.createActivity(conversation, activity)
          : conversations.createTargetedActivity(conversation, aimed))
        return idOf(posted)
      }),
    finish: (conversation, activity) =>
      tried('end a stream', async () => {
        await conversations.createActivity(conversation, activity)
      }),
    update: (conversation, id, activity) =>
      tried('edit a message', async () => {
        await conversations.updateActivity(conversation, id, { ...activity, id })
      }),
    personal: to =>
      tried('write to one person', async () => {
        const { tenantId, clientId } = settings
        const bot = { id: `28:${clientId}`, name: '', role: 'bot' as const }
        const channelData = { tenant: { id: tenantId } }
        const members = [{ id: to, name: '', role: 'user' as const }]
        return idOf(await conversations.create({ bot, members, tenantId, channelData, isGroup: false }))
      }),
    async member(conversation, id) {
      try {
        return memberOf(await tried('look somebody up', () => conversations.getMemberById(conversation, id)))
      } catch (error) {
        if (error instanceof Fault && error.code === 'not_found') return undefined
        throw error
      }
    },
    members: conversation =>
      tried('list the members of the channel', async () => {
        const found: Member[] = []
        let continuation: string | undefined
        for (let page = 0; page < MOST_PAGES; page++) {
          const { members, continuationToken } = await conversations.getPagedMembers(
            conversation,
            PAGE_SIZE,
            continuation,
          )
          found.push(...members.map(memberOf))
          if (!continuationToken) break
          continuation = continuationToken
        }
        return found
      }),
  }
}

function idOf(answer: unknown): string {
  const { data } = z.object({ id: z.string().min(1) }).safeParse(answer)
  if (data) return data.id
  throw new Fault('processing', 'Teams took a message and did not say what it calls it.')
}

function memberOf(account: TeamsChannelAccount): Member {
  const { data } = memberSchema.safeParse(account)
  if (data) return data
  throw new Fault('processing', 'Teams told us of a member in a shape we do not know.')
}

const memberSchema = z.object({
  id: z.string().min(1),
  aadObjectId: z.string().optional(),
  name: z.string().catch(''),
  tenantId: z.string().optional(),
  userRole: z.string().optional(),
})
