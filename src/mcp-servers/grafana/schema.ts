// Grafana's shapes as far as we read them, those of Prometheus and Loki behind it, and our settings for it.
// https://grafana.com/docs/grafana/latest/developers/http_api/
import { z } from 'zod'

export const grafanaSettings = z.strictObject({
  url: z.url().describe('address of Grafana, GRAFANA_URL'),
  token: z.string().min(1).describe('token of a service account, GRAFANA_SERVICE_ACCOUNT_TOKEN'),
  mostSeries: z.int().min(1).max(5000).default(1000).describe('series watched at most'),
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

export const dataSourceShape = z.object({
  uid: z.string(),
  name: z.string(),
  type: z.string(),
  isDefault: z.boolean().default(false),
  jsonData: z
    .object({ timeInterval: text })
    .nullish()
    .transform(value => value ?? { timeInterval: '' }),
})
export type DataSource = z.output<typeof dataSourceShape>

export const searchHitShape = z.object({ uid: z.string(), title: text, url: text })

const targetShape = z.object({
  refId: text,
  expr: text,
  legendFormat: text,
  hide: z.boolean().nullish(),
  datasource: z.union([z.string(), z.object({ uid: text, type: text })]).nullish(),
})
const panelShape = z.object({
  id: z.number().nullish(),
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
    panels: z.array(z.unknown()).nullish(),
    templating: z
      .object({
        list: z.array(
          z.object({
            name: text,
            current: z.object({ value: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
          }),
        ),
      })
      .nullish()
      .catch(undefined),
  }),
  meta: z.object({ url: text }).nullish(),
})
export type Dashboard = z.output<typeof dashboardShape>

/** Panels and targets come in many shapes of many plugins: those that are none of ours are passed over. */
export function panelsIn(list: unknown): Panel[] {
  return shaped(panelShape, list).flatMap(panel => [panel, ...panelsIn(panel.panels)])
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

const ruleShape = z.object({ name: text, uid: text, query: text, alerts: z.array(z.unknown()).nullish() })
export type Rule = z.output<typeof ruleShape>
export const rulesShape = z.object({ data: z.object({ groups: z.array(z.object({ rules: z.array(ruleShape) })) }) })
export const alertsShape = z.object({ data: z.object({ alerts: z.array(z.unknown()) }) })

export const annotationShape = z.object({
  id: z.number(),
  time: z.number(),
  timeEnd: z.number().nullish(),
  text,
  tags: z
    .array(z.string())
    .nullish()
    .transform(tags => tags ?? []),
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
  schema: z.object({ fields: z.array(fieldShape) }),
  data: z.object({ values: z.array(z.array(z.unknown())) }),
})
export type Frame = z.output<typeof frameShape>
export const queryShape = z.object({
  results: z.record(z.string(), z.object({ error: text, frames: z.array(frameShape).nullish() })),
})
