// The tool get_dashboard_summary: what one dashboard shows and which variables it has, in place of its JSON.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import type { Grafana } from './client.ts'
import { dashboardUid } from './grammar.ts'
import type { Links } from './links.ts'
import { pageInput, pageOf, pageOutput, pageText } from '../list-page.ts'
import { textOfTarget } from './query-model.ts'
import { panelsIn, targetsOf, variablesIn } from './schema.ts'
import type { Panel, Target, Variable } from './schema.ts'

const panelSchema = z.object({
  id: z.number(),
  title: z.string(),
  type: z.string(),
  datasource: z.string().optional(),
  unit: z.string().optional(),
  queries: z.array(z.string()).optional(),
})
const variableSchema = z.object({ name: z.string(), type: z.string(), values: z.array(z.string()) })
BRIEF.add(panelSchema, { description: 'Also: type, datasource, unit, queries', fields: ['id', 'title'] })
BRIEF.add(variableSchema, { description: 'name, type, values', fields: [] })

export function getDashboardSummary(grafana: Grafana, links: Links, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_dashboard_summary',
    title: 'One dashboard',
    description: 'Panels of a dashboard with ids for query_panel, and its variables with the values it was saved with.',
    input: z.object({
      dashboard_id: dashboardUid.describe('uid, see get_dashboards'),
      full: z.boolean().default(false).describe("the panels' queries too"),
      ...pageInput(50, 200),
    }),
    output: z.object({
      title: z.string(),
      url: z.string(),
      variables: z.array(variableSchema),
      items: z.array(panelSchema),
      ...pageOutput,
    }),
    text: ({ title, url, variables, items, ...page }) =>
      [
        asRows([
          `${title}  ${url}`,
          ...variables.map(({ name, values }) => `$${name} = ${values.join(', ') || '(no value)'}`),
        ]),
        pageText(
          items.flatMap(({ id, title: panel, type, queries = [] }) => [
            `${id}  ${panel}  (${type})`,
            ...queries.map(query => `  ${query}`),
          ]),
          page,
        ),
      ].join('\n'),
    async run({ dashboard_id: uid, full, ...page }, { signal }) {
      const value = await resilience.run('read a dashboard', each => grafana.dashboard(uid, each), { signal })
      const panels = panelsIn(value).filter(panel => panel.type !== 'row')
      const items = panels.flatMap(panel => (panel.id == null ? [] : [panelView(panel, panel.id, full)]))
      return {
        title: safe(value.dashboard.title),
        url: links.dashboard(uid),
        variables: variablesIn(value).map(variableView),
        ...pageOf(items, page, { empty: 'It has no panels.', narrow: 'Read on with the cursor.' }),
      }
    },
  })
}

function panelView(panel: Panel, id: number, full: boolean) {
  const unit = panel.fieldConfig?.defaults?.unit
  const targets = targetsOf(panel)
  const source = sourceNamed(panel.datasource) || sourceNamed(targets[0]?.datasource)
  return {
    id,
    title: safe(panel.title),
    type: safe(panel.type),
    ...(source && { datasource: safe(source) }),
    ...(unit && { unit: safe(unit) }),
    ...(full && { queries: targets.map(target => `${safe(target.refId)}: ${safe(textOfTarget(target))}`) }),
  }
}

function sourceNamed(named: Target['datasource']): string {
  return typeof named === 'string' ? named : (named?.uid ?? '')
}

const MOST_VALUES = 20

function variableView({ name, type, current }: Variable) {
  const values = [current?.value ?? []].flat()
  return { name: safe(name), type: safe(type), values: values.slice(0, MOST_VALUES).map(safe) }
}
