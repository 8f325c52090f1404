// An admission webhook that does not answer: nothing it is asked about can be created, and whose service it is, the message says.
import type { KubernetesEvent } from '../schema.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { eventWitness } from './verdict.ts'
import { workloadsOf } from './witness.ts'

export const webhookFailing: Check = {
  name: 'webhook-failing',
  check(view) {
    const sights = view.events.flatMap(event => {
      const asked = askedIn(event.message ?? '')
      return asked ? [{ event, ...asked, object: objectOf(asked, view) }] : []
    })
    return [...Map.groupBy(sights, ({ object }) => keyOf(object)).values()].flatMap((same): Verdict[] => {
      const [first] = same
      if (!first) return []
      const { object, webhook, namespace, name } = first
      const subjects = same.map(({ event }) => view.subjectOf(event))
      return [
        {
          object,
          fault: 'WebhookFailing',
          points: 16,
          text: `admission webhook ${webhook} (service ${named({ namespace, name })}) does not answer, so ${say(subjects)} cannot be changed`,
          since: Math.min(...same.map(({ event }) => event.first)),
          seen: Math.max(...same.map(({ event }) => event.last)),
          healthOf: subjects.find(each => !view.isHealthy(each)) ?? subjects[0],
          mend: `bring up ${named(object)}, or let its webhook configuration ignore failures meanwhile`,
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
    /failed calling webhook "([^"]{1,253})".{0,200}https:\/\/([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc/.exec(message) ??
    []
  return webhook && name && namespace ? { webhook, namespace, name } : undefined
}

/** Who answers for the service; the service itself where nobody does. */
function objectOf({ namespace, name }: Asked, view: View): Reference {
  const service = view.service(namespace, name)
  return (service && workloadsOf(view, service)[0]) ?? { kind: 'Service', namespace, name }
}

function say(subjects: Reference[]): string {
  return [...new Set(subjects.map(({ name }) => name))].slice(0, 3).join(', ')
}
