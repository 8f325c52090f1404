// What people meet in Teams: every press, command and question answered, to the right people, once.
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Message } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import { readIncident } from '#incident/store.ts'
import { cardOf } from '../../../simulator/teams/client.ts'
import type { Json, Message as Said } from '../../../simulator/teams/rooms.ts'
import { openTeamsWorld, readable, said } from '../../../test/teams-world.ts'
import type { TeamsWorld } from '../../../test/teams-world.ts'

let world: TeamsWorld
afterEach(() => world.close())

const settled = () => vi.waitFor(async () => expect(await world.store.unhandled()).toEqual([]))
const last = (room?: string): Said => world.ours(room).at(-1)!
const answer = (text: string): Message & { kind: 'answer' } => ({
  kind: 'answer',
  question: 'why?',
  answer: { answer: text, claims: [], unknown: [], model: null },
})

async function posted(): Promise<Said> {
  await world.post()
  return last()
}

describe('a press', () => {
  test('comes with who, what and where, and is answered in place of the card', async () => {
    world = await openTeamsWorld({ answer: () => said('Asked the cluster: 2 pods would restart.') })
    const message = await posted()
    const { people, tenant } = world.teams
    const heard = await people.press(tenant.people.ana, message, 'Roll back…')
    expect(world.events).toEqual([
      {
        by: { chat: 'teams', team: tenant.id, user: tenant.people.ana.aadObjectId, name: 'Ana' },
        action: { kind: 'preview', remedy: 'INC-42-R1' },
        thread: { chat: 'teams', channel: tenant.channel, id: message.id },
      },
    ])
    expect(heard).toMatchObject({ status: 200, body: { type: 'application/vnd.microsoft.card.adaptive' } })
    const seen = readable((heard.body as { value: Json }).value)
    expect(seen).toContain('2 pods would restart')
    expect(seen).toContain('1 in 3 checkouts fail')
    expect(readable(await people.look(tenant.people.ben, message))).not.toContain('2 pods would restart')
    expect(world.ours()).toHaveLength(1)
  })

  test('of a guest, of another tenant, of a bot, of nobody the directory knows: as what they are', async () => {
    world = await openTeamsWorld()
    const message = await posted()
    const { people, tenant } = world.teams
    const { guest, stranger, nobody, ben } = tenant.people
    for (const person of [guest, stranger, nobody]) await people.press(person, message, 'Details')
    const from = { id: '28:another-bot', name: 'Robot', role: 'bot' }
    await people.press(ben, message, 'Details', { activity: { from } })
    expect(world.events.map(({ by }) => by.standing)).toEqual(['guest', 'stranger', 'stranger', 'bot'])
    expect(world.events[1]?.by.team).toBe(stranger.tenantId)
  })

  test('while Teams does not say who it was: answered, and nothing is done', async () => {
    world = await openTeamsWorld()
    const message = await posted()
    const { people, tenant, faults } = world.teams
    faults.add({ kind: 'status', status: 503, path: /members/ })
    const heard = await people.press(tenant.people.ben, message, 'Details')
    expect(JSON.stringify(heard.body)).toContain('Teams answered 503')
    expect(world.events).toEqual([])
  })

  test('sent twice is done once', async () => {
    world = await openTeamsWorld()
    const message = await posted()
    const { people, tenant } = world.teams
    await people.press(tenant.people.ana, message, 'Details')
    expect((await people.again()).status).toBe(200)
    await settled()
    expect(world.events).toHaveLength(1)
  })

  test('that takes long is answered at once, and its end is said when it is there', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    world = await openTeamsWorld({
      answer: async (_event, soon) => {
        soon?.({ kind: 'error', text: 'Got it. Looking at the object as it is now.' })
        await promise
        return said('Approved.')
      },
    })
    const message = await posted()
    const { people, tenant } = world.teams
    const heard = await people.press(tenant.people.ana, message, 'Roll back…')
    expect(heard.body).toMatchObject({
      type: 'application/vnd.microsoft.activity.message',
      value: expect.stringContaining('Got it.'),
    })
    resolve()
    await settled()
    expect(last()).toMatchObject({ to: tenant.people.ana.id, root: message.id })
    expect(readable(last())).toContain('Approved.')
  })

  test('that says nothing for long is answered within a second', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    world = await openTeamsWorld({ answer: () => promise.then(() => said('Approved.')) })
    const message = await posted()
    const { people, tenant } = world.teams
    const heard = await people.press(tenant.people.ana, message, 'Roll back…')
    expect(heard.body).toMatchObject({ value: 'Working on it.' })
    resolve()
    await settled()
    expect(readable(last())).toContain('Approved.')
  })

  test('of a button that belongs to another incident does nothing', async () => {
    world = await openTeamsWorld()
    const message = await posted()
    const { people, tenant } = world.teams
    const press = '{"kind":"approve","remedy":"INC-7-R1"}'
    const heard = await people.press(tenant.people.ana, message, 'Details', { inputs: { press } })
    expect(JSON.stringify(heard.body)).toContain('belongs to another incident')
    const unknown = await people.press(tenant.people.ana, message, 'Details', { inputs: { press: '{"kind":"drop"}' } })
    expect(unknown).toMatchObject({ status: 200, body: { value: expect.stringContaining('does nothing') } })
    expect(world.events).toEqual([])
  })

  test('on a message in a channel that nobody remembers sending does nothing', async () => {
    world = await openTeamsWorld()
    const incident = await world.incident()
    await world.chat.open('INC-42', { kind: 'incident', incident })
    const { people, tenant } = world.teams
    const heard = await people.press(tenant.people.ana, last(), 'Roll back…')
    expect(JSON.stringify(heard.body)).toContain('Write show and the id')
    expect(world.events).toEqual([])
  })

  test('in what only one person sees may be about any incident, also after a restart', async () => {
    let other: Incident
    world = await openTeamsWorld({
      answer: () => ({ to: 'them', message: { kind: 'list', incidents: [other], more: 0 } }),
    })
    const message = await posted()
    other = { ...(await readIncident(world.store, 'INC-42')), id: 'INC-7' }
    const { people, tenant } = world.teams
    await people.write(tenant.people.ben, 'list', { root: message.id })
    await settled()
    const next = await world.restart()
    await people.press(tenant.people.ben, last(), 'Show INC-7')
    await next.close()
    expect(world.events.at(-1)?.action).toEqual({ kind: 'show', incident: 'INC-7' })
  })

  test('on an answer is about the incident of the question, wherever it was asked', async () => {
    let incident: Incident
    world = await openTeamsWorld({
      answer: () => ({ to: 'thread', message: { ...answer('v2.31.'), incident } }),
    })
    incident = await world.incident()
    const { people, tenant } = world.teams
    await people.write(tenant.people.ben, 'what is broken in checkout?')
    await settled()
    await people.press(tenant.people.ben, last(), 'Helpful')
    expect(world.events.at(-1)?.action).toEqual({ kind: 'feedback', incident: 'INC-42', helpful: true })
  })

  test('asks a question: answered to everybody in the thread', async () => {
    world = await openTeamsWorld({ answer: () => ({ to: 'thread', message: answer('v2.31 crashes on start.') }) })
    const message = await posted()
    const { people, tenant } = world.teams
    const heard = await people.press(tenant.people.ben, message, 'What changed?')
    expect(heard.body).toMatchObject({ type: 'application/vnd.microsoft.card.adaptive' })
    await settled()
    expect(world.events[0]?.action).toEqual({ kind: 'ask', incident: 'INC-42', question: 'What changed?' })
    expect(last()).toMatchObject({ root: message.id })
    expect(last().to).toBeUndefined()
    expect(readable(last())).toContain('v2.31 crashes on start.')
  })
})

