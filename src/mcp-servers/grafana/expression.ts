// PromQL of dashboards and alert rules, as far as it must be understood to watch it: variables, thresholds, names within. Pure.

/** A variable's values as a query writes them; undefined where it cannot. `$__all`: whatever there is. */
export type ValueFormat = (values: readonly string[]) => string | undefined

/** `expr` with the dashboard's variables at their values; undefined where one has none. Grafana's own ($__interval ...) stay. */
export function substituted(
  expr: string,
  variables: ReadonlyMap<string, string | readonly string[]>,
  format: ValueFormat = asPattern,
): string | undefined {
  let unknown = false
  const text = expr.replace(
    /\[\[(\w{1,60})(?::\w{1,20})?\]\]|\$\{(\w{1,60})(?::\w{1,20})?\}|\$(\w{1,60})/g,
    (written, ...names: (string | undefined)[]) => {
      const name = names.slice(0, 3).find(Boolean) ?? ''
      if (name.startsWith('__')) return written
      const value = variables.get(name)
      const filled = value === undefined ? undefined : format([value].flat())
      if (filled === undefined) unknown = true
      return filled ?? ''
    },
  )
  return unknown ? undefined : text
}

/** In PromQL and LogQL. Several values: any of them. */
export const asPattern: ValueFormat = values => {
  if (values.length === 0 || values.includes('$__all')) return '.*'
  return values.length === 1 ? (values[0] ?? '') : `(${values.join('|')})`
}

/** Without the comparison at its end: an alert's expression has values only while it holds. `rate(x[5m]) > 0.05` -> `rate(x[5m])` */
export function withoutThreshold(expr: string): string {
  return expr.replace(/\s{0,5}(?:[<>]=?|[!=]=)\s{0,5}(?:bool\s{1,5})?-?[\d.e+]{1,30}\s{0,5}$/, '').trim()
}

/** The metric's name where the expression is nothing but a selector. */
export function selectorName(expr: string): string | undefined {
  return /^\s{0,5}([a-zA-Z_:][\w:]{0,200})\s{0,5}(?:\{[^{}]{0,1000}\})?\s{0,5}$/.exec(expr)?.[1]
}

/** Names of metrics in it, and other words that cannot be told from them; for choosing among known names. */
export function wordsOf(expr: string): string[] {
  return expr.match(/[a-zA-Z_:][\w:]{2,200}/g) ?? []
}

/** Labels that the expression fixes: `up{service="cart",code=~"5.."}` -> { service: 'cart' } */
export function fixedLabels(expr: string): Record<string, string> {
  const pairs = expr.matchAll(/(\w{1,100})\s{0,3}=\s{0,3}"([^"\\]{1,200})"/g)
  return Object.fromEntries([...pairs].map(([, name, value]) => [name ?? '', value ?? '']))
}
