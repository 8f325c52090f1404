// A dashboard's variables in the queries of its panels, written as the language of the data source wants them. Pure.
import { Fault } from '#incident/fault.ts'
import { safe } from '../safe.ts'
import { asPattern, substituted } from './expression.ts'
import type { ValueFormat } from './expression.ts'
import type { Variables } from './links.ts'
import { askedBy } from './query-model.ts'
import { variablesIn } from './schema.ts'
import type { Dashboard, Target } from './schema.ts'

/** The dashboard's saved values with those given in their place. Throws a Fault `validation` for a name it does not have. */
export function variablesOf(dashboard: Dashboard, given: Variables): Map<string, string | readonly string[]> {
  const known = variablesIn(dashboard)
  for (const name of Object.keys(given)) {
    if (known.some(variable => variable.name === name)) continue
    const names = known.map(variable => safe(variable.name)).join(', ') || 'none'
    throw new Fault('validation', `This dashboard has no variable ${name}; it has: ${names}.`)
  }
  return new Map(
    known.flatMap(({ name, current }) => {
      const value = given[name] ?? current?.value
      return value == null ? [] : [[name, value] as const]
    }),
  )
}

/** The target with every text in it filled in; undefined where a variable has no value, or no value this language can take. */
export function filledIn(
  target: Target,
  variables: ReadonlyMap<string, string | readonly string[]>,
  type: string,
): Target | undefined {
  const format = askedBy(type) === 'model' ? asGlob : 'rawSql' in target ? asQuoted : asPattern
  let whole = true
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const text = substituted(value, variables, format)
      if (text === undefined) whole = false
      return text ?? ''
    }
    if (Array.isArray(value)) return value.map(fill)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each)]))
  }
  // What a legend shows is not asked, and its variables need no value.
  const filled = { ...(fill({ ...target, legendFormat: '' }) as Target), legendFormat: target.legendFormat }
  return whole ? filled : undefined
}

/** SQL: one value as it stands, several as texts between commas. All values cannot be told without asking for them. */
const asQuoted: ValueFormat = values => {
  if (values.includes('$__all')) return undefined
  if (values.length === 1) return values[0]?.replaceAll("'", "''")
  return values.map(value => `'${value.replaceAll("'", "''")}'`).join(',')
}

/** Grafana's own way where a data source says no other. */
const asGlob: ValueFormat = values => {
  if (values.includes('$__all')) return '*'
  return values.length === 1 ? values[0] : `{${values.join(',')}}`
}
