// Pods that may not be created because a quota is full, or demands what their template does not say: the namespace is the cause,
// whatever workload shows it.
import { refusalsIn, standingOf } from './refused-pods.ts'
import type { Check, Verdict } from './verdict.ts'
import { eventWitness } from './verdict.ts'

export const quotaExceeded: Check = {
  name: 'quota-exceeded',
  check: view =>
    refusalsIn(view).flatMap((event): Verdict[] => {
      const refusal = refusalIn(event.message ?? '')
      if (!refusal) return []
      const subject = view.subjectOf(event)
      const name = event.involvedObject.namespace ?? event.metadata.namespace ?? 'default'
      return [
        {
          object: { kind: 'Namespace', namespace: name, name },
          ...refusal.say(name, subject.name),
          since: event.first,
          seen: event.last,
          healthOf: subject,
          ...standingOf([event], view),
          witness: [eventWitness(event)],
        },
      ]
    }),
}

type Refusal = { say(namespace: string, workload: string): Pick<Verdict, 'fault' | 'points' | 'text' | 'mend'> }

// https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
function refusalIn(message: string): Refusal | undefined {
  const [, full] = /exceeded quota: ([a-z0-9.-]{1,253})/.exec(message) ?? []
  if (full)
    return {
      say: (namespace, workload) => ({
        fault: 'QuotaExceeded',
        points: 25,
        text: `namespace ${namespace}: quota ${full} is full; ${workload} cannot create pods`,
        mend: `raise quota ${full}, or scale something in ${namespace} back`,
      }),
    }
  const [, quota, what] = /failed quota: ([a-z0-9.-]{1,253}): must specify ([^\n]{1,200})/.exec(message) ?? []
  if (!quota || !what) return undefined
  return {
    say: (namespace, workload) => ({
      fault: 'QuotaDemandsMore',
      points: 20,
      text: `namespace ${namespace}: under quota ${quota} pods must specify ${what}, and those of ${workload} do not`,
      mend: `set ${what.split(' ', 1)[0]} in ${workload}, or give ${namespace} a LimitRange with defaults`,
    }),
  }
}
