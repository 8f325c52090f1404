// The tool list_log_groups: which log groups there are, by a part of their name.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { pageOutput, pageText } from '../list-page.ts'
import { safe } from '../safe.ts'
import type { Accounts } from './accounts.ts'
import { logGroupName } from './grammar.ts'
import { GROUPS_A_PAGE } from './logs-client.ts'
import { cursorInput, pageEnd, pageFrom, placeOf } from './pages.ts'

export function listLogGroups(accounts: Accounts): ReadTool {
  return defineReadTool({
    name: 'list_log_groups',
    title: 'Log groups',
    description: 'Log groups by a part of their name, with size and retention. For get_logs and query_insights.',
    input: z.object({
      pattern: logGroupName.optional().describe('part of the name, upper and lower case alike'),
      limit: z.int().min(1).max(GROUPS_A_PAGE).default(GROUPS_A_PAGE),
      cursor: cursorInput,
      ...accounts.argument,
    }),
    output: z.object({
      logGroups: z.array(
        z.object({ name: z.string(), storedBytes: z.number().optional(), retentionDays: z.number().optional() }),
      ),
      ...pageOutput,
    }),
    async run({ account, pattern, limit, cursor }, { signal }) {
      const { cloudwatch, resilience } = accounts.named(account)
      const page = await pageFrom(placeOf(cursor), limit, async (token, most) => {
        const asked = { pattern, limit: Math.min(most, GROUPS_A_PAGE), token }
        const value = await resilience.run('list log groups', each => cloudwatch.logGroups(asked, each), { signal })
        const groups = value.rows.map(({ logGroupName: name, storedBytes, retentionInDays }) => ({
          name: safe(name),
          ...(storedBytes != null && { storedBytes }),
          ...(retentionInDays != null && { retentionDays: retentionInDays }),
        }))
        return { ...value, rows: groups }
      })
      return { logGroups: page.rows, ...pageEnd(page, HINTS) }
    },
    text: ({ logGroups, ...page }) =>
      pageText(
        logGroups.map(
          ({ name, storedBytes = 0, retentionDays }) =>
            `${name}  ${sizeOf(storedBytes)}  ${retentionDays ? `kept ${retentionDays}d` : 'kept for ever'}`,
        ),
        page,
      ),
  })
}

const HINTS = {
  more: 'More: pass nextCursor as cursor, or narrow by pattern.',
  none: 'No such log group in this account and region. Try a shorter pattern.',
}

function sizeOf(bytes: number): string {
  const [size, unit] = UNITS.find(([each]) => bytes >= each) ?? [1, 'B']
  return `${Math.round((bytes / size) * 10) / 10} ${unit}`
}

const UNITS = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const
