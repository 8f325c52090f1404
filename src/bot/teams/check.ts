// Whether Teams would work, for `doctor`: one line a thing, with the way to mend it.
import { asFault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import type { Check } from '../check.ts'
import { channelsOf } from '../route.ts'
import type { Connector } from './connector.ts'
import type { Graph } from './find.ts'
import type { TeamsSettings } from './settings.ts'
import type { Tokens } from './token.ts'

const MOST_SKEW_MILLIS = 5 * 60_000 // what the check of a token's times allows

/** Never throws. What cannot be known because something before it is wrong is left out. */
export async function checkTeams(given: {
  settings: TeamsSettings
  botScope: string
  tokens: Tokens
  connector: Connector
  graph: Graph | undefined
}): Promise<Check[]> {
  const { settings, botScope, tokens, connector, graph } = given
  const credentials = await tried('Teams credentials', 'accepted', () => tokens.get(botScope), CREDENTIALS)
  const checks = [credentials, ...clockCheck(tokens.skewMillis())]
  if (credentials.state !== 'ok') return checks
  for (const channel of channelsOf(settings)) {
    const what = `Teams channel ${channel}`
    checks.push(await tried(what, 'the app is in it', () => connector.members(channel), IN_CHANNEL))
  }
  checks.push(
    graph
      ? await tried(FIND, 'allowed', () => graph.reach(settings.channel), MAY_READ)
      : {
          what: FIND,
          state: 'missing',
          says: 'no team is set: after a crash a message may be posted twice',
          mend: TEAM,
        },
  )
  return checks
}

async function tried(what: string, says: string, attempt: () => Promise<unknown>, mend: string): Promise<Check> {
  try {
    await attempt()
    return { what, state: 'ok', says }
  } catch (error) {
    return { what, state: 'wrong', says: asFault(error).message, mend }
  }
}

function clockCheck(skew: Millis | undefined): Check[] {
  if (skew === undefined) return []
  const what = 'Clock against Microsoft'
  if (Math.abs(skew) <= MOST_SKEW_MILLIS) return [{ what, state: 'ok', says: 'agrees' }]
  const says = `this machine is ${Math.round(Math.abs(skew) / 60_000)} min ${skew > 0 ? 'behind' : 'ahead'}`
  return [{ what, state: 'wrong', says, mend: 'Set the clock (NTP): what Teams sends is refused while it is off.' }]
}

const FIND = 'Finding our own messages in Teams'
const CREDENTIALS =
  'In the Azure portal, App registrations: compare the client and tenant ids, and make a new client secret if it has expired.'
const IN_CHANNEL =
  'Upload the app to the team (Teams: Apps, Manage your apps), and copy the channel id from its link, decoded: 19:…@thread.tacv2.'
const MAY_READ =
  'Install the app in the team anew and agree to its permission to read the messages of that channel (ChannelMessage.Read.Group).'
const TEAM = "Set TEAMS_TEAM to the groupId in the channel's link."
