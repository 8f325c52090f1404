// The stretch of time a request asks about (start, end, statsPeriod), and an issue's events within it.
import { NotSimulated } from '../not-simulated.ts'
import type { Millis } from '../recording.ts'
import type { Issue, SentryEvent } from './account.ts'
import { millisOf, parseMoment } from './search.ts'

export type Window = { start: Millis; end: Millis; given?: boolean }

/** statsPeriod wins over start and end; without any, the last 90 days, as Sentry has it. */
export function windowOf(asked: URL, now: Millis): Window {
  const period = asked.searchParams.get('statsPeriod')
  if (period !== null && period !== '') {
    const [, count, unit] = /^(\d+)([smhdw])$/.exec(period) ?? []
    if (unit === undefined) throw new NotSimulated(`statsPeriod ${period}`)
    return { start: now - Number(count) * millisOf[unit as keyof typeof millisOf], end: now, given: true }
  }
  const moment = (name: string, otherwise: Millis) => {
    const stamp = asked.searchParams.get(name)
    const parsed = stamp === null ? otherwise : parseMoment(stamp)
    if (parsed === undefined) throw new NotSimulated(`${name} ${stamp}`)
    return parsed
  }
  return {
    start: moment('start', now - 90 * millisOf.d),
    end: moment('end', now),
    given: asked.searchParams.has('start') || asked.searchParams.has('end'),
  }
}

export function eventsIn(issue: Issue, { start, end }: Window, asked: URL): SentryEvent[] {
  const environments = asked.searchParams.getAll('environment')
  return issue.events.filter(
    ({ record }) =>
      record.at >= start &&
      record.at <= end &&
      (environments.length === 0 || environments.includes(record.event.environment ?? '')),
  )
}
