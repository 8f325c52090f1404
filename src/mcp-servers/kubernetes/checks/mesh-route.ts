// A route of a mesh that leads nowhere: to a host or a subset that nobody defines, or to a subset whose labels no pod has. The
// proxy answers callers with 503 or 404, while all pods are well. https://istio.io/latest/docs/ops/common-problems/network-issues/
import { z } from 'zod'
import type { Custom } from '../custom-resources.ts'
import type { Service } from '../schema.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadsOf } from './witness.ts'

export const meshRoute: Check = {
  name: 'mesh-route',
  check(view) {
    const routes = view.customs.filter(({ group, kind }) => group === ISTIO && kind === 'VirtualService')
    const rules = view.customs.filter(({ group, kind }) => group === ISTIO && kind === 'DestinationRule')
    const subsets = subsetsOf(rules, view)
    const wrong = [...routes.flatMap(route => wrongRoutes(route, subsets, view)), ...wrongSubsets(subsets, view)]
    const first = new Map(wrong.toReversed().map(each => [keyOf(each.object), each]))
    return [...first.values()].map(each => verdictOf(each, view))
  },
}

const ISTIO = 'networking.istio.io'

type Wrong = { object: Reference; service?: Service; names: string[]; says: string; mend: string }
type Subset = { rule: Custom; service: Service | undefined; host: string; name: string; labels: Record<string, string> }

/** What nobody calls misleads nobody: somebody has to be turned away. */
function verdictOf({ object, service, names, says, mend }: Wrong, view: View): Verdict {
  const [concerns] = service ? workloadsOf(view, service) : []
  const told = view
    .complaints()
    .filter(({ how, host, service: asked }) => {
      if (how !== 'refused' && how !== 'failed' && how !== 'other') return false
      return (asked !== undefined && asked === service) || names.includes(host.split('.', 1)[0] ?? '')
    })
    .map(({ line }) => line)
  const envoy = view.logs.filter(({ text }) => PROXY.test(text) && names.some(name => text.includes(name)))
  const lines = [...new Set([...told, ...envoy])]
  return {
    object,
    ...(concerns && { concerns }),
    fault: 'MeshRouteLeadsNowhere',
    points: lines.length > 0 ? 14 : 2,
    whenHealthy: 1, // its pods are well, and nobody is led to them
    text: `${object.kind} ${named(object)} ${says}`,
    since: Math.min(view.at, ...lines.map(({ at }) => at)),
    mend,
    witness: [`${object.kind} ${named(object)}: ${says}`, ...lines.slice(0, 3).map(logWitness)],
  }
}

/** How Envoy tells that it has no route, no cluster or no healthy upstream. */
const PROXY = /\b(?:NR|NC|UH)\b|route_not_found|cluster_not_found|no_healthy_upstream|no healthy upstream/

function wrongRoutes(route: Custom, subsets: Subset[], view: View): Wrong[] {
  const { namespace = 'default', name } = route.metadata
  const { data } = routeSchema.safeParse(route.spec ?? {})
  const object: Reference = { kind: route.kind, namespace, name }
  const outside = new Set(
    view.customs
      .filter(({ kind }) => kind === 'ServiceEntry')
      .flatMap(({ spec }) => hostsSchema.safeParse(spec).data?.hosts ?? []),
  )
  const rules = [...(data?.http ?? []), ...(data?.tcp ?? []), ...(data?.tls ?? [])]
  const own = (data?.hosts ?? []).flatMap(each => serviceNamed(each, namespace, view) ?? [])[0]
  const injected = rules.some(({ fault }) => fault?.abort !== undefined)
  const asItIs = (data?.hosts ?? []).map(each => each.split('.', 1)[0] ?? '')
  const aborts: Wrong[] = injected
    ? [
        {
          object,
          ...(own && { service: own }),
          names: asItIs,
          says: 'makes calls fail on purpose',
          mend: `remove fault from VirtualService ${name}`,
        },
      ]
    : []
  const led = rules
    .flatMap(each => each.route ?? [])
    .flatMap(({ destination: { host, subset, port } }): Wrong[] => {
      const service = serviceNamed(host, namespace, view)
      const names = [host, ...(data?.hosts ?? [])].map(each => each.split('.', 1)[0] ?? '')
      if (!service && !outside.has(host) && !host.includes('*')) {
        const says = `routes to ${host}, which no service is called`
        return [
          { object, ...(own && { service: own }), names, says, mend: `correct that host in VirtualService ${name}` },
        ]
      }
      const ports = service?.spec?.ports ?? []
      if (service && port?.number && ports.length > 0 && !ports.some(each => each.port === port.number)) {
        const has = ports.map(each => each.port).join(', ')
        const says = `routes to port ${port.number} of ${host}, which has ${has}`
        return [{ object, service, names, says, mend: `correct that port in VirtualService ${name}` }]
      }
      if (!service || !subset || subsets.some(each => each.service === service && each.name === subset)) return []
      const says = `routes to subset ${subset} of ${host}, which no DestinationRule defines`
      return [{ object, service, names, says, mend: `define subset ${subset}, or correct VirtualService ${name}` }]
    })
  return [...aborts, ...led]
}

/** Of those that select nothing while their service has pods. */
function wrongSubsets(subsets: Subset[], view: View): Wrong[] {
  return subsets.flatMap(({ rule, service, host, name, labels }): Wrong[] => {
    if (!service || Object.keys(labels).length === 0) return []
    const { namespace } = service.metadata
    const selector = service.spec?.selector ?? {}
    if (view.selected(namespace, selector).length === 0) return []
    if (view.selected(namespace, { ...selector, ...labels }).length > 0) return []
    const object = { kind: rule.kind, namespace: rule.metadata.namespace, name: rule.metadata.name }
    const wanted = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
    const says = `has subset ${name} of ${host} with ${wanted.join(',')}, which no pod has`
    const names = [host.split('.', 1)[0] ?? '']
    return [{ object, service, names, says, mend: `make the labels of subset ${name} those of the pods` }]
  })
}

function subsetsOf(rules: Custom[], view: View): Subset[] {
  return rules.flatMap(rule => {
    const { data } = ruleSchema.safeParse(rule.spec ?? {})
    const host = data?.host ?? ''
    const service = serviceNamed(host, rule.metadata.namespace ?? 'default', view)
    return (data?.subsets ?? []).map(({ name, labels = {} }) => ({ rule, service, host, name, labels }))
  })
}

/** reviews, reviews.shop, reviews.shop.svc.cluster.local */
function serviceNamed(host: string, own: string, view: View): Service | undefined {
  const [name = '', namespace = own, third] = host.split('.')
  return third === undefined || third === 'svc' ? view.service(namespace, name) : undefined
}

const destination = z.object({
  host: z.string(),
  subset: z.string().optional(),
  port: z.object({ number: z.number().optional() }).optional(),
})
const destinations = z.array(
  z.object({
    route: z.array(z.object({ destination })).optional(),
    fault: z.object({ abort: z.unknown().optional() }).optional(),
  }),
)
const hostsSchema = z.object({ hosts: z.array(z.string()) })
const routeSchema = z.object({
  hosts: z.array(z.string()).optional(),
  http: destinations.optional(),
  tcp: destinations.optional(),
  tls: destinations.optional(),
})
const ruleSchema = z.object({
  host: z.string().optional(),
  subsets: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() })).optional(),
})
