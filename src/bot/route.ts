// Which channel an incident is posted in: by service, namespace and severity; first match wins, else the default one.
import { matches } from '#incident/glob.ts'
import type { Incident } from '#incident/incident.ts'
import type { Severity } from '#incident/signal.ts'

/** What is left out matches everything. Names may hold `*`. */
export type Route = { services?: string[]; namespaces?: string[]; severities?: Severity[]; channel: string }

export function channelFor(incident: Incident, routes: readonly Route[], otherwise: string): string {
  const namespaces = incident.rootCauses.slice(0, 1).flatMap(({ entity }) => entity.namespace ?? [])
  const route = routes.find(
    ({ services, namespaces: wanted, severities }) =>
      (!services || incident.services.some(service => services.some(pattern => matches(pattern, service)))) &&
      (!wanted || namespaces.some(namespace => wanted.some(pattern => matches(pattern, namespace)))) &&
      (!severities || severities.includes(incident.severity)),
  )
  return route?.channel ?? otherwise
}

/** Every channel incidents are posted in, the default one first. */
export function channelsOf({ channel, routes }: { channel: string; routes: readonly Route[] }): string[] {
  return [...new Set([channel, ...routes.map(route => route.channel)])]
}
