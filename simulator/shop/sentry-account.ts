// The shop's Sentry account: a project a service with the release it runs, and old issues that tick on whatever happens.
import type { Millis, RecordOf } from '../recording.ts'
import { hex, randomOf } from './random.ts'
import { services, type Service } from './services.ts'
import type { Clockwork } from './story-line.ts'

export type IssueStory = {
  id: string
  service: Service
  release: string
  title: string
  culprit: string
  level?: 'error' | 'warning'
  from: Millis
  until?: Millis
  everySeconds: number
  firstSeen?: Millis
}

const day = 86_400_000

export function issueEvents({ end, seed }: Clockwork, story: IssueStory): RecordOf['sentry/events'][] {
  const { id, service, release, title, culprit, level = 'error', from, everySeconds } = story
  const random = randomOf(seed, `issue ${id}`)
  const [, type = 'Error', value = title] = /^(\w+): (.*)$/.exec(title) ?? []
  const firstSeen = new Date(story.firstSeen ?? from).toISOString()
  const records: RecordOf['sentry/events'][] = []
  for (let at = from; at <= Math.min(end, story.until ?? end); at += everySeconds * 1000 * (0.5 + random()))
    records.push({
      at: Math.round(at),
      project: service.name,
      issue: { id, title, culprit, level, status: 'unresolved', firstSeen },
      event: {
        message: value,
        exception: { values: [{ type, value, stacktrace: { frames: [{ function: culprit, in_app: true }] } }] },
        tags: { user: hex(random, 6), server_name: service.name },
        release,
        environment: 'production',
        transaction: service.transaction,
      },
    })
  return records
}

export function currentReleases({ start }: Clockwork): RecordOf['sentry/releases'][] {
  return services
    .filter(service => service.replicas > 0)
    .map((service, i) => ({
      at: start - (3 + i) * day,
      project: service.name,
      version: `${service.name}@${service.version}`,
    }))
}

/** Rare, known for weeks, and nobody's fault today. */
export function oldIssues(clock: Clockwork): RecordOf['sentry/events'][] {
  const old: [string, string, string, number][] = [
    ['catalogue', 'TimeoutError: image resize took longer than 5 s', 'resize(images)', 170],
    ['frontend', 'RangeError: Invalid time zone specified', 'formatDate(format)', 310],
    ['payments', 'CardError: card number is incomplete', 'validate(card)', 240],
  ]
  return old.flatMap(([name, title, culprit, everySeconds], i) => {
    const service = services.find(each => each.name === name)
    if (!service) return []
    const from = clock.start + 20_000 * (i + 1)
    const release = `${name}@${service.version}`
    const firstSeen = clock.start - (40 + i) * day
    return issueEvents(clock, {
      id: String(4101 + i),
      service,
      release,
      title,
      culprit,
      level: 'warning',
      from,
      everySeconds,
      firstSeen,
    })
  })
}
