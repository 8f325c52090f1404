// The known bad states, in one list, and what speaks against a verdict: ruling out finds more causes than more rules do.
import type { Millis } from '#incident/signal.ts'
import { keyOf } from '../view.ts'
import type { View } from '../view.ts'
import { addressNearMiss } from './address-near-miss.ts'
import { addressUnknown } from './address-unknown.ts'
import { apiFlooded } from './api-flooded.ts'
import { apiServiceDown } from './api-service-down.ts'
import { apiSilent } from './api-silent.ts'
import { autoscaler } from './autoscaler.ts'
import { balancerMissing } from './balancer-missing.ts'
import { certificate } from './certificate.ts'
import { claimUnbound } from './claim-unbound.ts'
import { configError } from './config-error.ts'
import { controllerSilent } from './controller-silent.ts'
import { cpuAtLimit } from './cpu-at-limit.ts'
import { crashLoop } from './crash-loop.ts'
import { creationRefused } from './creation-refused.ts'
import { credentials } from './credentials.ts'
import { customUnwell } from './custom-unwell.ts'
import { dnsFailing } from './dns-failing.ts'
import { drainBlocked } from './drain-blocked.ts'
import { endpointsEmpty } from './endpoints-empty.ts'
import { errorsServed } from './errors-served.ts'
import { eviction } from './eviction.ts'
import { externalUnreachable } from './external-unreachable.ts'
import { failedScheduling } from './failed-scheduling.ts'
import { behindCauses } from './follows.ts'
import { governingService } from './governing-service.ts'
import { imagePull } from './image-pull.ts'
import { ingressBackend } from './ingress-backend.ts'
import { initStuck } from './init-stuck.ts'
import { jobFailed } from './job-failed.ts'
import { jobOverdue } from './job-overdue.ts'
import { manualEndpoints } from './manual-endpoints.ts'
import { meshGuard } from './mesh-guard.ts'
import { meshRoute } from './mesh-route.ts'
import { namespaceStuck } from './namespace-stuck.ts'
import { networkPolicy } from './network-policy.ts'
import { nodeCordoned } from './node-cordoned.ts'
import { nodeNotReady } from './node-not-ready.ts'
import { nodeProblem } from './node-problem.ts'
import { nodeSilent } from './node-silent.ts'
import { outOfMemory } from './out-of-memory.ts'
import { ownDns } from './own-dns.ts'
import { ownLog } from './own-log.ts'
import { podRejected } from './pod-rejected.ts'
import { probeFailing } from './probe-failing.ts'
import { provisionerDown } from './provisioner-down.ts'
import { quotaExceeded } from './quota-exceeded.ts'
import { quotaSilent } from './quota-silent.ts'
import { registryFailing } from './registry-failing.ts'
import { rolloutHeld } from './rollout-held.ts'
import { rolloutStuck } from './rollout-stuck.ts'
import { sandboxFailing } from './sandbox-failing.ts'
import { schedulerSilent } from './scheduler-silent.ts'
import { selectorMatchesNothing } from './selector-matches-nothing.ts'
import { serviceAccountMissing } from './service-account-missing.ts'
import { serviceMissing } from './service-missing.ts'
import { servicePortGone } from './service-port-gone.ts'
import { settingsChanged } from './settings-changed.ts'
import { startFailing } from './start-failing.ts'
import { targetPortClosed } from './target-port-closed.ts'
import { terminatingStuck } from './terminating-stuck.ts'
import { tooFewReplicas } from './too-few-replicas.ts'
import { volumeUnwritable } from './volume-unwritable.ts'
import { volumeStuck } from './volume-stuck.ts'
import { webhookFailing } from './webhook-failing.ts'
import type { Check, Verdict } from './verdict.ts'

export const CHECKS: readonly Check[] = [
  nodeNotReady,
  nodeProblem,
  nodeCordoned,
  nodeSilent,
  sandboxFailing,
  eviction,
  quotaExceeded,
  quotaSilent,
  schedulerSilent,
  controllerSilent,
  apiSilent,
  apiFlooded,
  apiServiceDown,
  namespaceStuck,
  webhookFailing,
  failedScheduling,
  podRejected,
  provisionerDown,
  claimUnbound,
  volumeStuck,
  volumeUnwritable,
  serviceAccountMissing,
  creationRefused,
  imagePull,
  registryFailing,
  crashLoop,
  configError,
  startFailing,
  initStuck,
  outOfMemory,
  probeFailing,
  selectorMatchesNothing,
  targetPortClosed,
  servicePortGone,
  serviceMissing,
  endpointsEmpty,
  governingService,
  ingressBackend,
  balancerMissing,
  networkPolicy,
  meshRoute,
  meshGuard,
  manualEndpoints,
  dnsFailing,
  ownDns,
  rolloutStuck,
  rolloutHeld,
  jobFailed,
  jobOverdue,
  terminatingStuck,
  autoscaler,
  drainBlocked,
  cpuAtLimit,
  settingsChanged,
  addressNearMiss,
  addressUnknown,
  externalUnreachable,
  credentials,
  certificate,
  customUnwell,
  ownLog,
  errorsServed,
  tooFewReplicas, // last: of equal weight, what says more stands first
]

const LEAST_POINTS = 1 // less is not even a hint

export type StandingVerdict = Verdict & { check: string }

/** Every verdict that still stands, strongest first; of one fault of one object only the strongest. */
export function runChecks(view: View): StandingVerdict[] {
  const strongest = new Map<string, StandingVerdict>()
  const dead = new Set(view.nodes.filter(isDead).map(({ metadata }) => metadata.name))
  for (const { name, check } of CHECKS) {
    for (const verdict of check(view)) {
      const points = verdict.points * standing(verdict, view, dead)
      const key = `${verdict.fault} ${keyOf(verdict.object)}`
      if (points < LEAST_POINTS || points <= (strongest.get(key)?.points ?? 0)) continue
      strongest.set(key, { ...verdict, points, check: name })
    }
  }
  return behindCauses([...strongest.values()], view)
    .filter(({ points }) => points >= LEAST_POINTS)
    .sort((a, b) => b.points - a.points)
}

// DIAGNOSIS 4: these factors lifted the right object to first place from 0.30 to 0.96 of the cases they were found on.
const WHEN_HEALTHY = 0.08
const ON_DEAD_NODE = 0.15
const OF_GONE_POD = 0.25
const OLD = 0.2
const OLD_AFTER: Millis = 15 * 60_000

/** What is left of a verdict, 0..1, after all that speaks against it. */
function standing(verdict: Verdict, view: View, dead: Set<string>): number {
  const { object, concerns = object, healthOf = concerns, whenHealthy = WHEN_HEALTHY, pods = [], seen, gone } = verdict
  const factors = [
    view.isHealthy(healthOf) ? whenHealthy : 1,
    pods.length > 0 && pods.every(pod => dead.has(pod.spec?.nodeName ?? '')) ? ON_DEAD_NODE : 1,
    gone ? OF_GONE_POD : 1,
    seen !== undefined && view.at - seen > OLD_AFTER ? OLD : 1,
  ]
  return factors.reduce((product, factor) => product * factor, 1)
}

function isDead({ status }: View['nodes'][number]): boolean {
  return status?.conditions.some(({ type, status: is }) => type === 'Ready' && is !== 'True') ?? false
}
