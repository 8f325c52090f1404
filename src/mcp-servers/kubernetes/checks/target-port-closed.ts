// A service that sends to a port no container of its pods declares, or by another protocol.
import type { Pod } from '../pod-schema.ts'
import type { Service } from '../schema.ts'
import { named } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { callersComplain } from './witness.ts'

export const targetPortClosed: Check = {
  name: 'target-port-closed',
  check: view =>
    view.services.flatMap((service): Verdict[] => {
      const { metadata, spec } = service
      const [pod] = view.selected(metadata.namespace, spec?.selector ?? {})
      const wrong = pod && wrongPort(service, pod)
      if (!pod || !wrong) return []
      const concerns = view.ownerOf(pod)
      // Declaring a port is only a courtesy: a number that is not declared may still be open. A name cannot; yet one of several
      // may be of a feature that is switched off.
      const isKnown = (wrong.isCertain && spec?.ports.length === 1) || callersComplain(view, metadata.name, concerns)
      return [
        {
          object: { kind: 'Service', namespace: metadata.namespace, name: metadata.name },
          concerns,
          fault: 'TargetPortClosed',
          points: isKnown ? 14 : 1.1,
          whenHealthy: 1,
          text: `service ${named(metadata)} ${wrong.text}`,
          since: view.at,
          mend: `correct targetPort of service ${metadata.name}`,
          witness: [
            `Service ${named(metadata)}: ${wrong.text}`,
            `Pod ${named(pod.metadata)}: declares ${declared(pod)}`,
          ],
        },
      ]
    }),
}

function wrongPort({ spec }: Service, pod: Pod): { text: string; isCertain: boolean } | undefined {
  const open = (pod.spec?.containers ?? []).flatMap(({ ports }) => ports)
  if (open.length === 0) return undefined
  for (const { port, targetPort = port, protocol = 'TCP' } of spec?.ports ?? []) {
    const same = open.filter(({ name, containerPort }) => targetPort === name || Number(targetPort) === containerPort)
    if (same.length === 0) {
      const isCertain = typeof targetPort === 'string' && !/^\d+$/.test(targetPort)
      return { text: `sends to port ${targetPort}, which no container declares`, isCertain }
    }
    if (!same.some(each => (each.protocol ?? 'TCP') === protocol)) {
      return {
        text: `sends ${protocol} to port ${targetPort}, which is ${same[0]?.protocol ?? 'TCP'}`,
        isCertain: true,
      }
    }
  }
  return undefined
}

function declared(pod: Pod): string {
  const ports = (pod.spec?.containers ?? []).flatMap(each => each.ports)
  return ports
    .map(({ name, containerPort, protocol }) => `${name ?? ''}:${containerPort}/${protocol ?? 'TCP'}`)
    .join(', ')
}
