import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Back } from '../conversation.ts'
import { createSlackChat } from '../slack.ts'
import { ANA, BOT, GUEST, INCIDENTS, openWorkplace, PAYMENTS, post } from '../../../test/slack-workplace.ts'
import type { Workplace } from '../../../test/slack-workplace.ts'

let place: Workplace
let isDying = false
const mortal = (store: IncidentStore): IncidentStore => ({
  ...store,
  handled: async id => void (isDying || (await store.handled(id))),
})
beforeEach(async () => {
  isDying = false
  place = await openWorkplace('http', { pause: async millis => place.pass(millis), store: mortal })
  place.answer(async ({ action }) => answerTo('question' in action ? action.question : ''))
})
afterEach(() => place.close())

function answerTo(question: string): Back {
  const claims = [{ text: 'New pods crash on start.', evidence: ['crash'] }]
  const answer = { answer: 'Because of the rollout.', claims, unknown: ['whether v2.30 starts'], model: null }
  return { to: 'thread', message: { kind: 'answer', question, answer, incident: place.incident } }
}

const answersIn = (channel: string) =>
  place.slack.said(channel).filter(({ by }) => by === place.slack.workspace.bot.user)

/** What came in is answered, as far as it can be. */
const dealtWith = () => vi.waitFor(async () => expect(await place.store.unhandled()).toEqual([]))

const replies = () =>
  place.slack
    .said(INCIDENTS)
    .filter(({ by }) => by === place.slack.workspace.bot.user)
    .slice(1)

test('a question in the thread of an incident is about it, and its answer begins at once and grows', async () => {
  const thread = await post(place)
  let shownMeanwhile: boolean | undefined
  place.answer(async () => {
    shownMeanwhile = replies()[0]?.isStreaming
    return answerTo('why?')
  })
  await place.slack.people.mention(ANA, INCIDENTS, 'why is <http://shop.example|checkout> &lt; 1?', thread.id)
  await vi.waitFor(() => expect(replies()[0]?.isStreaming).toBe(false))
  expect(place.asked[0]?.action).toEqual({ kind: 'ask', incident: 'INC-42', question: 'why is checkout < 1?' })
  expect(shownMeanwhile).toBe(true)
  expect(replies()).toHaveLength(1)
  expect(replies()[0]).toMatchObject({ threadTs: thread.id, metadata: { event_payload: {} } })
  expect(replies()[0]?.edits).toBeGreaterThan(1)
  expect(JSON.stringify(replies()[0]?.blocks)).toMatch(/Because of the rollout.*New pods crash on start/)
  expect(replies()[0]?.blocks.map(({ type }) => type)).not.toContain('markdown')
})

test.each([
  ['cannot be begun', { method: 'chat.startStream', kind: 'error', error: 'not_allowed' }],
  ['cannot be ended', { method: 'chat.stopStream', times: 1, kind: 'status', status: 500 }],
] as const)('where a stream %s, the answer is one message', async (_, fault) => {
  const thread = await post(place)
  place.slack.faults.add({ ...fault })
  await place.slack.people.mention(ANA, INCIDENTS, 'what changed in here today?', thread.id)
  await vi.waitFor(() => expect(replies().at(-1)?.metadata).toBeDefined())
  expect(replies()).toHaveLength(1)
  expect(replies()[0]).toMatchObject({ isStreaming: false, threadTs: thread.id })
})

const UNSTREAMED = { method: 'chat.startStream', kind: 'error', error: 'not_allowed' } as const

test.each([
  ['is refused for a while', { kind: 'status', status: 429, retryAfterSeconds: 20 }],
  ['is taken and nobody says so', { kind: 'drop', accepted: true }],
  ['is lost on its way', { kind: 'drop' }],
] as const)('an answer that %s is said once, and nobody is told that it was not', async (_, fault) => {
  const thread = await post(place)
  place.slack.faults.add(UNSTREAMED)
  place.slack.faults.add({ method: 'chat.postMessage', times: 1, ...fault })
  await place.slack.people.mention(ANA, INCIDENTS, 'what changed in here today?', thread.id)
  await dealtWith()
  expect(replies()).toMatchObject([{ threadTs: thread.id, metadata: { event_payload: {} } }])
  expect(place.slack.whispered(ANA)).toEqual([])
})

