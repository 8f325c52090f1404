// An address in a workload's environment or arguments that names no service but nearly one, a service of another namespace, or
// a port the service does not have.
import { addressesOf } from '../addresses.ts'
import type { Address } from '../addresses.ts'
import { troubleIn } from '../complaints.ts'
import { named, referenceOf } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { isNear } from './near-name.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadNamed } from './witness.ts'

export const addressNearMiss: Check = {
  name: 'address-near-miss',
  check: view =>
    view.workloads.flatMap(workload => {
      const object = referenceOf(workload)
      return addressesOf(workload, view).flatMap((address): Verdict[] => {
        const wrong = whatIsWrong(address, view)
        if (!wrong) return []
        const lines = linesAbout(address, object, view)
        return [
          {
            object,
            fault: 'AddressNearMiss',
            // Defaults of features nobody uses look just like faults: without a witness it is a hint.
            points: lines.length > 0 ? 11 : view.isHealthy(object) ? 1 : 4,
            whenHealthy: lines.length > 0 ? 1 : 0.08,
            text: `${object.name}: ${address.where} ${wrong}`,
            since: Math.min(view.at, ...lines.map(({ at }) => at)),
            mend: `correct ${address.where} of ${object.name}`,
            witness: [`${object.kind} ${named(object)}: ${address.where}`, ...lines.slice(0, 3).map(logWitness)],
          },
        ]
      })
    }),
}

/** Own lines that speak of that name, or of somebody out of reach without saying whom. */
function linesAbout({ name }: Address, object: Reference, view: View): View['logs'] {
  const aboutOthers = new Set(
    view
      .complaints()
      .filter(({ host }) => !host.includes(name))
      .map(({ line }) => line),
  )
  return view
    .logsOf(object)
    .filter(line => line.text.includes(name) || (troubleIn(line.text) !== 'other' && !aboutOthers.has(line)))
}

/** Why nothing answers there, where something near does. */
export function whatIsWrong({ namespace, name, port, service }: Address, view: View): string | undefined {
  if (service) {
    const ports = (service.spec?.ports ?? []).map(each => each.port)
    if (port === undefined || ports.length === 0 || ports.includes(port)) return undefined
    if (service.spec?.type === 'ExternalName' || service.spec?.clusterIP === 'None') return undefined // no ports are mapped
    return `asks port ${port} of service ${name}, which has ${ports.join(', ')}`
  }
  // A workload of that very name has lost its service: service-missing.ts.
  if (workloadNamed(view, namespace, name)) return undefined
  const elsewhere = view.services.find(({ metadata }) => metadata.name === name)?.metadata.namespace
  if (elsewhere) return `names service ${name} in namespace ${namespace}; it is in ${elsewhere}`
  const names = view.services.filter(({ metadata }) => metadata.namespace === namespace).map(each => each.metadata.name)
  const near = names.find(each => isNear(each, name))
  return near && `names service ${name}, which is not there; ${near} is`
}
