// A host outside the cluster that workloads cannot reach: the trouble is there, or on the way.
import { isExternal } from '../complaints.ts'
import { keyOf } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

const LINES = 2
const LINES_WHEN_HEALTHY = 5

/** Whom one only reports to: traces, metrics, updates. Its silence hurts nobody. */
const REPORTS = /otel|telemetry|trac(?:e|ing)|metric|collector|sentry|newrelic|datadog|segment|analytics|update|stats/

export const externalUnreachable: Check = {
  name: 'external-unreachable',
  check(view) {
    const asked = view.complaints().filter(each => each.how !== 'other' && isExternal(each))
    return [...Map.groupBy(asked, ({ host }) => host)].flatMap(([host, complaints]): Verdict[] => {
      const [first] = complaints
      if (!first) return []
      const callers = new Map(complaints.map(({ by }) => [keyOf(by), by]))
      const isHurt = [...callers.values()].some(each => !view.isHealthy(each))
      const lines = complaints.reduce((total, { line }) => total + line.count, 0)
      if (lines < (isHurt ? LINES : LINES_WHEN_HEALTHY)) return []
      const isWork = complaints.some(({ line }) => line.weight === 'error') && !REPORTS.test(host)
      return [
        {
          object: { kind: 'External', name: host },
          fault: 'ExternalUnreachable',
          points: isHurt ? 9 : isWork ? 8 : 3, // under what its caller says of itself: out of memory, a missing secret
          text: `${[...callers.values()]
            .map(({ name }) => name)
            .slice(0, 3)
            .join(', ')} cannot reach ${host}, outside the cluster`,
          since: Math.min(...complaints.map(({ line }) => line.at)),
          healthOf: first.by,
          whenHealthy: 1,
          mend: `look at the state of ${host} and the way to it: egress, proxy, firewall`,
          witness: complaints.slice(0, 5).map(({ line }) => logWitness(line)),
        },
      ]
    })
  },
}