test('where the thread takes nothing from us, they alone get the answer', async () => {
  const thread = await post(place)
  place.slack.faults.add(UNSTREAMED)
  place.slack.faults.add({ method: 'chat.postMessage', kind: 'error', error: 'restricted_action' })
  await place.slack.people.mention(ANA, INCIDENTS, 'what changed in here today?', thread.id)
  await dealtWith()
  expect(place.slack.whispered(ANA).map(({ blocks }) => JSON.stringify(blocks))).toEqual([
    expect.stringContaining('Because of the rollout.'),
  ])
})

test.each([[INCIDENTS], [PAYMENTS]])('who died after the answer in %s does not say it again', async channel => {
  const { ts } = place.slack.people.post(ANA, channel, 'checkout is slow for customers')
  isDying = true
  await place.slack.people.mention(ANA, channel, 'what changed in here today?', ts)
  await vi.waitFor(() => expect(answersIn(channel)).toMatchObject([{ isStreaming: false, metadata: {} }]))
  isDying = false
  const { slack, store, now } = place
  const settings = { botToken: slack.tokens.bot, channel: INCIDENTS, apiUrl: slack.apiUrl, routes: [] }
  const given = { settings, store, clock: now, pause: async () => {}, log: SILENT, observe: UNOBSERVED }
  const next = createSlackChat(given)
  await next.begin(async () => answerTo('what changed?'), {
    open: async () => [],
    status: async () => ({ kind: 'status', open: 0, sources: [], everyMillis: 60_000, since: 0 }),
  })
  await next.close()
  expect(await store.unhandled()).toEqual([])
  expect(answersIn(channel)).toHaveLength(1)
})

test('a refusal takes back what was begun, and only they see it', async () => {
  const thread = await post(place)
  place.answer(async () => ({ to: 'them', message: { kind: 'error', text: 'There is no incident INC-9.' } }))
  await place.slack.people.mention(ANA, INCIDENTS, 'what happened?', thread.id)
  await vi.waitFor(() => expect(place.slack.whispered(ANA)).toHaveLength(1))
  expect(replies()).toEqual([])
})

test('alone with the bot a question is answered there; bots and edits start nothing', async () => {
  const { people, workspace } = place.slack
  await people.write(ANA, 'I am a bot', { botId: 'B1' })
  await people.write(ANA, 'changed', { subtype: 'message_changed' })
  await people.write(BOT, 'what is open in here now?')
  await people.mention(BOT, INCIDENTS, 'what is open in here now?')
  await people.write(ANA, 'what is open in here now?')
  const alone = workspace.directChannel(ANA).id
  await vi.waitFor(() => expect(place.slack.said(alone).filter(({ by }) => by === workspace.bot.user)).toHaveLength(1))
  expect(place.asked).toHaveLength(1)
})

test('a guest gets no stream: the refusal is for them alone', async () => {
  const thread = await post(place)
  place.answer(async () => ({ to: 'them', message: { kind: 'error', text: 'Not done.' } }))
  await place.slack.people.mention(GUEST, INCIDENTS, 'what happened here today?', thread.id)
  await vi.waitFor(() => expect(place.slack.whispered(GUEST)).toHaveLength(1))
  expect(place.slack.journal.calls('chat.startStream')).toEqual([])
})

test('“Investigate this” asks about the message, in its thread', async () => {
  const message = place.slack.people.post(ANA, INCIDENTS, 'checkout is slow for customers')
  await place.slack.people.shortcut(ANA, message, 'investigate')
  await vi.waitFor(() => expect(place.slack.said(INCIDENTS).at(-1)?.isStreaming).toBe(false))
  await vi.waitFor(() => expect(place.slack.said(INCIDENTS).at(-1)?.metadata).toBeDefined())
  const question = 'What is behind this? checkout is slow for customers'
  expect(place.asked[0]?.action).toEqual({ kind: 'ask', question })
  expect(place.slack.said(INCIDENTS).at(-1)?.threadTs).toBe(message.ts)
})

test('a command is answered to the one who typed it, also where the bot is not', async () => {
  await place.slack.people.command(ANA, 'C00000003', 'frobnicate')
  await vi.waitFor(() => expect(place.slack.whispered(ANA)).toHaveLength(1))
  expect(JSON.stringify(place.slack.whispered(ANA)[0]?.blocks)).toContain('There is no command')
  expect(place.asked).toEqual([])
})
