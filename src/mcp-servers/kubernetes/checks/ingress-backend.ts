// An ingress that sends to a service, or to a port of one, that is not there, whose certificate cannot be read, or whose class
// nobody serves.
import type { Millis } from '#incident/signal.ts'
import { nearest } from '../../nearest.ts'
import type { Ingress } from '../schema.ts'
import { named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { workloadsOf } from './witness.ts'

export const ingressBackend: Check = {
  name: 'ingress-backend',
  check(view) {
    const routed = new Set(view.ingresses.flatMap(each => servicesOf(each).map(({ name }) => pathTo(each, name))))
    return view.ingresses.flatMap(ingress => {
      const { namespace, name } = ingress.metadata
      return wrongs(ingress, view).map(({ fault, about, says, mend, isPlain, concerns }): Verdict => {
        const seen = witnessed(ingress, about, view)
        const left = fault === 'IngressWithoutService' ? leftBy(ingress, about, routed, view) : undefined
        const workload = left ?? concerns
        return {
          object: { kind: 'Ingress', namespace, name },
          ...(workload && { concerns: workload }),
          whenHealthy: 1, // who should be behind it is well, and nobody gets there
          fault,
          points: seen.length > 0 || left || isPlain ? 14 : 2, // an ingress of something long gone disturbs nobody
          text: `ingress ${named(ingress.metadata)} ${says}`,
          since: view.at,
          mend,
          witness: [`Ingress ${named(ingress.metadata)}: ${says}`, ...seen.slice(0, 3)],
        }
      })
    })
  },
}

/** `isPlain`: nothing else need be seen to believe it. `concerns`: who is behind it. */
type Wrong = { fault: string; about: string; says: string; mend: string; isPlain?: boolean; concerns?: Reference }

function servicesOf({ spec }: Ingress) {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? [])
  return [spec?.defaultBackend, ...paths.map(({ backend }) => backend)].flatMap(backend => backend?.service ?? [])
}

function pathTo({ metadata }: Ingress, service: string): string {
  return `${metadata.namespace ?? ''}/${service}`
}

/**
 * Whom the ingress left when it was pointed at a service that is not there: who stands behind the service of a like name to which
 * no ingress leads any more. Where the whole thing was taken away, there is none.
 */
function leftBy(ingress: Ingress, missing: string, routed: ReadonlySet<string>, view: View): Reference | undefined {
  const { namespace } = ingress.metadata
  const near = view.services.find(({ metadata: { namespace: its, name } }) => {
    if (its !== namespace || routed.has(pathTo(ingress, name))) return false
    return name.startsWith(`${missing}-`) || missing.startsWith(`${name}-`) || nearest(missing, [name]) !== undefined
  })
  return near && workloadsOf(view, near)[0]
}

function wrongs(ingress: Ingress, view: View): Wrong[] {
  const { namespace } = ingress.metadata
  const ofServices = servicesOf(ingress).flatMap(({ name, port }): Wrong[] => {
    const service = view.service(namespace, name)
    if (!service) {
      const says = `sends to service ${name}, which is not there`
      return [
        { fault: 'IngressWithoutService', about: name, says, mend: `create service ${name}, or correct the ingress` },
      ]
    }
    const ports = service.spec?.ports ?? []
    const isThere = ports.some(each => (port?.name ? each.name === port.name : each.port === port?.number))
    if (isThere || !port || ports.length === 0) return []
    const asked = port.name ?? port.number
    const has = ports.map(each => each.port).join(', ')
    const says = `sends to port ${asked} of service ${name}, which has ${has}`
    const [concerns] = workloadsOf(view, service)
    const wrong = { fault: 'IngressPortClosed', about: name, says, mend: `correct the port in the ingress` }
    return [{ ...wrong, isPlain: concerns !== undefined, ...(concerns && { concerns }) }]
  })
  const ofSecrets = (ingress.spec?.tls ?? []).flatMap(({ secretName }): Wrong[] => {
    if (!secretName || !saysMissing(secretName, view)) return []
    const says = `has no certificate: Secret ${secretName} cannot be read`
    return [
      {
        fault: 'IngressWithoutCertificate',
        about: secretName,
        says,
        mend: `create Secret ${secretName} with a certificate`,
      },
    ]
  })
  return [...new Map([...ofServices, ...ofSecrets, ...ofClass(ingress, view)].map(each => [each.says, each])).values()]
}

const NEW: Millis = 24 * 3_600_000 // what nobody missed for longer nobody needs

function ofClass({ metadata, spec, status }: Ingress, view: View): Wrong[] {
  const wanted = spec?.ingressClassName
  const classes = view.ingressClasses.map(each => each.metadata.name)
  if (!wanted || classes.length === 0 || classes.includes(wanted)) return []
  const isUnserved = (status?.loadBalancer?.ingress ?? []).length === 0
  const isNew = view.at - (metadata.creationTimestamp ?? 0) < NEW
  const says = `is of class ${wanted}, which is not there; there is ${classes.join(', ')}`
  const isPlain = nearest(wanted, classes) !== undefined || (isUnserved && isNew)
  return [{ fault: 'IngressWithoutClass', about: wanted, says, mend: `set its class to ${classes[0]}`, isPlain }]
}

const MISSING = /not (?:be )?found|does not exist|no such|no object matching|error getting ssl|fetching secret|invalid/i

/** Secrets are never read: that one is missing, the controller says. */
function saysMissing(secret: string, view: View): boolean {
  return told(secret, view).some(text => MISSING.test(text))
}

/** What controllers and events say of that ingress, or of what it names. */
function witnessed({ metadata }: Ingress, about: string, view: View): string[] {
  const events = view
    .eventsOf({ kind: 'Ingress', namespace: metadata.namespace, name: metadata.name })
    .map(({ reason, message = '' }) => `Ingress ${named(metadata)}: ${reason}: ${message.slice(0, 300)}`)
  return [...events, ...told(about, view)]
}

function told(name: string, view: View): string[] {
  return view.logs
    .filter(({ text }) => text.includes(name))
    .map(({ pod, text }) => `log of ${pod.metadata.name}: ${text.slice(0, 300)}`)
}
