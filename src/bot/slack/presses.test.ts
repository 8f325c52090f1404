import { afterEach, expect, test, vi } from 'vitest'
import { pressValue } from '#cards/press-value.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Person } from '#incident/remedy.ts'
import { createSlackChat } from '../slack.ts'
import {
  ANA,
  BEN,
  BOT,
  GUEST,
  INCIDENTS,
  LESSER_GUEST,
  noted,
  openWorkplace,
  post,
  STRANGER,
} from '../../../test/slack-workplace.ts'
import type { Workplace } from '../../../test/slack-workplace.ts'

let place: Workplace
afterEach(() => place.close())

async function posted() {
  const thread = await post(place)
  const message = place.slack.workspace.message(thread.channel, thread.id)
  if (!message) throw new Error('nothing was posted')
  return { thread, message }
}

const said = (blocks: unknown) => JSON.stringify(blocks)

test.each(['http', 'socket'] as const)(
  '%s: a press says who and where, and is answered for their eyes only',
  async door => {
    place = await openWorkplace(door)
    const { thread, message } = await posted()
    const { accepted } = await place.slack.people.press(ANA, message, 'Roll back…')
    expect(accepted).toBe(true)
    await vi.waitFor(() => expect(place.slack.whispered(ANA)).toHaveLength(1))
    expect(place.asked).toEqual([
      {
        by: { chat: 'slack', team: 'T00000001', user: ANA, name: 'Ana' },
        action: { kind: 'preview', remedy: 'INC-42-R1' },
        thread,
      },
    ])
    expect(said(place.slack.whispered(ANA)[0]?.blocks)).toContain('Noted.')
    expect(place.slack.said(INCIDENTS)).toHaveLength(1)
  },
)

test.each([
  [GUEST, 'guest', 'T00000001'],
  [LESSER_GUEST, 'guest', 'T00000001'],
  [BOT, 'bot', 'T00000001'],
  [STRANGER, 'stranger', 'T00000009'],
] as const)('%s is known as a %s, whatever the request says', async (user, standing, team) => {
  place = await openWorkplace('http')
  const { message } = await posted()
  await place.slack.people.press(user, message, 'Roll back…')
  await vi.waitFor(() => expect(place.slack.whispered(user)).toHaveLength(1))
  expect(place.asked[0]?.by).toMatchObject({ user, team, standing } satisfies Partial<Person>)
})

test('whom Slack does not vouch for is asked to press again, and nothing is done', async () => {
  place = await openWorkplace('http')
  const { message } = await posted()
  place.slack.faults.add({ method: 'users.info', kind: 'status', status: 500 })
  await place.slack.people.press(ANA, message, 'Roll back…')
  await vi.waitFor(() => expect(said(place.slack.whispered(ANA)[0]?.blocks)).toContain('Not done'))
  expect(place.asked).toEqual([])
})

test('a press on a message about another incident, or on none of ours, is refused', async () => {
  place = await openWorkplace('http')
  const { message } = await posted()
  const { people } = place.slack
  await people.pressValue(BEN, message, 'press-0', pressValue({ kind: 'approve', remedy: 'INC-7-R1' }))
  await people.pressValue(BEN, message, 'press-0', '{"kind":"approve","remedy":"$(reboot)"}')
  const other = people.post(ANA, INCIDENTS, 'a message of somebody else')
  await people.pressValue(BEN, other, 'press-0', pressValue({ kind: 'approve', remedy: 'INC-42-R1' }))
  await vi.waitFor(() => expect(place.slack.whispered(BEN)).toHaveLength(3))
  expect(place.asked).toEqual([])
  for (const { blocks } of place.slack.whispered(BEN)) expect(said(blocks)).toContain('Use /incident instead')
})

test('a press on what nobody remembers sending is refused in a thread too', async () => {
  place = await openWorkplace('http')
  const { ts } = place.slack.people.post(ANA, INCIDENTS, 'a message of somebody else')
  const thread = { chat: 'slack', channel: INCIDENTS, id: ts } as const
  const reply = await place.chat.reply(thread, 'INC-42', { kind: 'incident', incident: place.incident })
  const message = place.slack.workspace.message(INCIDENTS, reply.id)
  if (message) await place.slack.people.press(BEN, message, 'Details')
  await vi.waitFor(() => expect(said(place.slack.whispered(BEN)[0]?.blocks)).toContain('Use /incident instead'))
  expect(place.asked).toEqual([])
})

