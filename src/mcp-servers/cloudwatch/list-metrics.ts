// The tool list_metrics: which metrics there are, with the whole set of dimensions that get_metrics needs.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { pageOutput, pageText } from '../list-page.ts'
import { safe, safeLabels } from '../safe.ts'
import type { Accounts } from './accounts.ts'
import { dimensions, metricName, metricNamespace } from './grammar.ts'
import { cursorInput, pageEnd, pageFrom, placeOf } from './pages.ts'

export function listMetrics(accounts: Accounts): ReadTool {
  return defineReadTool({
    name: 'list_metrics',
    title: 'Metrics there are',
    description:
      'Metrics by namespace, name and some of their dimensions, each with all its dimensions: what get_metrics needs.',
    input: z.object({
      namespace: metricNamespace.optional(),
      metric_name: metricName.optional(),
      dimensions: dimensions.optional().describe('those that have all of these'),
      active: z.boolean().default(true).describe('false: also those without points in the last 3 h'),
      limit: z.int().min(1).max(500).default(100),
      cursor: cursorInput,
      ...accounts.argument,
    }),
    output: z.object({
      metrics: z.array(
        z.object({ namespace: z.string(), metricName: z.string(), dimensions: z.record(z.string(), z.string()) }),
      ),
      ...pageOutput,
    }),
    async run({ account, namespace, metric_name: name, dimensions: having, active, limit, cursor }, { signal }) {
      const { cloudwatch, resilience } = accounts.named(account)
      const page = await pageFrom(placeOf(cursor), limit, async token => {
        const asked = { namespace, name, dimensions: having, active, token }
        const value = await resilience.run('list metrics', each => cloudwatch.metrics(asked, each), { signal })
        const metrics = value.rows.map(({ Namespace, MetricName, Dimensions }) => ({
          namespace: safe(Namespace),
          metricName: safe(MetricName),
          dimensions: safeLabels(Dimensions),
        }))
        return { ...value, rows: metrics }
      })
      return { metrics: page.rows, ...pageEnd(page, HINTS) }
    },
    text: ({ metrics, ...page }) =>
      pageText(
        metrics.map(({ namespace, metricName: metric, dimensions: of }) => `${namespace} ${metric} ${listed(of)}`),
        page,
      ),
  })
}

const HINTS = {
  more: 'More: pass nextCursor as cursor, or narrow by namespace, metric_name or dimensions.',
  none: 'No such metric. Try active: false, or fewer arguments.',
}

function listed(pairs: Record<string, string>): string {
  return `{${Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')}}`
}
