import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pressValue } from '#cards/press-value.ts'
import type { Message } from '../../../simulator/slack/workspace.ts'
import { ANA, INCIDENTS, openWorkplace, post } from '../../../test/slack-workplace.ts'
import type { Workplace } from '../../../test/slack-workplace.ts'

let place: Workplace
let message: Message
beforeEach(async () => {
  place = await openWorkplace('http')
  const { channel, id } = await post(place)
  message = place.slack.workspace.message(channel, id) as Message
})
afterEach(() => place.close())

const modal = () =>
  vi.waitFor(() => {
    const view = place.slack.viewOf(ANA, 'modal')
    if (!view) throw new Error('no modal yet')
    return view
  })

test('no, with a reason: asked in a form, done once, answered where it was pressed', async () => {
  place.slack.faults.add({ method: 'users.info', kind: 'status', status: 500 }) // a form does not wait for it
  await place.slack.people.pressValue(
    ANA,
    message,
    'press-0',
    pressValue({ kind: 'deny', remedy: 'INC-42-R1', reason: 'x' }),
  )
  const view = await modal()
  place.slack.faults.clear()
  const { accepted } = await place.slack.people.submit(ANA, view, { 'Why not': 'too risky' }, { duplicates: 2 })
  expect(accepted).toBe(true)
  await vi.waitFor(() => expect(place.slack.whispered(ANA)).toHaveLength(1))
  expect(place.asked.map(({ action }) => action)).toEqual([{ kind: 'deny', remedy: 'INC-42-R1', reason: 'too risky' }])
  expect(place.slack.viewOf(ANA, 'modal')).toBeUndefined()
})

test('what makes no sense is said at the field, and the form stays open', async () => {
  await place.slack.people.command(ANA, INCIDENTS, 'declare')
  const view = await modal()
  const half = await place.slack.people.submit(ANA, view, {
    'What is wrong': ' ',
    Service: 'checkout',
    'How bad': 'high',
  })
  expect(half.answer).toEqual({
    response_action: 'errors',
    errors: { title: expect.stringContaining('expected some words') },
  })
  expect(place.asked).toEqual([])
  await place.slack.people.submit(ANA, view, {
    'What is wrong': 'Checkout fails',
    Service: 'checkout',
    'How bad': 'high',
  })
  await vi.waitFor(() => expect(place.asked).toHaveLength(1))
  expect(place.asked[0]?.action).toMatchObject({ kind: 'declare', title: 'Checkout fails', severity: 'high' })
})

test('signals to split off are chosen from those of the incident', async () => {
  await place.slack.people.pressValue(
    ANA,
    message,
    'press-0',
    pressValue({ kind: 'form', form: 'split', about: 'INC-42' }),
  )
  await place.slack.people.submit(ANA, await modal(), { 'Signals of another incident': ['crash', 'alarm'] })
  await vi.waitFor(() => expect(place.asked).toHaveLength(1))
  expect(place.asked[0]?.action).toEqual({ kind: 'split', incident: 'INC-42', signals: ['crash', 'alarm'] })
})

test('a form that could not be opened in time is said, not swallowed', async () => {
  place.slack.faults.add({ method: 'views.open', kind: 'error', error: 'expired_trigger_id' })
  await place.slack.people.command(ANA, INCIDENTS, 'declare')
  await vi.waitFor(() => expect(JSON.stringify(place.slack.whispered(ANA)[0]?.blocks)).toContain('Press again'))
})