test('in a whisper, a digest and a reply below the incident a press is meant', async () => {
  place = await openWorkplace('http')
  const { thread, message } = await posted()
  place.answer(async () => ({ to: 'them', message: { kind: 'incident', incident: place.incident } }))
  await place.slack.people.command(ANA, INCIDENTS, 'show INC-42')
  await vi.waitFor(() => expect(place.slack.whispered(ANA)).toHaveLength(1))
  const [whisper] = place.slack.whispered(ANA)
  const reply = await place.chat.reply(thread, 'INC-42-R1', { kind: 'incident', incident: place.incident })
  const below = place.slack.workspace.message(INCIDENTS, reply.id)
  const digest = await place.chat.open('digest-INC-7', { kind: 'incident', incident: place.incident })
  await place.store.keepDelivery({
    chat: 'slack',
    key: 'digest-INC-7',
    incident: 'INC-7',
    version: 0,
    sentAt: place.now(),
    thread: digest,
  })
  const storm = place.slack.workspace.message(INCIDENTS, digest.id)
  for (const on of [whisper, below, storm, message]) if (on) await place.slack.people.press(ANA, on, 'Details')
  await vi.waitFor(() => expect(place.asked.filter(({ action }) => action.kind === 'details')).toHaveLength(4))
})

test('what takes long is announced, then answered, in that order', async () => {
  place = await openWorkplace('http')
  const { message } = await posted()
  place.answer(async (_, soon) => {
    soon?.({ kind: 'error', text: 'Working on it.' })
    return noted
  })
  await place.slack.people.press(ANA, message, 'Roll back…')
  await vi.waitFor(() => expect(place.slack.whispered(ANA)).toHaveLength(2))
  expect(place.slack.whispered(ANA).map(({ blocks }) => said(blocks))).toEqual([
    expect.stringContaining('Working on it.'),
    expect.stringContaining('Noted.'),
  ])
})

test('a word in between that cannot be said now is not said after the answer', async () => {
  place = await openWorkplace('http', { pause: async millis => place.pass(millis) })
  const { message } = await posted()
  place.answer(async (_, soon) => {
    soon?.({ kind: 'error', text: 'Working on it.' })
    return noted
  })
  for (const method of ['response', 'chat.postEphemeral', 'chat.postMessage']) {
    place.slack.faults.add({ method, times: 1, kind: 'status', status: 429, retryAfterSeconds: 20 })
  }
  await place.slack.people.press(ANA, message, 'Roll back…')
  await vi.waitFor(async () => expect(await place.store.unhandled()).toEqual([]))
  expect(place.slack.whispered(ANA).map(({ blocks }) => said(blocks))).toEqual([expect.stringContaining('Noted.')])
})

test('never silence: where one way to somebody is closed, the next is taken', async () => {
  place = await openWorkplace('http')
  const { message } = await posted()
  place.answer(async () => {
    throw new Error('a defect')
  })
  place.slack.faults.add({ method: 'response', kind: 'status', status: 404 })
  await place.slack.people.press(ANA, message, 'Details')
  await vi.waitFor(() => expect(place.slack.whispered(ANA)).toHaveLength(1))
  place.slack.faults.add({ method: 'chat.postEphemeral', kind: 'error', error: 'user_not_in_channel' })
  await place.slack.people.press(ANA, message, 'Details')
  const alone = place.slack.workspace.directChannel(ANA).id
  await vi.waitFor(() => expect(place.slack.said(alone)).toHaveLength(1))
  expect(said(place.slack.said(alone)[0]?.blocks)).toContain('Not done')
})

test('an answer to one person that is refused for a while is said when that is over, and nothing else', async () => {
  place = await openWorkplace('http', { pause: async millis => place.pass(millis) })
  for (const method of ['response', 'chat.postEphemeral', 'chat.postMessage']) {
    place.slack.faults.add({ method, times: 1, kind: 'status', status: 429, retryAfterSeconds: 20 })
  }
  await place.slack.people.command(ANA, INCIDENTS, 'status')
  await vi.waitFor(async () => expect(await place.store.unhandled()).toEqual([]))
  expect(place.slack.whispered(ANA).map(({ blocks }) => said(blocks))).toEqual([expect.stringContaining('Noted.')])
  expect(place.slack.said(place.slack.workspace.directChannel(ANA).id)).toEqual([])
})

test('a crash after the acknowledgement: the next process answers', async () => {
  place = await openWorkplace('http')
  const { thread } = await posted()
  const arrived = {
    kind: 'press',
    user: ANA,
    place: { channel: INCIDENTS, message: thread.id },
    press: { kind: 'details', incident: 'INC-42' },
    trigger: '1.1',
  }
  await place.store.receive({ id: 'slack:1.1', at: place.now(), body: JSON.stringify(arrived) })
  const next = createSlackChat({
    settings: { botToken: place.slack.tokens.bot, channel: INCIDENTS, apiUrl: place.slack.apiUrl, routes: [] },
    store: place.store,
    clock: place.now,
    pause: async () => {},
    log: SILENT,
    observe: UNOBSERVED,
  })
  await next.begin(async () => noted, {
    open: async () => [],
    status: async () => ({ kind: 'status', open: 0, sources: [], everyMillis: 60_000, since: 0 }),
  })
  await next.close()
  expect(place.slack.whispered(ANA)).toHaveLength(1)
  expect(await place.store.unhandled()).toEqual([])
})
