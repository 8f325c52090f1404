// The tool get_alarm_history: when alarms turned, what they set off, and who changed them; newest first.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis, Window } from '#incident/signal.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { pageOutput, pageText } from '../list-page.ts'
import { iso } from '../present.ts'
import { momentOf, whenSchema } from '../window.ts'
import type { Accounts } from './accounts.ts'
import { ago } from './age.ts'
import { historyView } from './alarm-views.ts'
import { cursorInput, pageEnd, pageFrom, placeOf, windowOfCursor } from './pages.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html: kept for 30 days. */
const LONGEST: Millis = 30 * 86_400_000
const ITEMS_A_PAGE = 100

export function getAlarmHistory(accounts: Accounts): ReadTool {
  return defineReadTool({
    name: 'get_alarm_history',
    title: 'What alarms did',
    description:
      'When metric and composite alarms turned and why, newest first; or what they set off (Action), or how they were ' +
      'changed (ConfigurationUpdate). An alarm that turns often says little.',
    input: z.object({
      alarm_name: z.string().min(1).max(255).optional().describe('absent: all'),
      type: z.enum(['StateUpdate', 'Action', 'ConfigurationUpdate']).default('StateUpdate'),
      since: whenSchema.default('24h').describe('at most 30d ago'),
      limit: z.int().min(1).max(ITEMS_A_PAGE).default(50),
      cursor: cursorInput,
      ...accounts.argument,
    }),
    output: z.object({
      asOf: z.iso.datetime(),
      items: z.array(
        z.object({
          at: z.iso.datetime(),
          alarmName: z.string(),
          composite: z.boolean(),
          summary: z.string(),
          reason: z.string().optional(),
        }),
      ),
      ...pageOutput,
    }),
    async run({ account, alarm_name: name, type, since, limit, cursor }, { signal, now }) {
      const { cloudwatch, resilience } = accounts.named(account)
      const window = windowOfCursor(cursor) ?? { from: momentOf(since, now()), to: now() }
      refuseLong(window)
      const page = await pageFrom(placeOf(cursor), limit, async (token, most) => {
        const asked = { name, type, span: window, limit: Math.min(most, ITEMS_A_PAGE), token }
        const ask = (each: AbortSignal) => cloudwatch.alarmHistory(asked, each)
        const value = await resilience.run('read alarm history', ask, { signal })
        return { ...value, rows: value.rows.map(historyView) }
      })
      return { asOf: iso(now()), items: page.rows, ...pageEnd(page, HINTS, window) }
    },
    text: ({ asOf, items, ...page }) =>
      pageText(
        items.map(({ at, alarmName, composite, summary, reason }) => {
          const who = composite ? `${alarmName} (composite)` : alarmName
          return `${at} (${ago(at, asOf)}) ${who}: ${summary}${reason ? `: ${reason}` : ''}`
        }),
        page,
      ),
  })
}

const HINTS = {
  more: 'Earlier ones exist: pass nextCursor as cursor, or narrow by alarm_name or since.',
  none: 'Nothing of this type in this time. Look further back with since, or check the name with get_alarms.',
}

function refuseLong({ from, to }: Window): void {
  if (to - from > LONGEST)
    throw new Fault('validation', 'CloudWatch keeps 30 days of history; since may be at most 30d.')
}