describe('own views', () => {
  async function preview(): Promise<Said> {
    const incident = await world.incident()
    const remedy = incident.remedies[0]!
    const thread = await world.chat.open(remedy.id, { kind: 'preview', incident, remedy })
    await world.store.keepDelivery({ chat: 'teams', key: remedy.id, incident: 'INC-42', version: 1, sentAt: 0, thread })
    return last()
  }

  test('an approver sees Approve, everybody else and every guest does not', async () => {
    world = await openTeamsWorld({ looks: { mayApprove: ({ name }) => name === 'Ana' || name === 'Gus' } })
    const message = await preview()
    const { people, tenant } = world.teams
    const sees = async (who: keyof typeof tenant.people) =>
      JSON.stringify(await people.look(tenant.people[who], message))
    expect(await sees('ana')).toContain('"verb":"approve"')
    for (const who of ['ben', 'guest', 'stranger'] as const) expect(await sees(who)).not.toContain('"verb":"approve"')
    expect(world.events).toEqual([])
  })

  test('a person asks for their own view by hand; a guest of what is elsewhere does not get it', async () => {
    world = await openTeamsWorld()
    const message = await preview()
    const { people, tenant } = world.teams
    const mine = await people.refresh(tenant.people.ana, message)
    expect(readable((mine.body as { value: Json }).value)).toContain('Before you approve')
    const forged = { action: { type: 'Action.Execute', verb: 'refresh', data: { key: 'INC-42' } }, trigger: 'manual' }
    const theirs = await people.refresh(tenant.people.guest, message, { activity: { value: forged } })
    expect(theirs.body).toMatchObject({ type: 'application/vnd.microsoft.activity.message' })
  })
})

