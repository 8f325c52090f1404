// The expressions that people put on dashboards and into alert rules: what they look at themselves. Pure.
import { selectorName, substituted, withoutThreshold } from './expression.ts'
import type { Links } from './links.ts'
import { panelsIn, targetsOf, variablesIn } from './schema.ts'
import type { Dashboard, DataSource, Rule, Target } from './schema.ts'
import { unitOfPanel } from './unit.ts'

export type Expression = {
  source: DataSource
  text: string
  metric: string // what it is called: the panel's title, the rule's name, the histogram's
  unit: string
  labels: Record<string, string> // that the answer does not carry: quantile, query
  url?: string
}

const MOST_EXPRESSIONS = 200

/**
 * Expressions of panels and rules that a Prometheus answers, each once, without thresholds. `unclear`: panels' expressions
 * that use a variable without a value. `prometheus`: the default one first.
 */
export function expressionsOf(
  dashboards: readonly Dashboard[],
  rules: readonly Rule[],
  prometheus: readonly DataSource[],
  links: Links,
): { expressions: Expression[]; unclear: number } {
  const ofPanels = dashboards.flatMap(dashboard => panelExpressions(dashboard, prometheus, links))
  const clear = ofPanels.filter(each => each !== undefined)
  const found = new Map<string, Expression>()
  for (const expression of [...clear, ...ruleExpressions(rules, prometheus[0])]) {
    const text = withoutThreshold(expression.text)
    const key = `${expression.source.uid} ${text}`
    if (text === '' || selectorName(text) || found.has(key)) continue // a plain series is watched by its name
    if (found.size === MOST_EXPRESSIONS) break
    found.set(key, { ...expression, text })
  }
  return { expressions: [...found.values()], unclear: ofPanels.length - clear.length }
}

/** Undefined where a variable has no value. */
function panelExpressions(
  whole: Dashboard,
  prometheus: readonly DataSource[],
  links: Links,
): (Expression | undefined)[] {
  const { dashboard } = whole
  const values = variablesIn(whole).map(({ name, current }) => [name, current?.value] as const)
  const variables = new Map(values.flatMap(([name, value]) => (value == null ? [] : [[name, value] as const])))
  return panelsIn(whole).flatMap(panel => {
    const targets = targetsOf(panel).filter(target => target.expr && !target.hide)
    return targets.flatMap(target => {
      const source = sourceOf(target.datasource ?? panel.datasource, prometheus)
      if (!source) return []
      const text = substituted(target.expr, variables)
      if (text === undefined) return [undefined]
      const query = target.legendFormat.replace(/\{\{.{0,100}?\}\}/g, '').trim() || target.refId
      const expression: Expression = {
        source,
        text,
        metric: panel.title || dashboard.title,
        unit: unitOfPanel(panel.fieldConfig?.defaults?.unit ?? ''),
        labels: targets.length > 1 ? { query } : {},
        ...(panel.id != null && dashboard.uid ? { url: links.panel(dashboard.uid, panel.id) } : {}),
      }
      return [expression]
    })
  })
}

/** Grafana writes a rule's queries into one text; those of expressions (reduce, threshold) are JSON. */
function ruleExpressions(rules: readonly Rule[], source: DataSource | undefined): Expression[] {
  if (!source) return []
  return rules.flatMap(({ name, query }) =>
    query
      .split(' | ')
      .filter(text => !text.startsWith('[') && !text.startsWith('{"'))
      .map(text => ({ source, text, metric: name, unit: '', labels: {} })),
  )
}

/** A target names its data source by uid, by name, by a variable (then the default one) or not at all (likewise). */
function sourceOf(named: Target['datasource'], prometheus: readonly DataSource[]): DataSource | undefined {
  const { uid, type } = typeof named === 'string' ? { uid: named, type: '' } : (named ?? { uid: '', type: '' })
  if (type !== '' && type !== 'prometheus') return undefined
  if (uid === '' || uid.startsWith('$')) return prometheus[0]
  return prometheus.find(source => source.uid === uid || source.name === uid)
}
