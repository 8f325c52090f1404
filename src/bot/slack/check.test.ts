import { afterEach, beforeEach, expect, test } from 'vitest'
import { INCIDENTS, openWorkplace } from '../../../test/slack-workplace.ts'
import type { Workplace } from '../../../test/slack-workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await openWorkplace('http', { settings: { routes: [{ services: ['pay'], channel: '#payments' }] } })
})
afterEach(() => place.close())

const found = async () => Object.fromEntries((await place.chat.check()).map(({ what, ...rest }) => [what, rest]))

test('a whole setup is told so, a channel by name is not', async () => {
  const checks = await found()
  expect(checks['Slack: channel #payments']).toMatchObject({
    state: 'wrong',
    mend: expect.stringContaining('channel id'),
  })
  delete checks['Slack: channel #payments']
  for (const check of Object.values(checks)) expect(check).toMatchObject({ state: 'ok' })
})

test('what is missing is named, with the way to mend it', async () => {
  const { slack } = place
  slack.tokens.scopes.delete('files:write')
  slack.workspace.channels.get(INCIDENTS)?.members.delete(slack.workspace.bot.user)
  expect(await found()).toMatchObject({
    'Slack: scopes': { state: 'missing', says: expect.stringContaining('files:write') },
    [`Slack: channel ${INCIDENTS}`]: { state: 'missing', mend: expect.stringContaining('/invite') },
  })
  slack.tokens.bot = 'xoxb-another'
  expect(await found()).toMatchObject({
    'Slack: token': { state: 'wrong', says: expect.stringContaining('SLACK_BOT_TOKEN') },
  })
})
