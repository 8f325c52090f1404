// An ingress that sends to a service, or to a port of one, that is not there, or whose certificate cannot be read.
import type { Ingress } from '../schema.ts'
import { named } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'

export const ingressBackend: Check = {
  name: 'ingress-backend',
  check: view =>
    view.ingresses.flatMap(ingress => {
      const { namespace, name } = ingress.metadata
      return wrongs(ingress, view).map(({ fault, about, says, mend }): Verdict => {
        const seen = witnessed(ingress, about, view)
        return {
          object: { kind: 'Ingress', namespace, name },
          fault,
          points: seen.length > 0 ? 14 : 2, // an ingress of something long gone disturbs nobody
          text: `ingress ${named(ingress.metadata)} ${says}`,
          since: view.at,
          mend,
          witness: [`Ingress ${named(ingress.metadata)}: ${says}`, ...seen.slice(0, 3)],
        }
      })
    }),
}

type Wrong = { fault: string; about: string; says: string; mend: string }

function wrongs(ingress: Ingress, view: View): Wrong[] {
  const { namespace } = ingress.metadata
  const paths = (ingress.spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? [])
  const services = [ingress.spec?.defaultBackend, ...paths.map(({ backend }) => backend)].flatMap(
    backend => backend?.service ?? [],
  )
  const ofServices = services.flatMap(({ name, port }): Wrong[] => {
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
    return [{ fault: 'IngressPortClosed', about: name, says, mend: `correct the port in the ingress` }]
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
  return [...new Map([...ofServices, ...ofSecrets].map(each => [each.says, each])).values()]
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
