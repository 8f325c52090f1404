import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { readIncident } from '#incident/store.ts'
import { createSlackChat } from '../slack.ts'
import { ANA, BEN, BOT, GUEST, INCIDENTS, noted, openWorkplace, PAYMENTS, post } from '../../../test/slack-workplace.ts'
import type { Workplace } from '../../../test/slack-workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await openWorkplace('socket')
})
afterEach(() => place.close())

async function follow() {
  const thread = await post(place)
  await place.store.append('INC-42', place.incident.version, place.now(), 'system', [{ type: 'posted', thread }])
}

test('the home tab tells what is open and what runs; a press on it is answered to them alone', async () => {
  const { people } = place.slack
  await people.openHome(ANA)
  const home = await vi.waitFor(() => {
    const view = place.slack.viewOf(ANA, 'home')
    if (!view) throw new Error('no home yet')
    return JSON.stringify(view.view)
  })
  expect(home).toContain('1 incident is open')
  expect(home).toContain('INC-42')
  await people.pressHome(ANA, 'List what is open')
  const alone = place.slack.workspace.directChannel(ANA).id
  await vi.waitFor(() => expect(place.slack.said(alone)).toHaveLength(1))
  expect(place.asked[0]?.action).toEqual({ kind: 'list' })
})

test('the home tab of a guest tells nothing', async () => {
  await place.slack.people.openHome(GUEST)
  await vi.waitFor(() => expect(place.slack.viewOf(GUEST, 'home')).toBeDefined())
  expect(JSON.stringify(place.slack.viewOf(GUEST, 'home')?.view)).not.toContain('INC-42')
})

test('who joins late is told what is open here, and nobody else is', async () => {
  const { people } = place.slack
  await people.join(BEN, INCIDENTS) // nothing is talked about here yet
  await vi.waitFor(async () => expect(await place.store.unhandled()).toEqual([]))
  await follow()
  await people.join(BOT, INCIDENTS)
  await people.join(BEN, PAYMENTS)
  await people.join(ANA, INCIDENTS)
  await vi.waitFor(() => expect(place.slack.whispered(ANA)).toHaveLength(1))
  expect(JSON.stringify(place.slack.whispered(ANA)[0]?.blocks)).toContain('Where things stand')
  expect(place.slack.whispered(BEN)).toEqual([])
  expect(place.slack.said(INCIDENTS)).toHaveLength(1)
})

test('who joined before a crash is not told again after it', async () => {
  await follow()
  const { slack, store, now } = place
  const joined = { kind: 'joined', user: ANA, place: { channel: INCIDENTS } }
  await store.receive({ id: 'slack:E1', at: now(), body: JSON.stringify(joined) })
  const settings = { botToken: slack.tokens.bot, channel: INCIDENTS, apiUrl: slack.apiUrl, routes: [] }
  const given = { settings, store, clock: now, pause: async () => {}, log: SILENT, observe: UNOBSERVED }
  const next = createSlackChat(given)
  await next.begin(async () => noted, {
    open: async () => [await readIncident(store, 'INC-42')],
    status: async () => ({ kind: 'status', open: 1, sources: [], everyMillis: 60_000, since: 0 }),
  })
  await next.close()
  expect(await store.unhandled()).toEqual([])
  expect(slack.whispered(ANA)).toEqual([])
})
