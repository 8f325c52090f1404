// What a request asks for, as every route reads it: the stretch of time, the projects, the environments, the page.
import { NotSimulated } from '../not-simulated.ts'
import type { Millis } from '../recording.ts'
import type { Account, Issue, SentryEvent } from './account.ts'
import { Refused } from './refused.ts'
import type { PageSize } from './page.ts'
import { millisOf, parseMoment } from './search.ts'

export type Asked = {
  parameters: URLSearchParams
  now: Millis
  base: string // of links to Sentry's own pages
  /** The rows of the page asked for. */
  page<T>(rows: T[], size?: PageSize): T[]
}

/** `given`: the request names it; otherwise it is the last 90 days, as Sentry has it. */
export type Window = { start: Millis; end: Millis; given: boolean }

/** statsPeriod wins over start and end. */
export function windowOf({ parameters, now }: Asked): Window {
  const period = parameters.get('statsPeriod')
  if (period !== null && period !== '') {
    const [, count, unit] = /^(\d+)([smhdw])$/.exec(period) ?? []
    if (unit === undefined) throw new NotSimulated(`statsPeriod ${period}`)
    return { start: now - Number(count) * millisOf[unit as keyof typeof millisOf], end: now, given: true }
  }
  const [start, end] = [momentOf(parameters, 'start'), momentOf(parameters, 'end')]
  return { start: start ?? now - 90 * millisOf.d, end: end ?? now, given: start !== undefined || end !== undefined }
}

/** Slugs; all of the account's unless some are named. Throws Refused when one of those is not there, which Sentry does not tell from what one may not see. */
export function projectsOf({ parameters }: Asked, { projects }: Account): string[] {
  const named = parameters.getAll('project').filter(name => name !== '-1')
  if (named.length === 0) return projects.map(project => project.slug)
  return named.map(name => {
    const known = projects.find(({ id, slug }) => name === id || name === slug)
    if (!known) throw new Refused(403, 'You do not have permission to perform this action.')
    return known.slug
  })
}

export function eventsIn(issue: Issue, { start, end }: Window, { parameters }: Asked): SentryEvent[] {
  const environments = parameters.getAll('environment')
  return issue.events.filter(
    ({ record }) =>
      record.at >= start &&
      record.at <= end &&
      (environments.length === 0 || environments.includes(record.event.environment ?? '')),
  )
}

function momentOf(parameters: URLSearchParams, name: string): Millis | undefined {
  const stamp = parameters.get(name)
  if (stamp === null) return undefined
  const moment = parseMoment(stamp)
  if (moment === undefined) throw new NotSimulated(`${name} ${stamp}`)
  return moment
}
