// The way back: a press (press.ts) or a question, and what people say about an incident as a whole.
import type { Advisor } from './analyst.ts'
import type { Answer } from './answer.ts'
import type { Action, Reply, SourceHealth } from './chat.ts'
import { Fault } from './fault.ts'
import type { Incident } from './incident.ts'
import { adviceToLook, runLooks } from './look.ts'
import type { Looked } from './look.ts'
import type { Occurrence } from './maintenance.ts'
import { markKnown, removeKnown } from './known.ts'
import { addMute, removeMute } from './mute.ts'
import { createPress } from './press.ts'
import type { Press, PressGiven } from './press.ts'
import { isSame } from './remedy.ts'
import type { Person } from './remedy.ts'
import { declare, merge, split } from './reshape.ts'
import { decideSensitivity, lowerSensitivity, proposalFor } from './sensitivity.ts'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import { amend, openIncidents, readIncident } from './store.ts'

type Of<K extends Action['kind']> = Extract<Action, { kind: K }>

/** Contract: what changes an incident throws a Fault where it cannot be done; saying the same twice changes nothing more. */
export type Respond = {
  press(press: Press, by: Person): Promise<Reply>
  ask(question: Of<'ask'>, by: Person, signal?: AbortSignal): Promise<Answer>
  /** Runs what the advice says to look at; nothing is changed. Throws a Fault `not_found` where none says what exactly. */
  look(incident: string, by: Person, signal?: AbortSignal): Promise<{ incident: Incident; answers: Looked[] }>
  acknowledge(incident: string, by: Person): Promise<Incident>
  resolve(incident: string, by: Person): Promise<Incident>
  declare(action: Of<'declare'>, by: Person): Promise<Incident>
  /** The muted incident; undefined where a service was muted. */
  mute(action: Of<'mute'>, by: Person): Promise<Incident | undefined>
  /** The incident that is heard again; undefined where it was a service. */
  unmute(action: Of<'unmute'>, by: Person): Promise<Incident | undefined>
  /** Throws a Fault `validation` where no cause is known by which it could be told again. */
  known(action: Of<'known'>, by: Person): Promise<Incident>
  unknown(incident: string, by: Person): Promise<Incident>
  settings(): Promise<Settings>
  /** The new incident. */
  split(action: Of<'split'>, by: Person): Promise<Incident>
  /** The incident that goes on. */
  merge(action: Of<'merge'>, by: Person): Promise<Incident>
  /** With what it comes to in `proposal`, where a threshold could be raised: only `decide` does. */
  feedback(action: Of<'feedback'>, by: Person): Promise<Incident>
  decide(action: { kind: 'raise' | 'leave'; incident: string }, by: Person): Promise<Incident>
  lower(incident: string, by: Person): Promise<Incident>
}

export function createRespond(
  given: PressGiven & {
    advisor: Advisor
    health: () => SourceHealth[]
    maintenance: () => Occurrence[]
  },
): Respond {
  const { store, advisor, clock } = given

  return {
    press: createPress(given),
    async ask({ question, incident: id }, by, signal) {
      const incident = id === undefined ? undefined : await readIncident(store, id)
      const open = await openIncidents(store, 20)
      const answer = await advisor.answer(
        { text: question, open, sources: given.health(), ...(incident && { incident }) },
        signal,
      )
      if (id !== undefined) await amend(store, id, clock(), by, () => [{ type: 'answered', question, answer }])
      return answer
    },
    async look(id, by, signal) {
      const advice = adviceToLook(await readIncident(store, id))
      if (!advice) throw new Fault('not_found', `For ${id} there is no look to run: no source can be asked about it.`)
      const answers = await runLooks(advice.looks ?? [], given.toolbox, signal)
      const looked = { type: 'looked', remedy: advice.id, answers } as const
      return { incident: await amend(store, id, clock(), by, () => [looked]), answers }
    },
    acknowledge: (id, by) =>
      amend(store, id, clock(), by, ({ acknowledgedBy, resolvedAt }) =>
        acknowledgedBy || resolvedAt !== undefined ? [] : [{ type: 'acknowledged' }],
      ),
    resolve: (id, by) =>
      amend(store, id, clock(), by, ({ resolvedAt }) =>
        resolvedAt === undefined ? [{ type: 'resolved', reason: 'resolved by a person' }] : [],
      ),
    declare: (action, by) => declare(store, action, by, clock()),
    async mute({ millis, incident: id, service }, by) {
      const at = clock()
      if (id !== undefined) return amend(store, id, at, by, () => [{ type: 'muted', until: at + millis }])
      if (service !== undefined) await addMute(store, { service, until: at + millis, by }, at)
      return undefined
    },
    async unmute({ incident: id, service }, by) {
      if (service !== undefined) await removeMute(store, service)
      if (id === undefined) return undefined
      return amend(store, id, clock(), by, ({ mutedUntil }) => (mutedUntil === undefined ? [] : [{ type: 'unmuted' }]))
    },
    known: (action, by) => markKnown(store, action, by, clock()),
    async unknown(id, by) {
      await removeKnown(store, id)
      return amend(store, id, clock(), by, ({ known }) => (known ? [{ type: 'not known' }] : []))
    },
    settings: () => readSettings(store, given.maintenance(), clock()),
    split: (action, by) => split(store, action, by, clock()),
    merge: (action, by) => merge(store, action, by, clock()),
    async feedback({ incident: id, helpful, why }, by) {
      const at = clock()
      const said = { type: 'feedback', helpful, ...(why && { why }) } as const
      const incident = await amend(store, id, at, by, ({ feedback }) =>
        feedback.some(voice => isSame(voice.by, by) && voice.helpful === helpful && voice.why === why) ? [] : [said],
      )
      const proposal = incident.proposal ? undefined : await proposalFor(store, incident, at)
      if (!proposal) return incident
      return amend(store, id, at, 'system', now => (now.proposal ? [] : [{ type: 'threshold proposed', proposal }]))
    },
    decide: (action, by) => decideSensitivity(store, action, by, clock()),
    lower: (id, by) => lowerSensitivity(store, id, by, clock()),
  }
}