describe('words', () => {
  test('after the mention are a command, below the card about its incident; without the mention nothing', async () => {
    world = await openTeamsWorld()
    const message = await posted()
    const { people, tenant } = world.teams
    await people.write(tenant.people.ben, 'ack', { root: message.id })
    await people.write(tenant.people.ben, 'mute 30m checkout')
    await people.write(tenant.people.ben, 'resolve INC-42', { mention: false })
    await settled()
    expect(world.events.map(({ action }) => action)).toEqual([
      { kind: 'acknowledge', incident: 'INC-42' },
      { kind: 'mute', millis: 1_800_000, service: 'checkout' },
    ])
    expect(world.ours().slice(1)).toMatchObject([{ to: tenant.people.ben.id }, { to: tenant.people.ben.id }])
  })

  test('a question in the thread is answered there; what is wrong with a command only its writer is told', async () => {
    world = await openTeamsWorld({ answer: () => ({ to: 'thread', message: answer('v2.31.') }) })
    const message = await posted()
    const { people, tenant } = world.teams
    await people.write(tenant.people.ben, 'why does checkout &lt;fail&gt;, and since when?', { root: message.id })
    await settled()
    expect(world.events).toMatchObject([
      { action: { kind: 'ask', question: 'why does checkout <fail>, and since when?', incident: 'INC-42' } },
    ])
    expect(last()).toMatchObject({ root: message.id })
    await people.write(tenant.people.ben, 'mute long')
    await settled()
    expect(last()).toMatchObject({ to: tenant.people.ben.id })
    expect(readable(last())).toContain('For how long?')
  })

  test.each([
    ['for a while', 429],
    ['by a trouble of theirs', 503],
  ])('whose answer Teams refuses %s are answered when that is over', async (_, status) => {
    world = await openTeamsWorld()
    const message = await posted()
    const { people, tenant, faults } = world.teams
    faults.add({ kind: 'status', status, retryAfterSeconds: 5, method: 'POST', path: /activities/, times: 2 })
    await people.write(tenant.people.ben, 'ack', { root: message.id })
    await settled()
    expect(world.ours().slice(1)).toMatchObject([{ to: tenant.people.ben.id }])
    expect(readable(last())).toContain('Noted.')
    faults.add({ kind: 'status', status, retryAfterSeconds: 5, method: 'POST', path: /activities/, times: 2 })
    await people.write(tenant.people.ben, 'declare')
    await settled()
    expect(world.ours().slice(2)).toMatchObject([{ to: tenant.people.ben.id }])
    expect(readable(last())).toContain('Declare')
  })

  test('that take long: a word in between that cannot be said now is not said after the answer', async () => {
    world = await openTeamsWorld({
      answer: async (_event, soon) => {
        soon?.({ kind: 'error', text: 'Got it.' })
        await vi.waitFor(() => expect(world.told).toContainEqual(expect.stringContaining('no word in between')))
        return said('Noted.')
      },
    })
    const message = await posted()
    const { people, tenant, faults } = world.teams
    faults.add({ kind: 'status', status: 429, retryAfterSeconds: 5, method: 'POST', path: /activities/, times: 1 })
    await people.write(tenant.people.ben, 'ack', { root: message.id })
    await settled()
    expect(world.ours().slice(1)).toHaveLength(1)
    expect(readable(last())).toContain('Noted.')
  })

  test('in a thread that takes nothing from us are answered to their writer alone', async () => {
    world = await openTeamsWorld({ answer: () => ({ to: 'thread', message: answer('v2.31.') }) })
    const message = await posted()
    const { people, tenant, faults } = world.teams
    faults.add({ kind: 'status', status: 403, method: 'POST', path: /activities/, times: 1 })
    await people.write(tenant.people.ben, 'why does checkout fail, and since when?', { root: message.id })
    await settled()
    expect(world.ours().slice(1)).toMatchObject([{ to: tenant.people.ben.id }])
    expect(readable(last())).toContain('v2.31.')
  })

  test('in the personal chat: a question is answered in a stream, a command in a message', async () => {
    world = await openTeamsWorld({ answer: () => ({ to: 'thread', message: answer('v2.31.') }) })
    const { people, tenant, rooms, faults } = world.teams
    await people.chat(tenant.people.ben, 'what is broken in checkout?')
    await settled()
    const room = rooms.personal(tenant.people.ben).id
    expect(last(room).versions).toMatchObject([
      { type: 'typing', entities: [{ streamType: 'informative' }] },
      { type: 'message', entities: [{ streamType: 'final', streamId: last(room).id }] },
    ])
    expect(readable(last(room))).toContain('v2.31.')
    await people.chat(tenant.people.ben, 'status')
    await settled()
    expect(world.ours(room)).toHaveLength(2)
    faults.add({ kind: 'status', status: 429, retryAfterSeconds: 5, method: 'POST', path: /activities/, times: 2 })
    await people.chat(tenant.people.ben, 'what else is broken there?')
    await settled()
    expect(world.ours(room)).toHaveLength(3)
  })

  test('an answer that Teams took without saying so is not said twice', async () => {
    world = await openTeamsWorld({ answer: () => ({ to: 'thread', message: answer('v2.31.') }) })
    const { people, tenant, faults } = world.teams
    faults.add({ kind: 'drop after', method: 'POST', path: /activities/, times: 1 })
    await people.write(tenant.people.ben, 'what is broken in checkout?')
    await settled()
    expect(world.ours()).toHaveLength(1)
    faults.add({ kind: 'status', status: 429, retryAfterSeconds: 5, method: 'POST', path: /activities/, times: 1 })
    await people.write(tenant.people.ben, 'what else is broken there?')
    await settled()
    expect(world.ours()).toHaveLength(2)
  })

  test('taken before a crash are answered after it, once', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    let isDying = true
    world = await openTeamsWorld({
      answer: async () => {
        if (isDying) await promise
        return { to: 'thread', message: answer('v2.31.') }
      },
    })
    const { people, tenant } = world.teams
    expect((await people.write(tenant.people.ben, 'what is broken in checkout?')).status).toBe(200)
    isDying = false
    for (let i = 0; i < 2; i++) await (await world.restart()).close()
    expect(world.ours()).toHaveLength(1)
    resolve()
  })
})

