// One client that asks the API server so much that others are turned away: as the API server's own log names it, or as the one
// that says most of being slowed down.
import type { LogGroup } from '../pod-logs.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { partsNamed } from './control-plane.ts'
import type { Check } from './verdict.ts'
import { bearerOf } from './verdict.ts'
import { logWitness, workloadNamed } from './witness.ts'

const TURNED_AWAY =
  /the server has received too many requests|client-side throttling|too many requests.{0,40}api|\bresp=429\b|"code":429|rejected by (?:APF|priority and fairness)|"Rejecting request"/i
const LINES = 4
const MOST = 0.6 // of all lines; less is a server that is slow for everybody

export const apiFlooded: Check = {
  name: 'api-flooded',
  check(view) {
    const lines = view.logs.filter(({ text }) => TURNED_AWAY.test(text))
    const total = lines.reduce((sum, { count }) => sum + count, 0)
    if (total < LINES) return []
    const servers = new Set(partsNamed(view, 'kube-apiserver'))
    const byClient = Map.groupBy(
      lines.flatMap(line => {
        const client = servers.has(line.pod) ? namedIn(line, view) : bearerOf(view, line.pod)
        return client ? [{ line, client }] : []
      }),
      ({ client }) => keyOf(client),
    )
    const [loudest] = [...byClient.values()].toSorted((a, b) => countOf(b) - countOf(a))
    const [first] = loudest ?? []
    if (!loudest || !first || countOf(loudest) < MOST * total) return []
    return [
      {
        object: first.client,
        fault: 'ApiServerFlooded',
        points: byClient.size > 1 || servers.size > 0 ? 12 : 6,
        whenHealthy: 1, // it does well what it should not do
        text: `${named(first.client)} asks the API server so much that requests are turned away`,
        since: Math.min(...loudest.map(({ line }) => line.at)),
        mend: `slow ${first.client.name} down: watches in place of lists, longer intervals, a FlowSchema of its own`,
        witness: loudest.slice(0, 4).map(({ line }) => logWitness(line)),
      },
    ]
  },
}

function countOf(same: { line: LogGroup }[]): number {
  return same.reduce((sum, { line }) => sum + line.count, 0)
}

/** By its service account, which mostly is called like the workload, or by what its requests say of themselves. */
function namedIn({ text }: LogGroup, view: View): Reference | undefined {
  const [, namespace, account = ''] = /system:serviceaccount:([a-z0-9-]{1,63}):([a-z0-9.-]{1,63})/.exec(text) ?? []
  const [, agent = ''] = /user-?agent[=:]\s?"?([a-z0-9.-]{1,63})/i.exec(text) ?? []
  const own = namespace ? workloadNamed(view, namespace, account) : undefined
  const found = own ?? view.workloads.find(({ metadata }) => metadata.name === (agent || account))
  return found && { kind: found.kind, namespace: found.metadata.namespace, name: found.metadata.name }
}
