// Pods that cannot be created because the service account they name is not there, or may not be used.
import { isStillShort, refusalsIn, standingOf } from './refused-pods.ts'
import type { Check } from './verdict.ts'
import { perSubject } from './verdict.ts'

export const serviceAccountMissing: Check = {
  name: 'service-account-missing',
  check(view) {
    const stands = refusalsIn(view).filter(
      event =>
        /service ?account/i.test(event.message ?? '') &&
        // Otherwise it was the race at the start.
        (isStillShort(event, view) || view.podsOf(view.subjectOf(event)).length === 0),
    )
    return perSubject(view, stands, (object, events) => {
      const [last] = events
      const [, account] = /service ?account "?([a-z0-9./-]{1,253})/i.exec(last.message ?? '') ?? []
      return {
        fault: 'ServiceAccountMissing',
        points: 14,
        ...standingOf(events, view),
        mend: `create the service account, or correct its name in ${object.name}`,
        text: `${object.name}: its service account${account ? ` ${account}` : ''} cannot be used, so no pod is created`,
      }
    })
  },
}
