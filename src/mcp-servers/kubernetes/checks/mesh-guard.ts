// A rule of a mesh that turns callers away: an authorization that does not allow them, or mutual TLS that one of the two sides
// does not speak. Nothing is unwell; the proxy answers 403, or ends the connection.
// https://istio.io/latest/docs/ops/common-problems/security-issues/ https://linkerd.io/2/reference/authorization-policy/
import { z } from 'zod'
import type { Complaint } from '../complaints.ts'
import type { Custom } from '../custom-resources.ts'
import type { Pod } from '../pod-schema.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

export const meshGuard: Check = {
  name: 'mesh-guard',
  check(view) {
    const guards = view.customs.filter(({ group }) => GROUP.test(group))
    if (guards.length === 0) return []
    const turned = view.complaints().flatMap(complaint => {
      const guard = guardOf(complaint, guards, view)
      return guard ? [{ complaint, ...guard }] : []
    })
    return [...Map.groupBy(turned, ({ guard }) => keyOf(referenceOf(guard))).values()].flatMap((same): Verdict[] => {
      const [first] = same
      if (!first) return []
      const object = referenceOf(first.guard)
      const callers = [...new Set(same.map(({ complaint }) => complaint.by.name))].slice(0, 3).join(', ')
      return [
        {
          object,
          concerns: first.callee,
          fault: 'MeshTurnsAway',
          points: 14,
          whenHealthy: 1, // the callee is well, and its proxy lets nobody in
          text: `${object.kind} ${named(object)} keeps ${callers} from ${first.callee.name}: ${first.why}`,
          since: Math.min(...same.map(({ complaint }) => complaint.line.at)),
          mend: `let ${callers} through in ${object.kind} ${object.name}`,
          witness: [
            `${object.kind} ${named(object)}: is about ${first.callee.name}`,
            ...same.slice(0, 3).map(({ complaint }) => logWitness(complaint.line)),
          ],
        },
      ]
    })
  },
}

const GROUP = /^security\.istio\.io$|^policy\.linkerd\.io$|^networking\.istio\.io$/
const DENIED = /RBAC: access denied|\b403\b|forbidden|permission ?denied|unauthorized connection/i
const UNKNOWN = /\b401\b|Jwt /
const PROXIES = ['istio-proxy', 'linkerd-proxy']

const GUARDS = /^(?:AuthorizationPolicy|Server|ServerAuthorization|HTTPRoute)$/

type Guard = { guard: Custom; callee: Reference; why: string }

function guardOf({ line, service, how }: Complaint, guards: Custom[], view: View): Guard | undefined {
  const [pod] = view.selected(service?.metadata.namespace, service?.spec?.selector ?? {})
  if (!pod || !service) return undefined
  const callee = view.ownerOf(pod)
  const about = guards
    .filter(guard => isAbout(guard, pod))
    .toSorted((a, b) => (b.metadata.creationTimestamp ?? 0) - (a.metadata.creationTimestamp ?? 0))
  if (DENIED.test(line.text)) {
    const guard = about.find(({ kind }) => GUARDS.test(kind))
    return guard && { guard, callee, why: 'it is not among those that are allowed' }
  }
  if (UNKNOWN.test(line.text)) {
    const guard = about.find(({ kind }) => kind === 'RequestAuthentication')
    return guard && { guard, callee, why: 'it shows no token that is accepted' }
  }
  if (how !== 'refused' && how !== 'other') return undefined
  const strict = about.find(({ kind, spec }) => kind === 'PeerAuthentication' && modeOf(spec) === 'STRICT')
  if (!strict || !hasProxy(pod)) return undefined
  const plain = guards.find(
    ({ kind, spec }) =>
      kind === 'DestinationRule' && hostOf(spec) === service.metadata.name && tlsOf(spec) === 'DISABLE',
  )
  if (plain) return { guard: plain, callee, why: 'it switches off the TLS that the other side demands' }
  return hasProxy(line.pod) ? undefined : { guard: strict, callee, why: 'it has no proxy that speaks mutual TLS' }
}

/** Selects the pod, in its namespace or for the whole mesh. */
function isAbout({ metadata, spec }: Custom, pod: Pod): boolean {
  const { data } = guardSchema.safeParse(spec ?? {})
  const labels = data?.selector?.matchLabels ?? data?.podSelector?.matchLabels ?? {}
  const isHere = metadata.namespace === pod.metadata.namespace
  if (!isHere && metadata.namespace !== 'istio-system') return false
  return Object.entries(labels).every(([label, value]) => pod.metadata.labels[label] === value)
}

const labelled = z.object({ matchLabels: z.record(z.string(), z.string()).optional() }).optional()
const guardSchema = z.object({ selector: labelled, podSelector: labelled })
const modeSchema = z.object({ mtls: z.object({ mode: z.string() }) })
const ruleSchema = z.object({ host: z.string(), trafficPolicy: z.object({ tls: z.object({ mode: z.string() }) }) })

const modeOf = (spec: unknown) => modeSchema.safeParse(spec).data?.mtls.mode
const hostOf = (spec: unknown) => ruleSchema.safeParse(spec).data?.host.split('.', 1)[0]
const tlsOf = (spec: unknown) => ruleSchema.safeParse(spec).data?.trafficPolicy.tls.mode

function hasProxy({ spec }: Pod): boolean {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some(({ name }) => PROXIES.includes(name))
}

function referenceOf({ kind, metadata: { namespace, name } }: Custom): Reference {
  return { kind, namespace, name }
}
