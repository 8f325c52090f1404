// Links into Grafana, made of the configured address and of what fits a closed grammar; never an address from telemetry.
import type { Window } from '#incident/signal.ts'
import type { DataSource } from './schema.ts'

export type Variables = Readonly<Record<string, string | readonly string[]>>

export type Links = {
  dashboard(uid: string): string
  panel(uid: string, panel: number, view?: { span?: Window; variables?: Variables }): string
  rule(uid: string): string
  /** The query, ready to be run again and changed. */
  explore(source: DataSource, model: Record<string, unknown>, span: Window): string
}

export function openLinks(url: string): Links {
  const { origin, pathname } = new URL(url) // without a user's name and password
  const address = `${origin}${pathname}`.replace(/\/+$/, '')
  const segment = (uid: string): string => encodeURIComponent(uid.toWellFormed()) // it throws at half a character
  const dashboard = (uid: string): string => `${address}/d/${segment(uid)}`
  return {
    dashboard,
    panel(uid, panel, { span, variables = {} } = {}) {
      const search = new URLSearchParams({ viewPanel: String(panel), ...spanSearch(span) })
      for (const [name, value] of Object.entries(variableSearch(variables)))
        for (const one of [value].flat()) search.append(name, one)
      return `${dashboard(uid)}?${search}`
    },
    rule: uid => `${address}/alerting/grafana/${segment(uid)}/view`,
    explore({ uid, type }, model, { from, to }) {
      const queries = [{ refId: 'A', datasource: { uid, type }, ...model }]
      const pane = { datasource: uid, queries, range: { from: String(from), to: String(to) } }
      return `${address}/explore?${new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify({ a: pane }) })}`
    },
  }
}

export function spanSearch(span: Window | undefined): Record<string, string> {
  return span ? { from: String(span.from), to: String(span.to) } : {}
}

/** As a dashboard's address carries them: var-name=value, once for each value. */
export function variableSearch(variables: Variables): Record<string, string | readonly string[]> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [`var-${name}`, value]))
}
