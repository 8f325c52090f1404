// Pods that may not be created because a quota is full: the namespace is the cause, whatever workload shows it.
import type { Check, Verdict } from './verdict.ts'
import { eventWitness } from './verdict.ts'

export const quotaExceeded: Check = {
  name: 'quota-exceeded',
  check: view =>
    view.events
      .filter(({ message }) => message?.includes('exceeded quota'))
      .map((event): Verdict => {
        const subject = view.subjectOf(event)
        const name = event.involvedObject.namespace ?? event.metadata.namespace ?? 'default'
        const [, quota = ''] = /exceeded quota: ([a-z0-9.-]{1,253})/.exec(event.message ?? '') ?? []
        return {
          object: { kind: 'Namespace', namespace: name, name },
          fault: 'QuotaExceeded',
          points: 25,
          text: `namespace ${name}: quota ${quota} is full; ${subject.name} cannot create pods`,
          since: event.first,
          seen: event.last,
          healthOf: subject,
          witness: [eventWitness(event)],
        }
      }),
}
