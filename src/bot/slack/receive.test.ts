import { afterEach, expect, test, vi } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { UNOBSERVED } from '#incident/observe.ts'
import { signed, written } from '../../../simulator/slack/delivery.ts'
import { ANA, INCIDENTS, openWorkplace, post } from '../../../test/slack-workplace.ts'
import type { Workplace } from '../../../test/slack-workplace.ts'

let place: Workplace
afterEach(() => place.close())

const SECONDS = 1_000

async function send(headers: Record<string, string>, body: string): Promise<number> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const { status } = await fetch(place.requestUrl, { method: 'POST', headers: { ...type, ...headers }, body })
  return status
}

function helpCommand(trigger = '1.1'): string {
  const payload = { command: '/incident', text: 'help', trigger_id: trigger, user_id: ANA, channel_id: INCIDENTS }
  return written({ kind: 'slash_commands', payload }).body
}

test('only what Slack signed just now is taken, and once', async () => {
  place = await openWorkplace('http')
  const body = helpCommand()
  const secret = place.slack.signingSecret
  const now = place.now()

  expect(await send({}, body)).toBe(401)
  expect(await send(signed(body, { secret: 'another secret', at: now }), body)).toBe(401)
  expect(await send(signed(helpCommand('2.2'), { secret, at: now }), body)).toBe(401)
  expect(await send(signed(body, { secret, at: now - 301 * SECONDS }), body)).toBe(401)
  expect(await send(signed(body, { secret, at: now + 301 * SECONDS }), body)).toBe(401)
  expect(await send({ ...signed(body, { secret, at: now }), 'x-slack-request-timestamp': 'soon' }, body)).toBe(401)
  expect(place.asked).toEqual([])

  const good = signed(body, { secret, at: now })
  expect(await send(good, body)).toBe(200)
  expect(await send(good, body)).toBe(401) // the very same again
  expect(await send(signed(body, { secret, at: now + SECONDS }), body)).toBe(200) // Slack sends it again
  await vi.waitFor(() => expect(place.asked).toHaveLength(1))

  const long = 'x'.repeat(1_100_000)
  expect(await send(signed(long, { secret, at: now }), long)).toBe(413)
})

test('the address is proven when Slack asks for it', async () => {
  place = await openWorkplace('http')
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c0ffee' })
  const headers = {
    'content-type': 'application/json',
    ...signed(body, { secret: place.slack.signingSecret, at: place.now() }),
  }
  const response = await fetch(place.requestUrl, { method: 'POST', headers, body })
  expect(await response.json()).toEqual({ challenge: 'c0ffee' })
})

test.each(['http', 'socket'] as const)(
  '%s: nothing is acknowledged that is not written down; what is sent again is done once',
  async door => {
    let isFull = false
    const acks: number[] = []
    place = await openWorkplace(door, {
      patienceMillis: 400,
      store: store => ({
        ...store,
        async receive(received) {
          if (isFull) throw new Fault('resource', 'The disk is full.')
          return store.receive(received)
        },
      }),
      observe: {
        ...UNOBSERVED,
        time: (name, seconds) => void (name === 'chat_ack_duration_seconds' && acks.push(seconds)),
      },
    })
    const thread = await post(place)
    const [message] = place.slack.said(INCIDENTS)
    if (!message) throw new Error('nothing was posted')

    isFull = true
    const refused = await place.slack.people.mention(ANA, INCIDENTS, 'what changed?', thread.id)
    expect(refused.accepted).toBe(false)
    expect(place.asked).toEqual([])

    isFull = false
    const taken = await place.slack.people.mention(ANA, INCIDENTS, 'help', thread.id, { duplicates: 3 })
    expect(taken.accepted).toBe(true)
    await place.slack.people.press(ANA, message, 'Details', { duplicates: 3 })
    await vi.waitFor(() => expect(place.asked.map(({ action }) => action.kind)).toEqual(['help', 'details']))
    expect(acks.length).toBeGreaterThanOrEqual(4)
  },
)

test('a socket that Slack renews is opened again, also when that is refused at first', async () => {
  place = await openWorkplace('socket')
  place.slack.faults.add({ method: 'apps.connections.open', times: 1, kind: 'error', error: 'invalid_auth' })
  place.slack.socket.refresh()
  await vi.waitFor(() => expect(place.slack.journal.calls('apps.connections.open')).toHaveLength(3), { timeout: 5_000 })
  await place.slack.socket.connected()
  await vi.waitFor(() => expect(place.slack.socket.connections()).toBe(1))
  expect((await place.slack.people.command(ANA, INCIDENTS, 'help')).accepted).toBe(true)
  await vi.waitFor(() => expect(place.asked).toHaveLength(1))
})
