// The port on Teams: what is posted, edited, answered, said to one person, found again; and what each refusal is called.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import type { Incident } from '#incident/incident.ts'
import type { Person } from '#incident/remedy.ts'
import { complaintsAbout, tooMuchIn } from '../../../test/teams-payload.ts'
import { openTeamsWorld, readable } from '../../../test/teams-world.ts'
import type { TeamsWorld } from '../../../test/teams-world.ts'
import { actionsOf, cardOf } from '../../../simulator/teams/client.ts'

let world: TeamsWorld
let incident: Incident
let message: Message
beforeEach(async () => {
  world = await openTeamsWorld({
    settings: { routes: [{ services: ['billing*'], channel: '19:5f4e3d2c1b0a@thread.tacv2' }] },
  })
  incident = await world.incident()
  message = { kind: 'incident', incident }
})
afterEach(() => world.close())

function ana(): Person {
  const { aadObjectId = '', name } = world.teams.tenant.people.ana
  return { chat: 'teams', team: world.teams.tenant.id, user: aadObjectId, name }
}

describe('one message an incident', () => {
  test('posted in the channel, edited in place, answered in its thread', async () => {
    const { chat, teams, ours } = world
    const thread = await chat.open('INC-42', message)
    expect(thread).toMatchObject({ chat: 'teams', channel: teams.tenant.channel })
    expect(thread.url).toContain(`/l/message/${encodeURIComponent(teams.tenant.channel)}/${thread.id}?`)
    const worse: Message = { kind: 'incident', incident: { ...incident, title: 'Every checkout fails.' } }
    await chat.edit(thread, worse)
    await chat.edit(thread, worse)
    const reply = await chat.reply(thread, 'INC-42/7', { kind: 'news', incident, text: 'Changed my mind.' })
    expect(reply).toMatchObject({ channel: teams.tenant.channel, parent: thread.id })
    const [first, second, ...more] = ours()
    expect(more).toEqual([])
    expect(first).toMatchObject({ id: thread.id, versions: { length: 3 } })
    expect(readable(first ?? {})).toContain('Every checkout fails.')
    expect(second).toMatchObject({ id: reply.id, root: thread.id })
    for (const said of ours()) {
      expect(complaintsAbout(cardOf(said))).toEqual([])
      expect(tooMuchIn(cardOf(said))).toEqual([])
      expect(said.versions.at(-1)).toMatchObject({ type: 'message', summary: expect.stringMatching(/./) })
      expect(said.versions.at(-1)).not.toHaveProperty('text')
    }
  })

  test('in the channel its service is routed to', async () => {
    const { chat, teams } = world
    teams.rooms.room(teams.tenant.otherChannel)!.hasBot = true
    const thread = await chat.open('INC-42', { kind: 'incident', incident: { ...incident, services: ['billing-api'] } })
    expect(thread.channel).toBe(teams.tenant.otherChannel)
    expect(await chat.find('INC-42', world.now() - 60_000)).toEqual(thread)
  })

  test('only approvers are shown how to approve, each by their own client', async () => {
    const { chat, teams, ours } = world
    const remedy = incident.remedies[0]!
    await chat.open('INC-42-R1', { kind: 'preview', incident, remedy })
    const card = cardOf(ours()[0]!)
    expect(card['refresh']).toMatchObject({ userIds: [teams.tenant.people.ana.id] })
    expect(actionsOf(card).map(({ verb }) => verb)).not.toContain('approve')
  })

  test('everybody is shown the buttons while Teams does not say who is in the channel', async () => {
    const { chat, teams, ours, told } = world
    teams.faults.add({ kind: 'status', status: 503, path: /pagedMembers/ })
    const remedy = incident.remedies[0]!
    await chat.open('INC-42-R1', { kind: 'preview', incident, remedy })
    expect(actionsOf(cardOf(ours()[0]!)).map(({ verb }) => verb)).toContain('approve')
    expect(told.join()).toContain('everybody sees every button')
  })
})

describe('to one person', () => {
  test('in the thread, where only they see it', async () => {
    const { chat, teams, ours } = world
    const thread = await chat.open('INC-42', message)
    await chat.whisper(thread, ana(), { kind: 'help' })
    expect(ours().at(-1)).toMatchObject({ root: thread.id, to: teams.tenant.people.ana.id })
  })

  test('what was shown so is known for a month, and not for ever', async () => {
    const { chat, store } = world
    const thread = await chat.open('INC-42', message)
    await chat.whisper(thread, ana(), { kind: 'help' })
    world.advance(29 * 86_400_000)
    await chat.whisper(thread, ana(), { kind: 'help' })
    expect(await store.deliveries('teams', '')).toHaveLength(2)
    world.advance(2 * 86_400_000)
    await chat.whisper(thread, ana(), { kind: 'help' })
    expect(await store.deliveries('teams', '')).toHaveLength(2)
  })

  test('in person where the channel takes no such messages; a Fault where neither is to be had', async () => {
    const { chat, teams, ours } = world
    const { people, id: team } = teams.tenant
    const thread = await chat.open('INC-42', message)
    teams.switches.targeted = false
    await chat.whisper(thread, ana(), { kind: 'help' })
    expect(ours()).toHaveLength(1)
    expect(ours(teams.rooms.personal(people.ana).id)).toHaveLength(1)
    const cleo: Person = { chat: 'teams', team, user: people.cleo.aadObjectId ?? '', name: 'Cleo' }
    await expect(chat.whisper(thread, cleo, { kind: 'help' })).rejects.toMatchObject({
      name: 'Fault',
      code: 'forbidden',
    })
  })
})

