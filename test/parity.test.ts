// One journey through the web, Slack and Teams: the same states, and on every card the same facts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { createWebChat } from '#bot/web.ts'
import type { Card } from '#cards/card.ts'
import { plain } from '#cards/card.ts'
import { diagnosis, rollback } from '#cards/fixtures/checkout.ts'
import { cardOf as cardOfMessage } from '#cards/message-card.ts'
import type { Action, ChatEvent, Message } from '#incident/chat.ts'
import type { ChatName } from '#incident/thread.ts'
import { open } from '#incident/follow.ts'
import { IN_FLIGHT } from '#incident/remedy.ts'
import type { Person } from '#incident/remedy.ts'
import { mainRow } from '#incident/say.ts'
import { amend, readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { textOfBlocks } from './slack-payload.ts'
import { openWorkplace, ANA as SLACK_ANA, INCIDENTS, STRANGER } from './slack-workplace.ts'
import { openTeamsWorld, readable } from './teams-world.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import { openDesk } from './desk.ts'
import type { Desk } from './desk.ts'

type Who = 'ana' | 'stranger'
type Where = 'main' | 'remedy'
type TeamsCard = Record<string, unknown>

/** One chat as people meet it. Every answer is text as it is read. */
type Place = {
  store: IncidentStore
  desk: Desk
  now(): number
  /** The incident's message as everybody sees it. */
  main(): Promise<string>
  /** The message of the remedy, once somebody has asked what it would change. */
  remedy(): Promise<string>
  /** Presses on a message; what the presser is told. */
  press(who: Who, where: Where, label: string): Promise<string>
  /** The same on the message as it is now, however it looks by then: somebody's client is slow to show what changed. */
  keep(where: Where): Promise<(who: Who, label: string) => Promise<string>>
  ask(question: string): Promise<string>
  close(): Promise<void>
}

const PLACES: Record<ChatName, () => Promise<Place>> = { web: onTheWeb, slack: inSlack, teams: inTeams }

type Stage = { name: string; facts: string[]; seen: string }
type Journey = { stages: Stage[]; told: string[]; states: string[]; changes: number }

async function journey(chat: ChatName, place: Place): Promise<Journey> {
  const { store, desk, now } = place
  const stages: Stage[] = []
  const told: string[] = []
  const settle = async () => {
    await vi.waitFor(async () => {
      await desk.deliver.flush()
      const incident = await readIncident(store, 'INC-42')
      expect(incident.remedies.some(({ state }) => IN_FLIGHT.includes(state))).toBe(false)
      const row = mainRow(await store.deliveries(chat, 'INC-42'), incident, chat)?.version ?? 0
      const news = (await store.read('INC-42')).filter(({ happening }) => happening.type !== 'posted')
      expect(row).toBeGreaterThanOrEqual(news.at(-1)?.version ?? 0)
    })
  }
  const look = async (name: string, message?: Message) => {
    await settle()
    const incident = await readIncident(store, 'INC-42')
    const card = cardOfMessage(message ?? { kind: 'incident', incident }, { now: now(), zone: 'UTC' })
    stages.push({ name, facts: factsOf(card), seen: await (message ? place.remedy() : place.main()) })
  }
  const lookAtRemedy = async (name: string) => {
    await settle()
    const incident = await readIncident(store, 'INC-42')
    const [remedy] = incident.remedies
    if (remedy) await look(name, { kind: 'preview', incident, remedy, approvers: ['responder'] })
  }

  await desk.deliver.begin()
  await look('open')
  await amend(store, 'INC-42', now(), 'system', () => [
    { type: 'updated', reason: 'severity changed', diagnosis: { ...diagnosis, severity: 'critical' } },
  ])
  await look('worse')
  told.push(await place.ask('Why do you think so?'))
  told.push(await place.press('stranger', 'main', 'Roll back…'))
  told.push(await place.press('ana', 'main', 'Roll back…'))
  await lookAtRemedy('looked at')
  const asItWas = await place.keep('remedy')
  told.push(await place.press('ana', 'remedy', 'Approve: roll back'))
  await look('applied')
  await lookAtRemedy('done')
  told.push(await asItWas('ana', 'Approve: roll back'))
  told.push(await place.press('ana', 'main', 'Undo'))
  await look('undone')
  told.push(await place.press('ana', 'main', 'Close as resolved'))
  await look('resolved')
  const entries = await store.read('INC-42')
  const states = entries
    .filter(({ happening }) => happening.type !== 'posted')
    .map(({ by, happening }) => `${happening.type} ${by === 'system' ? 'system' : by.name}`)
  return { stages, told, states, changes: desk.changes.length }
}

const journeys = new Map<ChatName, Promise<Journey>>()
const places: Place[] = []
function journeyIn(chat: ChatName): Promise<Journey> {
  const known = journeys.get(chat)
  if (known) return known
  const begun = PLACES[chat]().then(place => {
    places.push(place)
    return journey(chat, place)
  })
  journeys.set(chat, begun)
  return begun
}
afterAll(async () => {
  for (const place of places) await place.close()
})

describe.each(['web', 'slack', 'teams'] as const)('%s', chat => {
  test('every fact of every card is there to be read', async () => {
    const { stages } = await journeyIn(chat)
    for (const { name, facts, seen } of stages) {
      for (const fact of facts) expect(timeless(seen), `${name}: ${fact}`).toContain(timeless(fact))
    }
  })

  test('a stranger is refused with the reason; the second press is told who was first; two changes, no more', async () => {
    const { told, changes } = await journeyIn(chat)
    const [why, refused, previewed, approved, again, undone, closed] = told.map(timeless)
    expect(why).toContain('checkout')
    expect(refused).toMatch(/Not done: only people of the workspace|local responder/)
    expect(previewed).toMatch(/2 pods/)
    expect(approved).toMatch(/Approved by Ana/)
    expect(again).toMatch(/Already (done|approved)/)
    expect(undone).toMatch(/Approved by Ana/)
    expect(closed).toMatch(/Closed|Resolved/)
    expect(changes).toBe(2)
  })
})

test('the record is the same, whichever chat it happened in', async () => {
  const [web, slack, teams] = [await journeyIn('web'), await journeyIn('slack'), await journeyIn('teams')]
  expect(slack.states).toEqual(web.states)
  expect(teams.states).toEqual(web.states)
  expect(slack.stages.map(({ name, facts }) => [name, facts.map(timeless)])).toEqual(
    web.stages.map(({ name, facts }) => [name, facts.map(timeless)]),
  )
  expect(teams.stages.map(({ name, facts }) => [name, facts.map(timeless)])).toEqual(
    web.stages.map(({ name, facts }) => [name, facts.map(timeless)]),
  )
})

/** What a card says, a line a fact. Buttons are pressed by their labels, so a missing one fails by itself. */
function factsOf(card: Card): string[] {
  return card.parts.flatMap(part => {
    switch (part.kind) {
      case 'buttons':
      case 'chart':
      case 'feedback':
        return []
      case 'diff':
        return part.lines.map(plain)
      case 'claims':
        return part.items.map(({ text }) => plain(text))
      case 'evidence':
        return part.items.map(({ text }) => plain(text))
      case 'list':
        return part.items.map(({ text }) => plain(text))
      default:
        return [plain(part.text)]
    }
  })
}

/** Each chat shows times in its reader's zone, and the journeys happen at different moments. */
function timeless(text: string): string {
  return text
    .replace(/(?:\d{1,2} [A-Z][a-z]{2} )?\d{2}:\d{2}/g, '⏱')
    .replace(/\(\d+(?:\.\d+)? (?:ms|s|min|h|d)\)/g, '(⏱)')
    .replace(/ · \d+(?:\.\d+)? (?:ms|s|min|h|d) · /g, ' · ⏱ · ')
    .replace(/in \d+ (?:s|min)/g, 'in ⏱')
    .replace(/\d+(?:\.\d+)? (?:s|min|h|d), from/g, '⏱, from')
    .replace(/[“”]/g, '"')
    .replace(/\s+/g, ' ')
}

async function onTheWeb(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'parity-'))
  const store = openSqliteStore(folder)
  let moment = Date.UTC(2026, 10, 20, 13, 8)
  const now = () => moment
  await store.append('INC-42', 0, now(), 'system', open('INC-42', { ...diagnosis, remedies: [rollback] }, []))
  const chat = createWebChat({ clock: now })
  const people: Record<Who, Person> = {
    ana: { chat: 'web', user: 'local', name: 'Ana' },
    stranger: { chat: 'web', user: 'eve', name: 'Eve', standing: 'stranger' },
  }
  const responders = [{ chat: 'web', user: 'local' } as const]
  const desk = openDesk({ store, chats: [chat], responders, clock: now, advance: millis => void (moment += millis) })
  const shown = (card: Card) => factsOf(card).join('\n')
  const reader = () => ({ now: now(), zone: 'UTC' })
  const say = async (event: ChatEvent) => {
    const { message } = await desk.conversation(event)
    return shown(cardOfMessage(message, reader()))
  }
  const find = (where: Where): Card => {
    const kind = where === 'main' ? 'incident' : 'preview'
    const said = chat.said(people.ana, 'INC-42').findLast(({ message }) => message.kind === kind)
    if (!said) throw new Error(`There is no ${where} message.`)
    return cardOfMessage(said.message, reader())
  }
  const pressOn = (card: Card, who: Who, label: string) => {
    const buttons = card.parts.flatMap(part =>
      part.kind === 'buttons' ? [...part.buttons, ...(part.menu?.items ?? [])] : [],
    )
    const button = buttons.find(each => plain(each.label) === label)
    if (!button || button.action.kind === 'form') throw new Error(`Nothing is called “${label}”.`)
    return say({ by: people[who], action: button.action as Action })
  }
  return {
    store,
    desk,
    now,
    main: async () => shown(find('main')),
    remedy: async () => shown(find('remedy')),
    press: (who, where, label) => pressOn(find(where), who, label),
    async keep(where) {
      const card = find(where)
      return (who, label) => pressOn(card, who, label)
    },
    ask: question => say({ by: people.ana, action: { kind: 'ask', question, incident: 'INC-42' } }),
    async close() {
      await desk.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function inSlack(): Promise<Place> {
  const work = await openWorkplace('http')
  const { slack, store, chat } = work
  const responders = [{ chat: 'slack', team: 'T00000001', user: SLACK_ANA } as const]
  const desk = openDesk({ store, chats: [chat], responders, clock: work.now, advance: work.pass })
  work.answer(desk.conversation)
  const ids: Record<Who, string> = { ana: SLACK_ANA, stranger: STRANGER }
  const find = (where: Where) => {
    const message = slack.said(INCIDENTS).filter(({ by }) => by === slack.workspace.bot.user)
    const found =
      where === 'main' ? message[0] : message.find(({ metadata }) => metadata?.event_payload['key'] === 'INC-42-R1')
    if (!found) throw new Error(`There is no ${where} message.`)
    return found
  }
  const newest = async (list: () => { blocks: unknown; isStreaming?: boolean }[], before: number) => {
    await vi.waitFor(() => {
      expect(list().length).toBeGreaterThan(before)
      expect(list().at(-1)?.isStreaming ?? false).toBe(false)
    })
    return textOfBlocks(list().at(-1)?.blocks)
  }
  const pressOn = async (message: ReturnType<typeof find>, who: Who, label: string) => {
    const told = () => slack.whispered(ids[who])
    const before = told().length
    await slack.people.press(ids[who], message, label)
    return newest(told, before)
  }
  return {
    store,
    desk,
    now: work.now,
    main: async () => textOfBlocks(find('main').blocks),
    remedy: async () => textOfBlocks(find('remedy').blocks),
    press: (who, where, label) => pressOn(find(where), who, label),
    async keep(where) {
      const message = structuredClone(find(where))
      return (who, label) => pressOn(message, who, label)
    },
    async ask(question) {
      const { ts } = find('main')
      const replies = () =>
        slack.said(INCIDENTS).filter(({ threadTs, by }) => threadTs === ts && by === slack.workspace.bot.user)
      const before = replies().length
      await slack.people.mention(SLACK_ANA, INCIDENTS, question, ts)
      return newest(replies, before)
    },
    async close() {
      await desk.close()
      await work.close()
    },
  }
}

async function inTeams(): Promise<Place> {
  let desk: Desk | undefined
  const world = await openTeamsWorld({
    answer: (event, soon) => {
      if (!desk) throw new Error('nobody is at the desk yet')
      return desk.conversation(event, soon)
    },
  })
  const { store, chat, teams } = world
  const { tenant } = teams
  await store.append('INC-42', 0, world.now(), 'system', open('INC-42', { ...diagnosis, remedies: [rollback] }, []))
  const responders = [{ chat: 'teams', team: tenant.id, user: tenant.people.ana.aadObjectId ?? '' } as const]
  desk = openDesk({ store, chats: [chat], responders, clock: world.now, advance: world.advance })
  const persons = { ana: tenant.people.ana, stranger: tenant.people.stranger }
  const isTo = (who: Who) => (said: { to?: string }) => said.to === persons[who].id
  const find = (where: Where) => {
    const ours = world.ours().filter(({ to }) => to === undefined)
    const found =
      where === 'main' ? ours[0] : ours.find(said => JSON.stringify(said.versions[0]).includes('io:INC-42-R1'))
    if (!found) throw new Error(`There is no ${where} message.`)
    return found
  }
  const pressOn = async (message: ReturnType<typeof find>, who: Who, label: string, card?: TeamsCard) => {
    const before = world.ours().filter(isTo(who)).length
    const heard = await teams.people.press(persons[who], message, label, card && { card })
    const whispered = world.ours().filter(isTo(who)).slice(before).map(readable)
    return [readable((heard.body ?? {}) as Record<string, unknown>), ...whispered].join('\n')
  }
  return {
    store,
    desk,
    now: world.now,
    main: async () => readable(find('main')),
    remedy: async () => readable(find('remedy')),
    press: (who, where, label) => pressOn(find(where), who, label),
    async keep(where) {
      const message = find(where)
      const card = await teams.people.look(persons.ana, message)
      return (who, label) => pressOn(message, who, label, card)
    },
    async ask(question) {
      const { id } = find('main')
      const replies = () => world.ours().filter(({ root }) => root === id)
      const before = replies().length
      await teams.people.write(tenant.people.ana, question, { root: id })
      await vi.waitFor(() => expect(replies().length).toBeGreaterThan(before))
      return replies().map(readable).at(-1) ?? ''
    },
    async close() {
      await desk?.close()
      await world.close()
    },
  }
}
