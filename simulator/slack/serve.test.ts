import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSlack } from './serve.ts'
import type { Slack } from './serve.ts'

const INCIDENTS = 'C00000001'
let now = Date.UTC(2026, 10, 20, 13)
let slack: Slack

beforeEach(async () => {
  slack = await openSlack({ clock: () => now })
})
afterEach(() => slack.close())

async function call(method: string, input: object, token = slack.tokens.bot) {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  const answer = (await response.json()) as { ok: boolean; error?: string; ts?: string; [field: string]: unknown }
  return { status: response.status, wait: response.headers.get('retry-after'), ...answer }
}

const section = (text: string) => ({ type: 'section', text: { type: 'plain_text', text } })
const button = (text: string, id: string) => ({ type: 'button', action_id: id, text: { type: 'plain_text', text } })
const post = (blocks: unknown[], more: object = {}) => call('chat.postMessage', { channel: INCIDENTS, blocks, ...more })

test.each([
  ['a block of another world', [{ type: 'hologram' }]],
  ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' }))],
  ['a text of 3,001 characters', [section('x'.repeat(3_001))]],
  ['an empty text', [section('')]],
  ['a button of 76 characters', [{ type: 'actions', elements: [button('x'.repeat(76), 'a')] }]],
  ['two elements of one name', [{ type: 'actions', elements: [button('a', 'a'), button('b', 'a')] }]],
  ['an option value of 151 characters', [menu('x'.repeat(151))]],
  [
    'an empty piece of rich text',
    [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] }] }],
  ],
  ['a picture that was never uploaded', [{ type: 'image', alt_text: 'x', slack_file: { id: 'F1' } }]],
])('%s is refused as Slack refuses it', async (_, blocks) => {
  expect(await post(blocks)).toMatchObject({ ok: false, error: 'invalid_blocks' })
  expect(slack.said(INCIDENTS)).toEqual([])
})

function menu(value: string) {
  const option = { text: { type: 'plain_text', text: 'x' }, value }
  return { type: 'actions', elements: [{ type: 'static_select', action_id: 'a', options: [option] }] }
}

test('who may what: token, scope, membership, thread', async () => {
  expect(await call('auth.test', {}, 'xoxb-other')).toMatchObject({ error: 'invalid_auth' })
  expect(await call('apps.connections.open', {})).toMatchObject({ error: 'not_allowed_token_type' })
  expect(await call('chat.postMessage', { channel: 'C00000003', text: 'x' })).toMatchObject({ error: 'not_in_channel' })
  expect(await call('chat.postMessage', { channel: 'C9', text: 'x' })).toMatchObject({ error: 'channel_not_found' })
  expect(await post([], { text: 'x', thread_ts: '1.000001' })).toMatchObject({ error: 'thread_not_found' })
  slack.tokens.scopes.delete('chat:write')
  expect(await post([section('x')])).toMatchObject({ error: 'missing_scope' })
})

test('more than one message a second in a channel is too many after a short burst', async () => {
  const answers = []
  for (let i = 0; i < 6; i++) answers.push(await post([section('x')]))
  expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true, false])
  expect(answers.at(-1)).toMatchObject({ status: 429, wait: '1' })
  now += 1_000
  expect(await post([section('x')])).toMatchObject({ ok: true })
})

test('what would come alive on a screen is seen', async () => {
  await call('chat.postMessage', { channel: INCIDENTS, text: '<!channel> see https://evil.example and *bold*' })
  await post([{ type: 'markdown', text: '[x](https://evil.example)' }, section('<!here> *x* https://a.example')])
  const rich = {
    type: 'rich_text_section',
    elements: [
      { type: 'text', text: '<@U1>' },
      { type: 'user', user_id: 'U1' },
    ],
  }
  await post([{ type: 'rich_text', elements: [rich] }])
  expect(slack.said(INCIDENTS).map(({ live }) => live.map(({ kind }) => kind))).toEqual([
    ['mention', 'link', 'formatting'],
    ['link', 'link'],
    ['mention'],
  ])
})

test('a lost answer is a message all the same; a dropped request is none', async () => {
  const send = () => post([section('x')])
  slack.faults.add({ kind: 'drop', times: 1 })
  await expect(send()).rejects.toThrow()
  slack.faults.add({ kind: 'drop', accepted: true, times: 1 })
  await expect(send()).rejects.toThrow()
  expect(slack.said(INCIDENTS)).toHaveLength(1)
  expect(slack.journal.calls('chat.postMessage').map(({ outcome }) => outcome)).toEqual(['lost', 'ok'])
})
