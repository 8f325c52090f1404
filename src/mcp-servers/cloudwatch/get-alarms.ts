// The tool get_alarms: metric and composite alarms as they stand.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { pageOutput, pageText } from '../list-page.ts'
import { iso } from '../present.ts'
import type { Accounts } from './accounts.ts'
import { ago } from './age.ts'
import { alarmView } from './alarm-views.ts'
import { cursorInput, pageEnd, pageFrom, placeOf } from './pages.ts'

const ALARMS_A_PAGE = 100
const alarmName = z.string().min(1).max(255)

const alarm = z.object({
  alarmName: z.string(),
  stateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  stateReason: z.string(),
  since: z.iso.datetime(),
  description: z.string().optional(),
  threshold: z.number().optional(),
  comparisonOperator: z.string().optional(),
  namespace: z.string().optional(),
  metricName: z.string().optional(),
  dimensions: z.record(z.string(), z.string()).optional(),
  statistic: z.string().optional(),
  periodSeconds: z.number().optional(),
  rule: z.string().optional().describe('of a composite alarm'),
})

export function getAlarms(accounts: Accounts): ReadTool {
  return defineReadTool({
    name: 'get_alarms',
    title: 'Alarms',
    description:
      'Metric and composite alarms with their state, reason and threshold. How often one turned: get_alarm_history.',
    input: z.object({
      state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
      alarm_names: z.array(alarmName).min(1).max(100).optional(),
      name_prefix: alarmName.optional(),
      limit: z.int().min(1).max(ALARMS_A_PAGE).default(50),
      cursor: cursorInput,
      ...accounts.argument,
    }),
    output: z.object({ asOf: z.iso.datetime(), items: z.array(alarm), ...pageOutput }),
    async run({ account, state, alarm_names: names, name_prefix: prefix, limit, cursor }, { signal, now }) {
      const { cloudwatch, resilience } = accounts.named(account)
      if (names && prefix) throw new Fault('validation', 'Give alarm_names or name_prefix, not both: AWS takes one.')
      const page = await pageFrom(placeOf(cursor), limit, async (token, most) => {
        const asked = { state, names, prefix, limit: Math.min(most, ALARMS_A_PAGE), token }
        const value = await resilience.run('list alarms', each => cloudwatch.alarms(asked, each), { signal })
        return { ...value, rows: value.rows.map(alarmView) }
      })
      return { asOf: iso(now()), items: page.rows, ...pageEnd(page, HINTS) }
    },
    text: ({ asOf, items, ...page }) =>
      pageText(
        items.map(({ stateValue, alarmName: name, since, stateReason }) =>
          `${stateValue} ${name} since ${since} (${ago(since, asOf)}): ${stateReason}`.trimEnd(),
        ),
        page,
      ),
  })
}

const HINTS = {
  more: 'More: pass nextCursor as cursor, or narrow by state or name_prefix.',
  none: 'None in this state or by these names.',
}
