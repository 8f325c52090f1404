// Pods that may not be created as they are: beyond a limit range, against pod security, or denied by a policy. A full quota is
// quota-exceeded.ts's, a missing account service-account-missing.ts's, a silent webhook webhook-failing.ts's.
import { isStillShort } from './still-short.ts'
import type { Check } from './verdict.ts'
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

export const creationRefused: Check = {
  name: 'creation-refused',
  check: view =>
    KNOWN.flatMap(({ fault, pattern, mend }) =>
      perSubject(
        view,
        view.events.filter(({ reason, message = '' }) => reason === 'FailedCreate' && pattern.test(message)),
        (object, events) => ({
          fault,
          points: 10,
          ...(events.some(event => isStillShort(event, view)) && { whenHealthy: 1 }),
          text: `${object.name}: its pods are refused: ${(events[0].message ?? '').replace(/^Error creating: /, '').slice(0, 300)}`,
          mend,
        }),
      ),
    ),
}
