// Who somebody is: asked of Slack, never taken from what a request says of itself, and kept for ten minutes.
import { Fault } from '#incident/fault.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import { createKept } from '../kept.ts'
import type { Call } from './client.ts'

/** `zone`: an IANA name. */
export type Known = { person: Person; zone: string }

export type Us = { team: string; enterprise?: string; user: string }

export type People = {
  /** Throws a Fault where Slack cannot say: then nobody may act. */
  know(user: string): Promise<Known>
  us(): Promise<Us>
}

const KEPT_MILLIS = 10 * 60_000
const MOST_KEPT = 1_000

export function createPeople({ call, clock }: { call: Call; clock: () => Millis }): People {
  const known = createKept<Known & { at: Millis }>(MOST_KEPT)
  let ours: Promise<Us> | undefined

  function us(): Promise<Us> {
    ours ??= askWhoWeAre(call).catch(error => {
      ours = undefined
      throw error
    })
    return ours
  }

  return {
    us,
    async know(user) {
      const kept = known.get(user)
      if (kept && clock() - kept.at < KEPT_MILLIS) return kept
      const asked = { ...(await ask(call, user, await us())), at: clock() }
      known.set(user, asked)
      return asked
    },
  }
}

async function askWhoWeAre(call: Call): Promise<Us> {
  const { team_id: team, enterprise_id: enterprise, user_id: user } = await call(web => web.auth.test())
  if (!team || !user) throw new Fault('network', 'Slack did not say which workspace the bot is in.')
  return { team, user, ...(enterprise && { enterprise }) }
}

async function ask(call: Call, user: string, us: Us): Promise<Known> {
  const { user: told } = await call(web => web.users.info({ user }))
  if (!told?.id || !told.team_id) throw new Fault('not_found', 'Slack does not know this person.')
  const standing = standingOf(told, us)
  return {
    person: {
      chat: 'slack',
      team: told.team_id,
      user: told.id,
      name: told.profile?.display_name || told.real_name || told.name || told.id,
      ...(standing && { standing }),
    },
    zone: told.tz ?? 'UTC',
  }
}

type Told = {
  team_id?: string
  enterprise_user?: { enterprise_id?: string }
  is_bot?: boolean
  is_restricted?: boolean
  is_ultra_restricted?: boolean
  is_stranger?: boolean
  deleted?: boolean
}

function standingOf(told: Told, us: Us): Person['standing'] {
  if (told.is_bot) return 'bot'
  const isColleague = us.enterprise !== undefined && told.enterprise_user?.enterprise_id === us.enterprise
  if (told.is_stranger || told.deleted || (told.team_id !== us.team && !isColleague)) return 'stranger'
  return told.is_restricted || told.is_ultra_restricted ? 'guest' : undefined
}
