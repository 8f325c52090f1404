// Who everybody is: auth.test, users.info. And what every method answers in the end: api.test.
import { z } from 'zod'
import { method, Refusal } from '../method.ts'
import type { Method } from '../method.ts'

export const peopleMethods: Record<string, Method> = {
  'api.test': method({ scope: 'none', rate: 4, input: z.object({}), run: () => ({}) }),
  'auth.test': method({
    rate: 4,
    input: z.object({}),
    run: (_input, { team, bot }) => ({
      url: 'https://example.slack.com/',
      team: 'Example',
      team_id: team,
      user: 'incidents',
      user_id: bot.user,
      bot_id: bot.id,
      is_enterprise_install: false,
    }),
  }),
  'users.info': method({
    scope: 'users:read',
    rate: 4,
    input: z.object({ user: z.string() }),
    run({ user }, { members, team }) {
      const member = members.get(user)
      if (!member) return new Refusal('user_not_found')
      const { id, name, zone } = member
      return {
        user: {
          id,
          team_id: member.team,
          name: name.toLowerCase(),
          real_name: name,
          deleted: false,
          tz: zone,
          is_bot: member.isBot ?? false,
          is_restricted: member.isRestricted ?? false,
          is_ultra_restricted: member.isUltraRestricted ?? false,
          ...(member.team !== team && { is_stranger: true }),
          profile: { real_name: name, display_name: name },
        },
      }
    },
  }),
}
