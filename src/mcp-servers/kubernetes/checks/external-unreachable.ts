// A host outside the cluster that workloads cannot reach, or that answers them with errors: the trouble is there, or on the way.
import { isExternal } from '../complaints.ts'
import type { Complaint } from '../complaints.ts'
import { blocking } from '../policy-allows.ts'
import { keyOf } from '../view.ts'
import type { View } from '../view.ts'
import { isUnanswered } from './dns-failing.ts'
import { saidBy } from './steady.ts'
import type { Said } from './steady.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

const LINES = 2
const LINES_WHEN_HEALTHY = 5

/** Whom one only reports to: traces, metrics, updates. Its silence hurts nobody. */
const REPORTS = /otel|telemetry|trac(?:e|ing)|metric|collector|sentry|newrelic|datadog|segment|analytics|update|stats/

export const externalUnreachable: Check = {
  name: 'external-unreachable',
  check(view) {
    const outside = view.complaints().filter(each => isAsked(each) && isExternal(each) && !isShutIn(each, view))
    const unanswered = new Set(outside.filter(({ line }) => isUnanswered(line.text)).map(({ host }) => host))
    // Of several hosts nobody knows the address at once: that is the resolver, not they.
    const asked = unanswered.size < 2 ? outside : outside.filter(({ line }) => !isUnanswered(line.text))
    return [...Map.groupBy(asked, ({ host }) => host)].flatMap(([host, complaints]): Verdict[] => {
      const [first] = complaints
      if (!first) return []
      const callers = new Map(complaints.map(({ by }) => [keyOf(by), by]))
      const templates = new Set(complaints.map(({ line }) => line.template))
      const said = [...callers.values()].flatMap(
        by => saidBy(view, by, ({ template }) => templates.has(template)) ?? [],
      )
      const lines = said.reduce((total, { count }) => total + count, 0)
      const isHurt = [...callers.values()].some(each => !view.isHealthy(each))
      if (lines < (isHurt ? LINES : LINES_WHEN_HEALTHY)) return []
      const names = [...callers.values()].map(({ name }) => name).slice(0, 3)
      const isAnswering = complaints.every(({ how }) => how === 'failed' || how === 'other')
      return [
        {
          object: { kind: 'External', name: host },
          fault: 'ExternalUnreachable',
          points: pointsOf(host, complaints, said, isHurt),
          text: `${names.join(', ')} ${isAnswering ? 'gets errors from' : 'cannot reach'} ${host}, outside the cluster`,
          since: Math.min(...said.map(({ since }) => since)),
          healthOf: first.by,
          whenHealthy: 1,
          mend: `look at the state of ${host} and the way to it: egress, proxy, firewall`,
          witness: complaints.slice(0, 5).map(({ line }) => logWitness(line)),
        },
      ]
    })
  },
}

/** With its caller unwell under what that says of itself: out of memory, a missing secret. */
function pointsOf(host: string, complaints: Complaint[], said: Said[], isHurt: boolean): number {
  if (isHurt) return said.some(({ isSteady }) => isSteady) ? 10 : 9
  const isWork = complaints.some(({ line }) => line.weight === 'error') && !REPORTS.test(host)
  if (!isWork) return 3
  return said.some(({ isSteady }) => isSteady) ? 12 : 8
}

/** Its name in an error of whatever words counts, unless they are of what this side has wrong: credentials, and whom it trusts. */
function isAsked({ how, line }: Complaint): boolean {
  return how !== 'other' || (line.weight === 'error' && !OWN_FAULT.test(line.text))
}

const OWN_FAULT =
  /\b40[0-9]\b|unauthori[sz]ed|forbidden|credential|password|token|api.?key|certificate|x509|PKIX|invalid|pars/i

/** A network policy keeps the caller in: network-policy.ts. */
function isShutIn({ line, host, port }: Complaint, view: View): boolean {
  return blocking(view.networkPolicies, 'egress', line.pod, { host }, port) !== undefined
}
