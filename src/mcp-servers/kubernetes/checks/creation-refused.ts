// Pods that may not be created as they are: beyond a limit range, against pod security, or denied by a policy. A full quota is
// quota-exceeded.ts's, a missing account service-account-missing.ts's, a silent webhook webhook-failing.ts's.
import type { KubernetesEvent } from '../schema.ts'
import type { View } from '../view.ts'
import { isStillShort, refusalsIn, standingOf } from './refused-pods.ts'
import type { Check, Verdict } from './verdict.ts'
import { perSubject } from './verdict.ts'

const KNOWN: { fault: string; pattern: RegExp; mend: string }[] = [
  {
    fault: 'LimitRangeRefused',
    pattern: /(?:minimum|maximum) (?:cpu|memory|storage|ephemeral-storage) usage per|max limit to request ratio/i,
    mend: 'bring requests and limits within the limit range of the namespace, or change that',
  },
  {
    fault: 'PodSecurityRefused',
    pattern: /violates PodSecurity|unable to validate against any security context constraint|PodSecurityPolicy/i,
    mend: 'give the pods the security context that the namespace demands',
  },
  {
    fault: 'AdmissionDenied',
    pattern: /admission webhook "[^"]{1,253}" denied the request|ValidatingAdmissionPolicy/i,
    mend: 'change what the policy names, or the policy',
  },
  {
    fault: 'PodInvalid',
    pattern: /is invalid: |no PriorityClass with name/i,
    mend: 'correct the pod template where the message says',
  },
]

/** Said by those checks, with whose doing it is. */
const ELSEWHERE = /(?:exceeded|failed) quota: |service ?account|failed calling webhook/i

export const creationRefused: Check = {
  name: 'creation-refused',
  check: view => [
    ...KNOWN.flatMap(({ fault, pattern, mend }) =>
      verdicts(
        refusalsIn(view).filter(({ message = '' }) => pattern.test(message)),
        { fault, points: 10, mend },
        view,
      ),
    ),
    ...verdicts(
      refusalsIn(view).filter(each => isUnknown(each.message ?? '') && isStillShort(each, view)),
      { fault: 'CreationFailed', points: 8 },
      view,
    ),
  ],
}

function isUnknown(message: string): boolean {
  return !ELSEWHERE.test(message) && !KNOWN.some(({ pattern }) => pattern.test(message))
}

function verdicts(
  refusals: KubernetesEvent[],
  { fault, points, mend }: { fault: string; points: number; mend?: string },
  view: View,
): Verdict[] {
  return perSubject(view, refusals, (object, events) => ({
    fault,
    points,
    ...standingOf(events, view),
    text: `${object.name}: its pods are refused: ${(events[0].message ?? '').replace(/^Error creating: /, '').slice(0, 300)}`,
    ...(mend && { mend }),
  }))
}
