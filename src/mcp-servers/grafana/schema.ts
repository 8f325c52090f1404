// Grafana's shapes as far as we read them, those of Prometheus and Loki behind it, and our settings for it.
// https://grafana.com/docs/grafana/latest/developers/http_api/
import { z } from 'zod'
import { dashboardUid } from './grammar.ts'

/** What the Grafana of `url` is called where there are several. */
export const DEFAULT_NAME = 'default'

const mostSeries = z.int().min(1).max(5000).default(1000).describe('series watched at most')

const other = z
  .strictObject({
    url: z.url(),
    token: z.string().min(1).optional(),
    tokenFile: z.string().min(1).optional().describe('path of a file that holds the token'),
    mostSeries,
  })
  .refine(({ token, tokenFile }) => (token === undefined) !== (tokenFile === undefined), 'expected token or tokenFile')

export const grafanaSettings = z.strictObject({
  url: z.url().describe('address of Grafana, GRAFANA_URL'),
  token: z.string().min(1).describe('token of a service account, GRAFANA_SERVICE_ACCOUNT_TOKEN'),
  mostSeries,
  others: z
    .record(
      z.string().regex(/^(?!default$)[\w.-]{1,40}$/, 'expected letters, digits and . _ -, and not default'),
      other,
    )
    .refine(all => Object.keys(all).length >= 1 && Object.keys(all).length <= 20, 'expected 1 to 20 Grafanas')
    .optional()
    .describe('further ones by name; the one above is the default'),
})
export type GrafanaSettings = z.output<typeof grafanaSettings>

const text = z
  .string()
  .nullish()
  .transform(value => value ?? '')
const strings = z
  .record(z.string(), z.string())
  .nullish()
  .transform(value => value ?? {})

/** One segment of a path, and stays one: older versions took more characters than now. */
const sourceUid = z.string().regex(/^(?!\.{1,2}$)[^\s/\\%\p{C}]{1,100}$/u)

export const dataSourceShape = z.object({
  uid: sourceUid,
  name: z.string(),
  type: z.string(),
  isDefault: z.boolean().default(false),
  jsonData: z
    .object({ timeInterval: text })
    .nullish()
    .transform(value => value ?? { timeInterval: '' }),
})
export type DataSource = z.output<typeof dataSourceShape>

export const frontendShape = z.object({ rendererAvailable: z.boolean().default(false) })

const tags = z
  .array(z.string())
  .nullish()
  .transform(value => value ?? [])

export const searchHitShape = z.object({ uid: dashboardUid, title: text, folderUid: text, folderTitle: text, tags })
export type SearchHit = z.output<typeof searchHitShape>

/** Loose: what else a target holds is the model of its data source's query. */
const targetShape = z.looseObject({
  refId: text,
  expr: text,
  legendFormat: text,
  hide: z.boolean().nullish(),
  datasource: z.union([z.string(), z.object({ uid: text, type: text })]).nullish(),
})
const panelShape = z.object({
  id: z.number().nullish(),
  type: text,
  title: text,
  datasource: targetShape.shape.datasource,
  fieldConfig: z.object({ defaults: z.object({ unit: text }).nullish() }).nullish(),
  targets: z.array(z.unknown()).nullish(),
  panels: z.array(z.unknown()).nullish(), // of a collapsed row
})
export type Panel = z.output<typeof panelShape>
export type Target = z.output<typeof targetShape>

export const dashboardShape = z.object({
  dashboard: z.object({
    title: text,
    uid: text,
    tags,
    panels: z.array(z.unknown()).nullish(),
    rows: z.array(z.unknown()).nullish(), // what dashboards had before Grafana 5, and some still have
    templating: z
      .object({ list: z.array(z.unknown()) })
      .nullish()
      .catch(undefined),
  }),
  meta: z.object({ folderTitle: text }).nullish(),
})
export type Dashboard = z.output<typeof dashboardShape>

const values = z.union([z.string(), z.array(z.string())])
const variableShape = z.object({
  name: z.string().min(1),
  type: text,
  current: z.object({ value: values.nullish() }).nullish().catch(undefined),
})
export type Variable = z.output<typeof variableShape>

