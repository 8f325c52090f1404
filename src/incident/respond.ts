// The way back: a press (press.ts) or a question, and what people say about an incident as a whole.
import type { Advisor } from './analyst.ts'
import type { Answer, ChatEvent, Reply } from './chat.ts'
import type { Incident } from './incident.ts'
import { createPress } from './press.ts'
import type { PressGiven } from './press.ts'
import type { Person } from './remedy.ts'
import type { Millis, Source } from './signal.ts'
import { amend, readIncident } from './store.ts'

export type Respond = {
  press(event: ChatEvent & { kind: 'press' }): Promise<Reply>
  ask(event: ChatEvent & { kind: 'ask' }, signal?: AbortSignal): Promise<Answer>
  acknowledge(incident: string, by: Person): Promise<Incident>
  resolve(incident: string, by: Person): Promise<Incident>
}

export function createRespond(
  given: PressGiven & {
    advisor: Advisor
    health: () => { source: Source; up: boolean; since?: Millis }[]
  },
): Respond {
  const { store, advisor, clock } = given

  return {
    press: createPress(given),
    async ask({ question, incident: id, by }, signal) {
      const incident = id === undefined ? undefined : await readIncident(store, id)
      const openIds = await store.list({ open: true, limit: 20 })
      const open = await Promise.all(openIds.map(openId => readIncident(store, openId)))
      const answer = await advisor.answer(
        { text: question, open, sources: given.health(), ...(incident && { incident }) },
        signal,
      )
      if (id !== undefined) await amend(store, id, clock(), by, () => [{ type: 'answered', question, answer }])
      return answer
    },
    acknowledge: (id, by) =>
      amend(store, id, clock(), by, ({ acknowledgedBy, resolvedAt }) =>
        acknowledgedBy || resolvedAt !== undefined ? [] : [{ type: 'acknowledged' }],
      ),
    resolve: (id, by) =>
      amend(store, id, clock(), by, ({ resolvedAt }) =>
        resolvedAt === undefined ? [{ type: 'resolved', reason: 'resolved by a person' }] : [],
      ),
  }
}