describe('forms', () => {
  test('no, with a reason: filled in on the card', async () => {
    world = await openTeamsWorld()
    const incident = await world.incident()
    const remedy = incident.remedies[0]!
    const thread = await world.chat.open(remedy.id, { kind: 'preview', incident, remedy })
    await world.store.keepDelivery({ chat: 'teams', key: remedy.id, incident: 'INC-42', version: 1, sentAt: 0, thread })
    const { people, tenant } = world.teams
    const message = last()
    await people.press(tenant.people.ana, message, 'Deny', { inputs: { reason: 'It is Friday.' } })
    await settled()
    expect(world.events[0]?.action).toEqual({ kind: 'deny', remedy: 'INC-42-R1', reason: 'It is Friday.' })
  })

  test('declare: asked for by words, filled in, missing words named', async () => {
    world = await openTeamsWorld()
    const { people, tenant } = world.teams
    await people.write(tenant.people.ben, 'declare')
    await settled()
    const form = last()
    expect(form.to).toBe(tenant.people.ben.id)
    const missing = await people.press(tenant.people.ben, form, 'Declare', {
      inputs: { severity: 'high', title: 'Slow' },
    })
    expect(JSON.stringify(missing.body)).toContain('Service: expected some words')
    const inputs = { severity: 'high', title: 'Checkout is slow', service: 'checkout' }
    await people.press(tenant.people.ben, form, 'Declare', { inputs })
    expect(world.events.map(({ action }) => action)).toEqual([{ kind: 'declare', ...inputs }])
  })

  test('merge: its choices are what is open', async () => {
    world = await openTeamsWorld()
    const incident = await world.incident()
    const other = { ...incident, id: 'INC-7', title: 'Payments are slow.' }
    await world.close()
    world = await openTeamsWorld({ looks: { open: async () => [incident, other] } })
    const message = await posted()
    const { people, tenant } = world.teams
    await people.write(tenant.people.ben, 'merge', { root: message.id })
    await settled()
    expect(readable(last())).toContain('INC-7')
    await people.press(tenant.people.ben, last(), 'Merge', { inputs: { into: 'INC-7' } })
    expect(world.events.map(({ action }) => action)).toEqual([{ kind: 'merge', incident: 'INC-42', into: 'INC-7' }])
  })
})

