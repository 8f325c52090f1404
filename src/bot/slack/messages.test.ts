import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { ANA, INCIDENTS, openWorkplace, PAYMENTS, post } from '../../../test/slack-workplace.ts'
import type { Workplace } from '../../../test/slack-workplace.ts'

let place: Workplace
let drawings = 0
const picture = async () => ({ png: new Uint8Array([137, 80, 78, 71, ++drawings]), alt: 'checkout errors, 31 %' })

beforeEach(async () => {
  place = await openWorkplace('http', {
    settings: { routes: [{ services: ['pay*'], channel: PAYMENTS }] },
    picture,
  })
})
afterEach(() => place.close())

const faultOf = (work: Promise<unknown>): Promise<Fault> =>
  work.then(
    () => {
      throw new Error('it was not refused')
    },
    error => {
      expect(error).toBeInstanceOf(Fault)
      return error as Fault
    },
  )

test('posted once, edited in place, answered below, found again by its key', async () => {
  const { chat, slack, incident } = place
  const thread = await post(place)
  await chat.edit(thread, { kind: 'incident', incident: { ...incident, phase: 'resolved', resolvedAt: place.now() } })
  const news = await chat.reply(thread, 'INC-42/9', { kind: 'news', incident, text: 'Changed my mind.' })

  const [message, reply] = slack.said(INCIDENTS)
  expect(slack.said(INCIDENTS)).toHaveLength(2)
  expect(message).toMatchObject({ ts: thread.id, edits: 1, metadata: { event_payload: { key: 'INC-42' } } })
  expect(reply).toMatchObject({ ts: news.id, threadTs: thread.id })
  expect(slack.said(INCIDENTS).flatMap(({ live }) => live.filter(({ kind }) => kind === 'mention'))).toEqual([])

  expect(await chat.find('INC-42', place.now() - 1_000)).toEqual(thread)
  expect(await chat.find('INC-42/9', place.now() - 1_000)).toEqual(news)
  expect(await chat.find('INC-43', 0)).toBeUndefined()
  place.pass(10_000)
  expect(await chat.find('INC-42', place.now())).toBeUndefined()
})

test('a service with a channel of its own is talked about there', async () => {
  const incident = { ...place.incident, id: 'INC-43', services: ['payments'] }
  expect(await place.chat.open('INC-43', { kind: 'incident', incident })).toMatchObject({ channel: PAYMENTS })
  expect(await place.chat.find('INC-43', 0)).toMatchObject({ channel: PAYMENTS })
  const { channels, bot } = place.slack.workspace
  channels.get(PAYMENTS)?.members.delete(bot.user)
  expect(await place.chat.find('INC-43', 0)).toBeUndefined() // nor is it an error: other messages are still looked for
})

test('a refusal says whether the message was taken and what to do', async () => {
  const { chat, slack, incident } = place
  const open = () => chat.open('INC-42', { kind: 'incident', incident })
  await open() // its picture is uploaded now

  const only = { method: 'chat.postMessage', times: 1 }
  slack.faults.add({ ...only, kind: 'status', status: 429, retryAfterSeconds: 7 })
  expect(await faultOf(open())).toMatchObject({ code: 'rate_limit', retryAfter: 7 })
  slack.faults.add({ ...only, kind: 'status', status: 503 })
  expect(await faultOf(open())).toMatchObject({ code: 'network' })
  slack.faults.add({ ...only, kind: 'drop' })
  expect(await faultOf(open())).toMatchObject({ code: 'network' })
  slack.faults.add({ ...only, kind: 'error', error: 'fatal_error' })
  expect(await faultOf(open())).toMatchObject({ code: 'network' })
  slack.faults.add({ ...only, kind: 'error', error: 'token_revoked' })
  expect(await faultOf(open())).toMatchObject({
    code: 'authentication',
    message: expect.stringMatching(/SLACK_BOT_TOKEN/),
  })
  slack.tokens.scopes.delete('chat:write')
  expect(await faultOf(open())).toMatchObject({ code: 'authentication', message: expect.stringMatching(/scope/) })
  slack.tokens.scopes.add('chat:write')
  slack.workspace.channels.get(INCIDENTS)?.members.delete(slack.workspace.bot.user)
  expect(await faultOf(open())).toMatchObject({ code: 'not_found', message: expect.stringMatching(/\/invite/) })
  expect(slack.said(INCIDENTS)).toHaveLength(1)
})

test('a message whose answer was lost is there, and is found', async () => {
  const { chat, slack, incident } = place
  slack.faults.add({ method: 'chat.postMessage', times: 1, kind: 'drop', accepted: true })
  const started = place.now()
  expect(await faultOf(chat.open('INC-42', { kind: 'incident', incident }))).toMatchObject({ code: 'network' })
  const [message] = slack.said(INCIDENTS)
  expect(await chat.find('INC-42', started - 1_000)).toEqual({ chat: 'slack', channel: INCIDENTS, id: message?.ts })
})

test('the picture is uploaded again only when something changed and five minutes have passed', async () => {
  const { chat, slack, incident } = place
  const uploads = () => slack.journal.calls('files.completeUploadExternal').length
  const thread = await post(place)
  expect(JSON.stringify(slack.said(INCIDENTS)[0]?.blocks)).toContain('slack_file')
  await chat.edit(thread, { kind: 'incident', incident: { ...incident, version: 8 } })
  expect(uploads()).toBe(1)
  place.pass(5 * 60_000)
  await chat.edit(thread, { kind: 'incident', incident })
  expect(uploads()).toBe(1)
  await chat.edit(thread, { kind: 'incident', incident: { ...incident, version: 9 } })
  expect(uploads()).toBe(2)
})

test.each([
  ['cannot be uploaded', { method: 'files.getUploadURLExternal', kind: 'error', error: 'missing_scope' }],
  ['is not taken by Slack', { method: 'chat.postMessage', times: 1, kind: 'error', error: 'invalid_blocks' }],
] as const)('a picture that %s is left out', async (_, fault) => {
  place.slack.faults.add({ ...fault })
  await post(place)
  const [message] = place.slack.said(INCIDENTS)
  expect(message?.blocks.length).toBeGreaterThan(2)
  expect(JSON.stringify(message?.blocks)).not.toContain('slack_file')
})

test('a whisper reaches one person, in their own time', async () => {
  const thread = await post(place)
  const to = { chat: 'slack', user: ANA, name: 'Ana' } as const
  await place.chat.whisper(thread, to, { kind: 'details', incident: place.incident })
  expect(place.slack.said(INCIDENTS)).toHaveLength(1)
  expect(JSON.stringify(place.slack.whispered(ANA)[0]?.blocks)).toContain('14:02') // 13:02 UTC, in Berlin
})

test('what a source says stays text, whatever it looks like', async () => {
  const title =
    '<!channel> <@U00000ANA> *bold* [x](https://evil.example) ![i](https://evil.example/i.png) evil.com :bomb:'
  const incident = { ...place.incident, id: 'INC-44', title, services: ['<!here>'] }
  await place.chat.open('INC-44', { kind: 'incident', incident })
  const own = ['https://sentry.example/issues/1'] // the link to the evidence, which the source's API gave
  const live = place.slack.said(INCIDENTS).flatMap(message => message.live)
  expect(live.filter(({ kind, text }) => kind !== 'image' && !own.includes(text))).toEqual([])
})