export function variablesIn({ dashboard }: Dashboard): Variable[] {
  return shaped(variableShape, dashboard.templating?.list)
}

/** Those inside of rows too. */
export function panelsIn({ dashboard }: Dashboard): Panel[] {
  return panelsOf([...(dashboard.rows ?? []), ...(dashboard.panels ?? [])])
}

/** Panels and targets come in many shapes of many plugins: those that are none of ours are passed over. */
function panelsOf(list: unknown): Panel[] {
  return shaped(panelShape, list).flatMap(panel => [panel, ...panelsOf(panel.panels)])
}

export function targetsOf(panel: Panel): Target[] {
  return shaped(targetShape, panel.targets)
}

function shaped<T>(shape: z.ZodType<T>, list: unknown): T[] {
  if (!Array.isArray(list)) return []
  return list.flatMap(item => {
    const result = shape.safeParse(item)
    return result.success ? [result.data] : []
  })
}

export const alertShape = z.object({
  labels: strings,
  annotations: strings,
  state: z.string(),
  activeAt: text,
})
export type Alert = z.output<typeof alertShape>

const ruleShape = z.object({
  name: text,
  uid: text,
  query: text,
  state: text,
  health: text,
  type: text,
  labels: strings,
  annotations: strings,
  alerts: z.array(z.unknown()).nullish(),
})
export type Rule = z.output<typeof ruleShape> & { folder: string }
export const rulesShape = z.object({
  data: z.object({ groups: z.array(z.object({ file: text, rules: z.array(ruleShape) })) }),
})
export const alertsShape = z.object({ data: z.object({ alerts: z.array(z.unknown()) }) })

/** Of Grafana's own Alertmanager: which silences each of its alerts lies under. */
export const routedAlertShape = z.object({
  labels: strings,
  status: z.object({ silencedBy: z.array(z.string()).nullish() }).nullish(),
})
export type RoutedAlert = z.output<typeof routedAlertShape>

const matcherShape = z.object({
  name: text,
  value: text,
  isRegex: z.boolean().nullish(),
  isEqual: z.boolean().nullish(),
})
export type SilenceMatcher = z.output<typeof matcherShape>
export const silenceShape = z.object({
  id: z.string(),
  status: z.object({ state: text }),
  matchers: z.array(matcherShape),
  startsAt: text,
  endsAt: text,
  comment: text,
  createdBy: text,
})
export type Silence = z.output<typeof silenceShape>

const moment = z.number().refine(at => Number.isFinite(new Date(at).getTime()))

export const annotationShape = z.object({
  id: z.number(),
  time: moment,
  timeEnd: moment.nullish(),
  text,
  tags,
})
export type Annotation = z.output<typeof annotationShape>

/** What Prometheus answers an instant query for a range: true samples with their own times, values as text. */
export const matrixShape = z.object({
  data: z.object({ result: z.array(z.object({ metric: strings, values: z.array(z.unknown()) })) }),
})
export const vectorShape = z.object({
  data: z.object({ result: z.array(z.object({ metric: strings, value: z.tuple([z.number(), z.string()]) })) }),
})
export const namesShape = z.object({ data: z.array(z.string()) })
export const metadataShape = z.object({ data: z.record(z.string(), z.array(z.object({ type: z.string() }))) })

export const streamsShape = z.object({
  data: z.object({
    result: z.array(
      z.object({ stream: strings, values: z.array(z.tuple([z.string(), z.string()]).rest(z.unknown())) }),
    ),
  }),
})
export type Stream = z.output<typeof streamsShape>['data']['result'][0]

const fieldShape = z.object({ name: text, type: text, labels: strings })
const frameShape = z.object({
  schema: z.object({
    fields: z.array(fieldShape),
    meta: z.object({ type: text }).nullish(),
  }),
  data: z.object({ values: z.array(z.array(z.unknown())) }),
})
export type Frame = z.output<typeof frameShape>
export const queryShape = z.object({
  results: z.record(z.string(), z.object({ error: text, frames: z.array(frameShape).nullish() })),
})
