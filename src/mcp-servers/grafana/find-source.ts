// The data source meant by a uid or a name, or by what a panel holds in its place.
import { Fault } from '#incident/fault.ts'
import { nearest } from '../nearest.ts'
import { safe } from '../safe.ts'
import type { DataSource, Panel, Target } from './schema.ts'

/** Throws a Fault `not_found` with the names there are. */
export function sourceNamed(named: string, sources: readonly DataSource[]): DataSource {
  const source = sourceBy(named, sources)
  if (source) return source
  const known = sources.flatMap(({ uid, name }) => [uid, name])
  const meant = nearest(named, known)
  const uids = sources.map(({ uid }) => safe(uid)).slice(0, 10)
  throw new Fault(
    'not_found',
    meant
      ? `There is no data source by this uid or name; did you mean ${safe(meant)}?`
      : `There is no data source by this uid or name. There are: ${uids.join(', ') || 'none'}.`,
  )
}

/**
 * Of a target: its own, else its panel's, else the default one; a variable stands for its value. Undefined for what is no
 * data source: Grafana's own expressions, mixed without one, a name that is gone.
 */
export function sourceOfTarget(
  target: Target,
  panel: Panel,
  variables: ReadonlyMap<string, string | readonly string[]>,
  sources: readonly DataSource[],
): DataSource | undefined {
  const named = uidOf(target.datasource) || uidOf(panel.datasource)
  // A variable without a value is what an import left open: Grafana then takes the default one.
  const variable = /^\$\{?([\w-]{1,60})\}?$/.exec(named)?.[1]
  const value = variable === undefined ? named : [variables.get(variable) ?? ''].flat()[0]
  if (value === '' || value === 'default') return sources.find(source => source.isDefault) ?? sources[0]
  return value === undefined ? undefined : sourceBy(value, sources)
}

function uidOf(named: Target['datasource']): string {
  return typeof named === 'string' ? named : (named?.uid ?? '')
}

function sourceBy(named: string, sources: readonly DataSource[]): DataSource | undefined {
  return sources.find(({ uid }) => uid === named) ?? sources.find(({ name }) => name === named)
}
