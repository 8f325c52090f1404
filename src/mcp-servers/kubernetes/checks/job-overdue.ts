// A run of a cron job that does not end, and keeps the next ones from beginning.
import { keyOf, ownerOfJob } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check } from './verdict.ts'
import { perSubject } from './verdict.ts'

// https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/cronjob/cronjob_controllerv2.go: said at each time that is missed.
const MISSED_TIMES = 3

export const jobOverdue: Check = {
  name: 'job-overdue',
  check: view =>
    perSubject(
      view,
      view.events.filter(
        event =>
          event.reason === 'JobAlreadyActive' && event.count >= MISSED_TIMES && isGoingOn(view.subjectOf(event), view),
      ),
      (object, [{ count }]) => ({
        fault: 'CronJobOverdue',
        points: 8,
        whenHealthy: 1, // a run before it ended well
        seen: view.at,
        text: `${object.name}: a run does not end, and ${count} others were not begun for it`,
        mend: `look at the log of the run of ${object.name} that still goes on; activeDeadlineSeconds would end it`,
      }),
    ),
}

function isGoingOn(cronJob: Reference, view: View): boolean {
  return view.jobs.some(
    ({ metadata, status }) => (status?.active ?? 0) > 0 && keyOf(ownerOfJob(metadata)) === keyOf(cronJob),
  )
}
