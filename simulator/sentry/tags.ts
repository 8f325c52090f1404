// The tags of an issue's events: which there are, and how often which value occurs.
import type { Millis, RecordOf } from '../recording.ts'
import type { Issue } from './account.ts'

/** The keys of an issue's tags, as the issue itself lists them. */
export function tagKeys(issue: Issue) {
  return [...tagValues(issue)].map(([key, values]) => ({ key, name: key, totalValues: total(values) }))
}

/** Undefined: no event of the issue has such a tag. */
export function tagAnswer(issue: Issue, key: string) {
  const values = tagValues(issue).get(key)
  return (
    values && {
      key,
      name: key,
      totalValues: total(values),
      uniqueValues: values.size,
      topValues: [...values]
        .sort((a, b) => b[1].length - a[1].length)
        .slice(0, 10)
        .map(([value, times]) => ({
          key,
          name: value,
          value,
          count: times.length,
          firstSeen: new Date(times[0] ?? 0).toISOString(),
          lastSeen: new Date(times.at(-1) ?? 0).toISOString(),
        })),
    }
  )
}

/** key -> value -> when. */
function tagValues(issue: Issue): Map<string, Map<string, Millis[]>> {
  const byKey = new Map<string, Map<string, Millis[]>>()
  for (const { record } of issue.events)
    for (const [key, value] of tagsOf(record)) {
      const values = byKey.get(key) ?? new Map<string, Millis[]>()
      byKey.set(key, values)
      const times = values.get(value)
      if (times) times.push(record.at)
      else values.set(value, [record.at])
    }
  return byKey
}

function total(values: Map<string, Millis[]>): number {
  return [...values.values()].reduce((sum, times) => sum + times.length, 0)
}

export function tagsOf({ issue, event }: RecordOf['sentry/events']): [string, string][] {
  const { release, environment, transaction } = event
  const named = Object.entries({ level: issue.level, release, environment, transaction, ...event.tags })
  return named.filter((tag): tag is [string, string] => tag[1] !== undefined)
}
