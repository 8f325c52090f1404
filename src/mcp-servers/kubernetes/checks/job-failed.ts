// A job that has given up, or a cron job whose runs are missed. What a later run made good is over.
import type { Millis } from '#incident/signal.ts'
import { containersOf } from '../readiness.ts'
import type { Job } from '../schema.ts'
import { named, ownerOfJob } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { sayExit } from './exit-code.ts'
import { startFault, startFaultOfExit } from './start-fault.ts'
import type { Check, Verdict } from './verdict.ts'
import { perSubject } from './verdict.ts'

const LATELY: Millis = 60 * 60_000 // what failed before and nobody has run again, nobody misses
const SINCE_LAST_NIGHT: Millis = 24 * 60 * 60_000 // a cron job is expected to succeed by its next run

export const jobFailed: Check = {
  name: 'job-failed',
  check: view => [
    ...view.jobs.flatMap(job => ofJob(job, view)),
    // Where jobs cannot be listed, and of cron jobs, which are not: what events say.
    ...perSubject(
      view,
      view.events.filter(({ reason = '', involvedObject: { kind } }) =>
        kind === 'CronJob'
          ? MISSED.includes(reason)
          : kind === 'Job' && view.jobs.length === 0 && GIVEN_UP.includes(reason),
      ),
      (object, [{ reason = '', message = '' }]) => ({
        fault: MISSED.includes(reason) ? 'CronJobMissed' : reason,
        points: 10,
        ...told(object, message, view),
      }),
    ),
  ],
}

const GIVEN_UP = ['BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy']
const MISSED = [
  'TooManyMissedTimes',
  'FailedNeedsStart',
  'MissSchedule',
  'UnparseableSchedule',
  'UnParseableCronJobSchedule',
  'InvalidSchedule',
  'UnknownTimeZone',
]

function ofJob(job: Job, view: View): Verdict[] {
  const { metadata, status } = job
  const failed = status?.conditions.find(({ type, status: is }) => type === 'Failed' && is === 'True')
  const since = failed?.lastTransitionTime ?? metadata.creationTimestamp ?? view.at
  const object = ownerOfJob(metadata)
  const longest = object.kind === 'CronJob' ? SINCE_LAST_NIGHT : LATELY
  if (!failed || view.at - since > longest || isMadeGood(job, view)) return []
  return [
    {
      object,
      fault: failed.reason ?? 'JobFailed',
      points: 10,
      ...(object.kind === 'Job' && { whenHealthy: 1 }), // some of its pods may have come to their end
      since,
      ...told(object, failed.message ?? '', view),
      witness: [`Job ${named(metadata)}: Failed, ${failed.reason ?? ''}`],
    },
  ]
}

/** A later run of the same cron job, or the same job made anew, came to its end. */
function isMadeGood({ metadata }: Job, view: View): boolean {
  const owner = metadata.ownerReferences.find(({ kind }) => kind === 'CronJob')?.name
  if (!owner) return false
  return view.jobs.some(
    other =>
      other.metadata.namespace === metadata.namespace &&
      other.metadata.ownerReferences.some(({ kind, name }) => kind === 'CronJob' && name === owner) &&
      (other.metadata.creationTimestamp ?? 0) > (metadata.creationTimestamp ?? 0) &&
      (other.status?.succeeded ?? 0) > 0,
  )
}

/** With how its last pod ended, where that still stands. */
function told(object: Reference, message: string, view: View): Pick<Verdict, 'text' | 'mend'> {
  const ends = view
    .podsOf(object)
    .filter(pod => pod.status?.phase === 'Failed')
    .flatMap(pod => containersOf(pod).flatMap(({ state }) => state?.terminated ?? []))
    .filter(({ exitCode }) => exitCode !== 0)
    .toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0))
  const [end] = ends
  const why = end && (startFault(end.message ?? '') ?? startFaultOfExit(end.exitCode))
  const how = why
    ? `: ${why.says}`
    : end?.exitCode === undefined
      ? ''
      : `: its last pod ended with exit code ${sayExit(end.exitCode)}`
  const text = `${object.kind === 'CronJob' ? 'a run of ' : ''}${object.name} failed${how || (message ? `: ${message.slice(0, 200)}` : '')}`
  return { text, mend: why?.mend ?? `look at the log of its last pod, mend that, and run ${object.name} again` }
}
