// Probes that fail: liveness restarts the container, readiness takes the pod out of its service.
import type { Millis } from '#incident/signal.ts'
import { restartCall } from '../rollouts.ts'
import type { Container, KubernetesEvent, Pod } from '../schema.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { perSubject, rollbackRemedy } from './verdict.ts'

const STARTING: Millis = 60_000
const LONG: Millis = 5 * 60_000 // a restart is worth its risk only where waiting did not help

export const probeFailing: Check = {
  name: 'probe-failing',
  check(view) {
    const failed = view.events.filter(event => event.reason === 'Unhealthy' && !isStarting(event, view))
    const [liveness, others] = [true, false].map(wanted =>
      failed.filter(({ message }) => (message ?? '').startsWith('Liveness') === wanted),
    )
    return [...verdicts('LivenessProbeFailed', 6, liveness ?? []), ...verdicts('ReadinessProbeFailed', 3, others ?? [])]

    function verdicts(fault: string, points: number, events: KubernetesEvent[]): Verdict[] {
      return perSubject(view, events, (object, [last]) => {
        const odd = contradiction(view.podsOf(object))
        return {
          fault,
          points: points + (odd ? 7 : 0),
          text: odd ? `${object.name}: ${odd}` : `${object.name}: ${(last.message ?? '').slice(0, 300)}`,
        }
      }).map(verdict => Object.assign(verdict, remedy(verdict, view)))
    }
  },
}

/** Back, where a rollout brought it; else a restart, where pods have long been unready. */
function remedy({ object, since }: Verdict, view: View): Pick<Verdict, 'remedy'> {
  const back = rollbackRemedy(view, object, view.podsOf(object), since)
  const workload = view.workload(object)
  if (back.remedy || !workload || view.at - since < LONG) return back
  return {
    remedy: { call: restartCall(workload), reason: 'its pods have been failing their probes for over 5 min' },
  }
}

function isStarting(event: KubernetesEvent, view: View): boolean {
  const pod = view.pod(event.involvedObject.namespace ?? event.metadata.namespace, event.involvedObject.name ?? '')
  const start = pod?.status?.startTime ?? pod?.metadata.creationTimestamp
  return start !== undefined && event.last - start < STARTING
}

/** A probe of a port that no container of the pod declares, where they declare any. */
function contradiction(pods: Pod[]): string | undefined {
  const [pod] = pods
  const containers = pod?.spec?.containers ?? []
  const declared = containers.flatMap(({ ports }) => ports)
  if (declared.length === 0) return undefined
  for (const container of containers) {
    for (const port of probePorts(container)) {
      const isDeclared = declared.some(({ name, containerPort }) => port === name || Number(port) === containerPort)
      if (!isDeclared) return `a probe of ${container.name} asks port ${port}, which no container declares`
    }
  }
  return undefined
}

function probePorts({ livenessProbe, readinessProbe, startupProbe }: Container): (number | string)[] {
  return [livenessProbe, readinessProbe, startupProbe].flatMap(probe => {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port
    return port === undefined ? [] : [port]
  })
}
