// The same incident in Slack, in Teams and on the web: what is done in one is seen in all.
import { afterEach, expect, test, vi } from 'vitest'
import { createWebChat } from '#bot/web.ts'
import { readIncident } from '#incident/store.ts'
import { openDesk } from './desk.ts'
import type { Desk } from './desk.ts'
import { textOfBlocks } from './slack-payload.ts'
import { ANA, INCIDENTS, openWorkplace } from './slack-workplace.ts'
import type { Workplace } from './slack-workplace.ts'
import { openTeamsWorld, readable } from './teams-world.ts'
import type { TeamsWorld } from './teams-world.ts'

let desk: Desk
let work: Workplace
let world: TeamsWorld
afterEach(async () => {
  await desk.close()
  await work.close()
  await world.close()
})

test('looked at in Slack, approved in Teams, too late in Slack: one change, and every thread says so', async () => {
  world = await openTeamsWorld({ answer: (event, soon) => desk.conversation(event, soon) })
  const { store, teams, now, advance } = world
  const { ana } = teams.tenant.people
  work = await openWorkplace('http', { store: () => store })
  const web = createWebChat({ clock: now })
  const anaInTeams = { chat: 'teams', team: teams.tenant.id, user: ana.aadObjectId ?? '' } as const
  const anaInSlack = { chat: 'slack', team: 'T00000001', user: ANA } as const
  const responders = [anaInTeams, anaInSlack]
  const pass = (millis: number) => {
    advance(millis)
    work.pass(millis)
  }
  desk = openDesk({ store, chats: [web, work.chat, world.chat], responders, clock: now, advance: pass })
  work.answer(desk.conversation)
  await desk.deliver.begin()

  const inSlack = () => work.slack.said(INCIDENTS).filter(({ by }) => by === work.slack.workspace.bot.user)
  const inTeams = () => world.ours().filter(({ to }) => to === undefined)
  await seen(() => {
    expect(inSlack()).toHaveLength(1)
    expect(inTeams()).toHaveLength(1)
  })
  const [slackMessage, teamsMessage] = [inSlack()[0]!, inTeams()[0]!]
  await work.slack.people.press(ANA, slackMessage, 'Roll back…')
  await seen(() => expect(textOfBlocks(inSlack()[1]?.blocks)).toContain('Before you approve'))
  expect(inTeams()).toHaveLength(1) // nobody looked there
  const asItWas = structuredClone(inSlack()[1]!) // on a screen that has not caught up

  await teams.people.press(ana, teamsMessage, 'Roll back…')
  await seen(() => expect(inTeams()).toHaveLength(2))
  await teams.people.press(ana, inTeams()[1]!, 'Approve: roll back')
  await seen(() => {
    expect(textOfBlocks(inSlack()[0]?.blocks)).toContain('Applied. Watching the same signals')
    expect(textOfBlocks(inSlack()[1]?.blocks)).toContain('Approved by Ana')
    expect(readable(inTeams()[0]!)).toContain('Applied. Watching the same signals')
  })

  const whispers = work.slack.whispered(ANA).length
  await work.slack.people.press(ANA, asItWas, 'Approve: roll back')
  await seen(() => expect(work.slack.whispered(ANA).length).toBeGreaterThan(whispers))
  expect(textOfBlocks(work.slack.whispered(ANA).at(-1)?.blocks)).toMatch(/^Already (done|approved).*by Ana/)
  expect(desk.changes).toHaveLength(1)
  const { threads } = await readIncident(store, 'INC-42')
  expect(threads.map(({ chat }) => chat).sort()).toEqual(['slack', 'teams', 'web'])
})

async function seen(holds: () => void): Promise<void> {
  await vi.waitFor(async () => {
    await desk.deliver.flush()
    holds()
  })
}