describe('coming and going', () => {
  test('“Investigate this” asks about a message and answers below it', async () => {
    world = await openTeamsWorld({ answer: () => ({ to: 'thread', message: answer('v2.31.') }) })
    const { people, tenant, rooms } = world.teams
    const activity = { type: 'message', text: 'Customers say the &lt;cart&gt; is empty' }
    const message = rooms.add({ room: tenant.channel, by: tenant.people.ben, activity })
    const heard = await people.investigate(tenant.people.ana, message)
    expect(heard.body).toMatchObject({ task: { type: 'message', value: expect.stringMatching(/below/) } })
    await settled()
    const question = 'What is behind this? Customers say the <cart> is empty'
    expect(world.events[0]?.action).toEqual({ kind: 'ask', question })
    expect(last()).toMatchObject({ root: message.id })
  })

  test('the app says hello with help when it is added', async () => {
    world = await openTeamsWorld()
    await world.teams.people.installed(world.teams.tenant.people.ana)
    await world.teams.people.again()
    await settled()
    expect(world.ours()).toHaveLength(1)
    expect(world.events).toEqual([])
  })

  describe('who joins', () => {
    const open = async () =>
      Promise.all((await world.store.list({ open: true })).map(id => readIncident(world.store, id)))

    /** INC-42 is talked about there, as far as the record knows. */
    async function talkedAbout(channel: string): Promise<void> {
      const { version } = await readIncident(world.store, 'INC-42')
      const thread = { chat: 'teams', channel, id: '1' } as const
      await world.store.append('INC-42', version, world.now(), 'system', [{ type: 'posted', thread }])
    }

    test('is told alone of what is open and talked about here; where there is nothing, nothing is said', async () => {
      world = await openTeamsWorld({ looks: { open } })
      const { people, tenant } = world.teams
      await people.joins(tenant.people.ben)
      await settled()
      await world.incident() // open, and posted nowhere yet
      await people.joins(tenant.people.ben)
      await settled()
      expect(world.ours()).toEqual([])
      await talkedAbout(tenant.channel)
      await people.joins(tenant.people.ben)
      await people.joins(tenant.people.guest)
      await settled()
      expect(world.ours()).toMatchObject([{ to: tenant.people.ben.id }])
      expect(readable(cardOf(last()))).toContain('INC-42')
    })

    test('a channel where no incidents are posted is told nothing', async () => {
      world = await openTeamsWorld({ looks: { open }, settings: { channel: '19:another@thread.tacv2' } })
      const { people, tenant } = world.teams
      await world.incident()
      await talkedAbout(tenant.channel)
      await people.joins(tenant.people.ben)
      await settled()
      expect(world.ours()).toEqual([])
    })

    test('together with others is told, whatever becomes of theirs; and not again after a crash', async () => {
      world = await openTeamsWorld({ looks: { open } })
      await world.incident()
      const { people, tenant, faults, serviceUrl } = world.teams
      await talkedAbout(tenant.channel)
      const { ana, ben } = tenant.people
      const membersAdded = [ben, ana].map(({ id, aadObjectId }) => ({ id, aadObjectId }))
      faults.add({ kind: 'status', status: 400, path: /members/, times: 1 })
      await people.joins(ben, { activity: { membersAdded } })
      await settled()
      expect(world.ours()).toMatchObject([{ to: ana.id }])
      const joined = {
        type: 'conversationUpdate',
        id: 'j2',
        channelId: 'msteams',
        serviceUrl,
        from: { id: ana.id },
        recipient: { id: `28:${tenant.app.clientId}` },
        conversation: { id: tenant.channel },
        membersAdded,
      }
      await world.store.receive({ id: 'teams:j2', at: world.now(), body: JSON.stringify(joined) })
      await (await world.restart()).close()
      expect(await world.store.unhandled()).toEqual([])
      expect(world.ours()).toHaveLength(1)
    })
  })
})
