// Probes that fail: liveness restarts the container, readiness takes the pod out of its service.
import type { Millis } from '#incident/signal.ts'
import { restartCall } from '../rollouts.ts'
import type { Container, Pod } from '../pod-schema.ts'
import type { KubernetesEvent } from '../schema.ts'
import { containersOf } from '../readiness.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { perSubject, rollbackRemedy } from './verdict.ts'

const STARTING: Millis = 60_000
const LONG: Millis = 5 * 60_000 // a restart is worth its risk only where waiting did not help

export const probeFailing: Check = {
  name: 'probe-failing',
  check(view) {
    const failed = view.events.filter(event => event.reason === 'Unhealthy' && !isStarting(event, view))
    const kinds = Map.groupBy(failed, ({ message = '' }) => /^(?:Liveness|Startup)/.exec(message)?.[0] ?? 'Readiness')
    return [...kinds].flatMap(([kind, events]) => verdicts(kind, events))

    function verdicts(kind: string, events: KubernetesEvent[]): Verdict[] {
      return perSubject(view, events, (object, [last]) => {
        const odd = contradiction(view.podsOf(object)) ?? wrongAnswer(last, object, view)
        const restarts = kind !== 'Readiness' && view.podsOf(object).some(isRestarted)
        return {
          fault: `${kind}ProbeFailed`,
          points: (kind === 'Readiness' ? 3 : 6) + (odd ? 7 : 0) + (restarts ? 2 : 0),
          text: odd
            ? `${object.name}: ${odd}`
            : `${object.name}: ${(last.message ?? '').slice(0, 300)}${restarts ? ', and it is restarted for that' : ''}`,
          mayFollow: !odd,
          ...(odd && { mend: `correct the probe of ${object.name}` }),
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

const OFTEN = 2 // one restart may have any reason

function isRestarted(pod: Pod): boolean {
  return containersOf(pod).some(({ ready, restartCount = 0 }) => !ready && restartCount >= OFTEN)
}

// Answers that a program gives which is well, asked the wrong way.
const WRONG: { pattern: RegExp; says: string }[] = [
  { pattern: /statuscode: 40[45]/, says: 'its probe asks a path that it does not have' },
  {
    pattern: /HTTP response to HTTPS client|malformed HTTP response|first record does not look like a TLS handshake/,
    says: 'its probe asks by HTTP where it speaks TLS, or the other way round',
  },
  {
    pattern: /executable file not found|OCI runtime exec failed/,
    says: 'the command of its probe is not in the image',
  },
]

function wrongAnswer({ message = '' }: KubernetesEvent, object: Reference, view: View): string | undefined {
  const wrong = WRONG.find(({ pattern }) => pattern.test(message))
  return wrong && view.logsOf(object).every(({ weight }) => weight !== 'error') ? wrong.says : undefined
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
