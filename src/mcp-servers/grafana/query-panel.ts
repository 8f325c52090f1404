// The tool query_panel: what one panel of a dashboard shows, its queries run with the dashboard's variables filled in.
import { z } from 'zod'
import { asFault, Fault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import type { Grafana, Query } from './client.ts'
import { sourceOfTarget } from './find-source.ts'
import { dashboardUid, panelNumber, spanOf, timeRange, variableValues } from './grammar.ts'
import type { Links } from './links.ts'
import { modelOfTarget, textOfTarget } from './query-model.ts'
import { gridOf, longestOf, mostPoints } from './query-span.ts'
import { isEmpty, resultsOf, resultsOutput, resultsText } from './results.ts'
import { panelsIn, targetsOf } from './schema.ts'
import type { Dashboard, DataSource, Panel, Target } from './schema.ts'
import { filledIn, variablesOf } from './variables.ts'

const MOST_QUERIES = 10

const querySchema = z.object({
  refId: z.string(),
  query: z.string(),
  datasource: z.string().optional(),
  ...resultsOutput,
  error: z.string().optional(),
})
BRIEF.add(querySchema, {
  description: 'Also: datasource; series, lines and tables as of execute_query; error where it was not answered',
  fields: ['refId', 'query'],
})

export function queryPanel(grafana: Grafana, links: Links, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'query_panel',
    title: 'What a panel shows',
    description:
      "Runs a panel's queries with the dashboard's variables filled in. A query that cannot be run says why and leaves the others standing.",
    input: z.object({
      dashboard_id: dashboardUid.describe('uid, see get_dashboards'),
      panel_id: panelNumber.describe('see get_dashboard_summary'),
      time_range: timeRange,
      variables: variableValues,
      max_points: mostPoints,
    }),
    output: z.object({
      title: z.string(),
      unit: z.string().optional(),
      url: z.string(),
      queries: z.array(querySchema),
      truncated: z.boolean(),
      hint: z.string().optional(),
    }),
    text: ({ title, unit, url, queries, hint }) =>
      asRows([
        `${title}${unit ? ` (${unit})` : ''}  ${url}`,
        ...queries.flatMap(({ refId, query, error, ...results }) => [
          `${refId}: ${query}`,
          ...(error ? [`  ${error}`] : resultsText(results).map(line => `  ${line}`)),
        ]),
        ...(hint ? [hint] : []),
      ]),
    async run({ dashboard_id: uid, panel_id: id, time_range: range, variables: given, max_points: points }, context) {
      const ask = <T>(what: string, once: (each: AbortSignal) => Promise<T>) =>
        resilience.run(what, once, { signal: context.signal })
      const [dashboard, sources] = await Promise.all([
        ask('read a dashboard', each => grafana.dashboard(uid, each)),
        ask('list data sources', each => grafana.dataSources(each)),
      ])
      const panel = panelOf(dashboard, id)
      const variables = variablesOf(dashboard, given)
      const targets = targetsOf(panel).filter(target => !target.hide)
      const planned = targets.slice(0, MOST_QUERIES).map(target => planOf(target, panel, variables, sources))
      const longest = Math.min(longestOf(), ...planned.map(({ source }) => longestOf(source?.type)))
      const span = spanOf(range, context.now(), longest)
      const asked = planned.flatMap(({ model, source, refId }): Query[] =>
        model && source ? [{ refId, source, model, ...gridOf(span, points) }] : [],
      )
      const answers =
        asked.length > 0
          ? await ask('query a panel', each => grafana.query(asked, span, each))
          : new Map<string, never>()
      return answerOf(panel, planned, answers, links.panel(uid, id, { span, variables: given }), targets.length)
    },
  })
}

type Plan = { refId: string; query: string; source?: DataSource; model?: Record<string, unknown>; error?: string }
type Answers = Awaited<ReturnType<Grafana['query']>>

/** Whom to ask what; or in `error`, in our words, why not. */
function planOf(
  target: Target,
  panel: Panel,
  variables: ReadonlyMap<string, string | readonly string[]>,
  sources: readonly DataSource[],
): Plan {
  const { refId } = target
  const written = { refId, query: textOfTarget(target) }
  const source = sourceOfTarget(target, panel, variables, sources)
  if (!source) return { ...written, error: 'Its data source is gone, or is an expression of Grafana.' }
  const filled = filledIn(target, variables, source.type)
  if (!filled) return { ...written, source, error: 'A variable in it has no value here: give one in variables.' }
  const query = textOfTarget(filled)
  try {
    return { refId, query, source, model: modelOfTarget(source.type, filled) }
  } catch (error) {
    return { refId, query, source, error: asFault(error).message }
  }
}

function answerOf(panel: Panel, planned: readonly Plan[], answers: Answers, url: string, all: number) {
  const unit = panel.fieldConfig?.defaults?.unit
  const told = planned.map(({ refId, query, source, error }) => {
    const answer = answers.get(refId)
    const { results, truncated } = resultsOf(answer?.frames ?? [], 1 / planned.length)
    const why = error ?? (!answer || answer.error ? 'The data source did not accept it.' : undefined)
    const view = { refId: safe(refId), query: safe(query), ...(source && { datasource: safe(source.uid) }) }
    return { ...view, ...results, truncated, ...(why && { error: why }) }
  })
  const truncated = told.some(each => each.truncated) || all > planned.length
  const nothing = told.every(each => !each.error && isEmpty(each))
  const hint = truncated ? MORE : all === 0 ? NO_QUERIES : nothing ? NOTHING : undefined
  return {
    title: safe(panel.title),
    ...(unit && { unit: safe(unit) }),
    url,
    queries: told.map(({ truncated: _truncated, ...each }) => each),
    truncated,
    ...(hint && { hint }),
  }
}

const MORE = 'There is more: shorten time_range, choose fewer values of a variable, or aggregate with execute_query.'
const NO_QUERIES = 'This panel has no queries: it is a text, a row, or of a library.'
const NOTHING = 'Nothing found. Try another time_range, or other variables.'

function panelOf(dashboard: Dashboard, id: number): Panel {
  const panels = panelsIn(dashboard)
  const panel = panels.find(each => each.id === id)
  if (panel) return panel
  const known = panels.flatMap(each => (each.id != null && each.type !== 'row' ? [each.id] : [])).slice(0, 20)
  throw new Fault('not_found', `This dashboard has no panel ${id}; it has: ${known.join(', ') || 'none'}.`)
}
