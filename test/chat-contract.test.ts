// The port Chat, held by the web, Slack and Teams.
import { describe } from 'vitest'
import { createWebChat } from '#bot/web.ts'
import { cardOf } from '#cards/message-card.ts'
import { cardText } from '#cards/text.ts'
import type { Person } from '#incident/remedy.ts'
import { chatContract, remoteChatContract } from './contracts/chat.ts'
import { textOfBlocks } from './slack-payload.ts'
import { ANA, INCIDENTS, openWorkplace } from './slack-workplace.ts'
import { openTeamsWorld, readable } from './teams-world.ts'

describe('web', () => {
  chatContract(async () => {
    const chat = createWebChat({ clock: () => 0 })
    const person: Person = { chat: 'web', user: 'local', name: 'Ana' }
    return {
      chat,
      now: () => 0,
      pass() {},
      person,
      personId: person.user,
      shown: () =>
        chat.said(person).map(({ thread, message, to }) => ({
          thread,
          text: cardText(cardOf(message, { now: 0, zone: 'UTC' }), { width: 1_000, colour: false }),
          ...(to && { to: to.user }),
        })),
      close: async () => undefined,
    }
  })
})

describe('slack', () => {
  remoteChatContract(async () => {
    const { chat, slack, store, now, pass, close } = await openWorkplace('http')
    const method = 'chat.postMessage'
    return {
      chat,
      now,
      pass,
      close,
      person: { chat: 'slack', team: 'T00000001', user: ANA, name: 'Ana' },
      personId: ANA,
      shown: () =>
        slack.workspace.messages
          .filter(({ channel, by }) => channel === INCIDENTS && by === slack.workspace.bot.user)
          .map(({ ts: id, threadTs: parent, blocks, to }) => ({
            thread: { id, ...(parent !== undefined && { parent }) },
            text: textOfBlocks(blocks),
            ...(to !== undefined && { to }),
          })),
      remember: (key, thread) =>
        store.keepDelivery({ chat: 'slack', key, incident: 'INC-42', version: 1, sentAt: now(), thread }),
      strike(fault) {
        const strikes = {
          'rate limit': { kind: 'status', status: 429, retryAfterSeconds: 7 },
          refusal: { kind: 'error', error: 'not_in_channel' },
          'lost answer': { kind: 'drop', accepted: true },
          'lost request': { kind: 'drop' },
        } as const
        slack.faults.add({ ...strikes[fault], method, times: 1 })
      },
    }
  })
})

describe('teams', () => {
  remoteChatContract(async () => {
    const { chat, teams, store, now, advance, ours, close } = await openTeamsWorld()
    const { ana } = teams.tenant.people
    return {
      chat,
      now,
      pass: advance,
      close,
      person: { chat: 'teams', team: teams.tenant.id, user: ana.aadObjectId ?? '', name: ana.name },
      personId: ana.id,
      shown: () =>
        ours().map(said => ({
          thread: { id: said.id, ...(said.root !== undefined && { parent: said.root }) },
          text: readable(said),
          ...(said.to !== undefined && { to: said.to }),
        })),
      remember: (key, thread) =>
        store.keepDelivery({ chat: 'teams', key, incident: 'INC-42', version: 1, sentAt: now(), thread }),
      strike(fault) {
        const strikes = {
          'rate limit': { kind: 'status', status: 429, retryAfterSeconds: 7 },
          refusal: { kind: 'status', status: 403 },
          'lost answer': { kind: 'drop after' },
          'lost request': { kind: 'drop before' },
        } as const
        teams.faults.add({ ...strikes[fault], method: 'POST', path: /activities/, times: 1 })
      },
    }
  })
})
