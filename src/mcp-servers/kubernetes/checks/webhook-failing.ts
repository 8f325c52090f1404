// An admission webhook that does not answer: nothing of what it looks at can be created or changed. Who should answer is what is
// wrong; where the cluster has nobody of that name any more, the configuration that still asks for it.
import type { KubernetesEvent } from '../schema.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { eventWitness, isAboutGonePod } from './verdict.ts'
import { workloadsOf } from './witness.ts'

export const webhookFailing: Check = {
  name: 'webhook-failing',
  check(view) {
    const sights = view.events.flatMap(event => {
      const asked = askedIn(event.message ?? '')
      return asked && !isAboutGonePod(event, view)
        ? [{ event, ...asked, object: objectOf(asked, event.message ?? '', view) }]
        : []
    })
    return [...Map.groupBy(sights, ({ object }) => keyOf(object)).values()].flatMap((same): Verdict[] => {
      const [first] = same
      if (!first) return []
      const { object, webhook, namespace, name } = first
      const subjects = same.map(({ event }) => view.subjectOf(event))
      const waiting = subjects.find(each => isRefused(each, view))
      const isConfiguration = object.kind.endsWith('Configuration')
      return [
        {
          object,
          fault: 'WebhookFailing',
          points: 16,
          text: `admission webhook ${webhook} (service ${named({ namespace, name })}) does not answer, so ${say(subjects)} cannot be changed`,
          since: Math.min(...same.map(({ event }) => event.first)),
          seen: Math.max(...same.map(({ event }) => event.last)),
          healthOf: waiting ?? subjects.find(each => !view.isHealthy(each)) ?? subjects[0],
          ...(waiting && { whenHealthy: 1 }), // the pods it has serve on; those it should have are still refused
          mend: isConfiguration
            ? `delete ${object.kind} ${object.name}, or bring service ${named({ namespace, name })} back`
            : `bring up ${named(object)}, or let its webhook configuration ignore failures meanwhile`,
          witness: same.slice(0, 5).map(({ event }) => eventWitness(event)),
        },
      ]
    })
  },
}

type Asked = { webhook: string; namespace: string; name: string }

/** failed calling webhook "validate.kyverno.svc": Post "https://kyverno-svc.kyverno.svc:443/validate?timeout=10s": … */
function askedIn(message: KubernetesEvent['message'] & string): Asked | undefined {
  const [, webhook, name, namespace] =
    /(?:failed calling webhook|conversion webhook for) "?([^",]{1,253}?)[",].{0,200}https:\/\/([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc/.exec(
      message,
    ) ?? []
  return webhook && name && namespace ? { webhook, namespace, name } : undefined
}

/**
 * Who answers for the service. Where there is no such service, or its certificate is not the one that the configuration trusts, it
 * is the configuration; the service where that cannot be read.
 */
function objectOf({ webhook, namespace, name }: Asked, message: string, view: View): Reference {
  const service = view.service(namespace, name)
  if (service && !(DISTRUSTED.test(message) && view.webhooks.length > 0))
    return workloadsOf(view, service)[0] ?? { kind: 'Service', namespace, name }
  const asking = view.webhooks.find(({ webhooks }) => webhooks.some(each => each.name === webhook))
  return asking ? { kind: asking.kind, name: asking.metadata.name } : { kind: 'Service', namespace, name }
}

const DISTRUSTED = /signed by unknown authority|caBundle|certificate is valid for/

/** Pods of it are still not made, as its controller says. */
function isRefused(subject: Reference, view: View): boolean {
  const owners = [view.workload(subject), ...view.replicaSetsOf(subject)]
  return owners.some(owner =>
    owner?.status?.conditions.some(({ type, status }) => type === 'ReplicaFailure' && status === 'True'),
  )
}

function say(subjects: Reference[]): string {
  return [...new Set(subjects.map(({ name }) => name))].slice(0, 3).join(', ')
}
