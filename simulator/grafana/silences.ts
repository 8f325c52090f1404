// Silences of Grafana's own Alertmanager: made, listed, expired; kept as long as the simulator lives.
// Shapes: gettableSilence and postableSilence of Grafana's OpenAPI description.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Millis } from '../recording.ts'
import type { Labels } from './labels.ts'
import { matcher, type Matcher } from './matcher.ts'
import { failure, json, type Reply } from './reply.ts'

const moment = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))
const postable = z.object({
  comment: z.string(),
  createdBy: z.string(),
  startsAt: moment,
  endsAt: moment,
  matchers: z
    .array(
      z.object({
        name: z.string().min(1),
        value: z.string(),
        isRegex: z.boolean(),
        isEqual: z.boolean().default(true),
      }),
    )
    .min(1),
})

type Silence = z.output<typeof postable> & { id: string; updatedAt: Millis }

export type Silences = {
  list(): Reply
  create(body: unknown): Reply
  expire(id: string): Reply
  /** Ids of those in force that match. */
  over(labels: Labels): string[]
}

export function silences(now: () => Millis): Silences {
  const all = new Map<string, Silence>()
  return {
    list: () => json([...all.values()].map(silence => gettable(silence, now()))),
    create(body) {
      const asked = postable.safeParse(body)
      if (!asked.success || asked.data.endsAt <= asked.data.startsAt) return failure(400, 'invalid silence')
      const id = randomUUID()
      all.set(id, { ...asked.data, id, updatedAt: now() })
      return json({ silenceID: id }, 202)
    },
    expire(id) {
      const silence = all.get(id)
      if (!silence) return failure(404, 'silence not found')
      all.set(id, { ...silence, endsAt: Math.min(silence.endsAt, now()), updatedAt: now() })
      return json({ message: 'silence deleted' })
    },
    over: labels =>
      [...all.values()]
        .filter(silence => stateOf(silence, now()) === 'active')
        .filter(silence => silence.matchers.map(matcherOf).every(each => each.matches(labels[each.label] ?? '')))
        .map(({ id }) => id),
  }
}

function gettable(silence: Silence, now: Millis) {
  const { startsAt, endsAt, updatedAt, ...told } = silence
  return {
    ...told,
    status: { state: stateOf(silence, now) },
    startsAt: iso(startsAt),
    endsAt: iso(endsAt),
    updatedAt: iso(updatedAt),
  }
}

function stateOf({ startsAt, endsAt }: Silence, now: Millis): 'pending' | 'active' | 'expired' {
  if (endsAt <= now) return 'expired'
  return startsAt > now ? 'pending' : 'active'
}

function matcherOf({ name, value, isRegex, isEqual }: Silence['matchers'][number]): Matcher {
  return matcher(name, isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=', value)
}

function iso(at: Millis): string {
  return new Date(at).toISOString()
}