describe('found again', () => {
  test('after an answer that got lost: taken, so found; not taken, so not', async () => {
    const { chat, teams, ours, now } = world
    teams.faults.add({ kind: 'drop after', method: 'POST', path: /activities/, times: 1 })
    await expect(chat.open('INC-42', message)).rejects.toMatchObject({ name: 'Fault', code: 'network' })
    expect(await chat.find('INC-42', now() - 60_000)).toMatchObject({ id: ours()[0]?.id })
    teams.faults.add({ kind: 'drop before', method: 'POST', path: /activities/, times: 1 })
    await expect(chat.open('INC-43', message)).rejects.toMatchObject({ name: 'Fault', code: 'network' })
    expect(await chat.find('INC-43', now() - 60_000)).toBeUndefined()
  })

  test('the newest of ours, in a thread too, not older than asked, however much was said since', async () => {
    const { chat, teams, now, advance } = world
    const { people, channel } = teams.tenant
    const thread = await chat.open('INC-42', message)
    const reply = await chat.reply(thread, 'INC-42-R1', { kind: 'news', incident, text: 'Changed my mind.' })
    for (let i = 0; i < 120; i++) teams.rooms.add({ room: channel, by: people.ben, activity: { text: `${i}` } })
    const forged = { ...teams.rooms.message(channel, thread.id)?.versions[0] }
    teams.rooms.add({ room: channel, by: people.ben, activity: forged })
    expect(await chat.find('INC-42', now() - 60_000)).toMatchObject({ id: thread.id })
    expect(await chat.find('INC-42-R1', now() - 60_000)).toMatchObject({ id: reply.id, parent: thread.id })
    expect(await chat.find('INC-4', now() - 60_000)).toBeUndefined()
    advance(120_000)
    expect(await chat.find('INC-42', now() - 60_000)).toBeUndefined()
  })

  test('without the permission: not found, and the log says once what that costs', async () => {
    const { chat, teams, told, now } = world
    teams.switches.mayReadMessages = false
    await chat.open('INC-42', message)
    expect(await chat.find('INC-42', now() - 60_000)).toBeUndefined()
    expect(await chat.find('INC-42', now() - 60_000)).toBeUndefined()
    expect(told.filter(line => line.includes('ChannelMessage.Read.Group'))).toHaveLength(1)
  })
})

describe('refused', () => {
  const thread: Thread = { chat: 'teams', channel: '19:0a1b2c3d4e5f@thread.tacv2', id: '12' }

  test('too often: when to come back', async () => {
    world.teams.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 17, path: /activities/ })
    await expect(world.chat.open('INC-42', message)).rejects.toMatchObject({ code: 'rate_limit', retryAfter: 17 })
    expect(world.teams.requests.filter(({ path }) => path.includes('/activities'))).toHaveLength(1)
  })

  test.each([
    [500, 'network'],
    [502, 'network'],
    [401, 'authentication'],
    [403, 'forbidden'],
    [413, 'validation'],
  ])('%i is %s', async (status, code) => {
    world.teams.faults.add({ kind: 'status', status, method: 'POST', path: /activities/ })
    await expect(world.chat.open('INC-42', message)).rejects.toMatchObject({ name: 'Fault', code })
  })

  test('a message that is not there, a channel the app is not in, a secret that is wrong: what to do', async () => {
    await expect(world.chat.edit(thread, message)).rejects.toMatchObject({ code: 'not_found' })
    const elsewhere = { ...incident, services: ['billing'] }
    await expect(world.chat.open('INC-42', { kind: 'incident', incident: elsewhere })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('Add the app to that team'),
    })
    const stranger = await openTeamsWorld({ settings: { clientSecret: 'old' } })
    await expect(stranger.chat.open('INC-42', message)).rejects.toMatchObject({
      code: 'authentication',
      message: expect.stringContaining('AADSTS7000215'),
    })
    await stranger.close()
  })

  test('a token that has ended is renewed before it is used, one that was taken back after it was refused', async () => {
    const tokens = () => world.teams.requests.filter(({ path }) => path.endsWith('/token')).length
    await world.chat.open('INC-42', message)
    world.advance(3_600_000)
    await world.chat.open('INC-43', message)
    expect(tokens()).toBe(2)
    world.teams.identity.revoke()
    await expect(world.chat.open('INC-44', message)).rejects.toMatchObject({ code: 'authentication' })
    await world.chat.open('INC-44', message)
    expect(tokens()).toBe(3)
  })
})

describe('doctor', () => {
  test('all is well', async () => {
    const checks = await world.chat.check()
    const ours = checks.filter(({ what }) => !what.includes(world.teams.tenant.otherChannel))
    expect(ours.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  test('what is wrong, and how to mend it', async () => {
    world.teams.switches.mayReadMessages = false
    const [, , , routed, find] = await world.chat.check()
    expect(routed).toMatchObject({ state: 'wrong', mend: expect.stringContaining('Upload the app') })
    expect(find).toMatchObject({ state: 'wrong', mend: expect.stringContaining('ChannelMessage.Read.Group') })
    const other = await openTeamsWorld({ settings: { clientSecret: 'old' }, skewMillis: 600_000 })
    expect(await other.chat.check()).toMatchObject([
      { what: 'Teams credentials', state: 'wrong', mend: expect.stringContaining('client secret') },
      { what: 'Clock against Microsoft', state: 'wrong', says: 'this machine is 10 min behind' },
    ])
    await other.close()
    const alone = await openTeamsWorld({ settings: { team: undefined } })
    expect((await alone.chat.check()).at(-1)).toMatchObject({
      state: 'missing',
      mend: expect.stringContaining('TEAMS_TEAM'),
    })
    await alone.close()
  })
})
