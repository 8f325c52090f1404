// From what Teams sent to what was wanted, and back. Everything that leads to an action or an answer is in the inbox before
// Teams is told that we have it; only a look at a card is answered from the record alone.
import { actionOf, formOf } from '#cards/form.ts'
import type { FormKind } from '#cards/card.ts'
import { teamsForm } from '#cards/teams/form.ts'
import { teamsCard } from '#cards/teams.ts'
import type { Action, Message } from '#incident/chat.ts'
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { belongs, deliveryAt, incidentAt } from '../about.ts'
import { catchUp } from '../catch-up.ts'
import { investigation, parseMention } from '../command.ts'
import type { Command } from '../command.ts'
import type { Back, Conversation } from '../conversation.ts'
import type { Inbox, Taken } from '../inbox.ts'
import type { Persist } from '../persist.ts'
import { activitySchema, heardIn } from './activity.ts'
import type { Activity, Heard } from './activity.ts'
import type { TeamsVoice } from './messages.ts'
import type { Connector } from './connector.ts'
import { createPatience } from './patience.ts'
import type { Waiting } from './patience.ts'
import type { People, Sender } from './people.ts'
import { isPersonal } from './place.ts'
import { showCard, showDialog, showLine } from './reaction.ts'
import type { Reaction } from './reaction.ts'
import { activityOf, activityWith, cardFor, readerAt } from './render.ts'
import type { TeamsLooks } from './settings.ts'
import { openStream } from './stream.ts'
import { subjectOf } from './subject.ts'
import type { Answering, Turn } from './turn.ts'

export type Hearing = {
  /** Of an activity that is verified and ours; answers within a second. */
  receive(activity: Activity): Promise<Reaction>
  /** What was taken: just now, or before a crash. */
  handle(body: unknown, taken: Taken<Waiting>): Promise<void>
}

export type HearingGiven = {
  voice: TeamsVoice
  connector: Connector
  people: People
  answering: Answering
  persist: Persist
  store: IncidentStore
  take: Inbox<Waiting>['take']
  /** Where incidents are posted. */
  channels: readonly string[]
  conversation: Conversation
  open: TeamsLooks['open']
  clock: () => Millis
  log: Log
}

const DONE: Reaction = { status: 200 }
const MOST_GREETED = 5 // who joins with more at once did not come for this incident

export function createHearing(given: HearingGiven): Hearing {
  const { voice, connector, people, answering, persist, store, channels, conversation, clock, log } = given

  async function take(activity: Activity, otherwise?: Reaction): Promise<Reaction> {
    const patience = otherwise && createPatience(otherwise)
    const isNew = await given.take(activity.id, activity, patience?.waiting)
    if (isNew && patience) return patience.reaction()
    return otherwise ?? DONE
  }

  async function handle(body: unknown, taken: Taken<Waiting>): Promise<void> {
    const activity = activitySchema.parse(body)
    const heard = heardIn(activity)
    if (!heard) return
    if (heard.kind === 'installed') return greet(heard)
    if (heard.kind === 'joined') return welcome(heard, taken)
    const press = heard.kind === 'press' ? heard.press : undefined
    const turn: Turn = { ...taken, by: unverified(heard.by), thread: heard.thread, ...(press && { press }) }
    try {
      const by = await people.known(heard.by, heard.thread.channel)
      await answer(heard, { ...turn, by })
    } catch (error) {
      const { message, code, cause } = asFault(error)
      log.warn({ chat: 'teams', activity: taken.id, code, cause }, `not answered: ${message}`)
      await answering.them(turn, { kind: 'error', text: message })
    }
  }

  async function answer(heard: Heard, turn: Turn): Promise<void> {
    switch (heard.kind) {
      case 'press': {
        const { press, filled } = heard
        const isTheirsAlone = isPersonal(turn.thread.channel)
        if (!isTheirsAlone && !belongs(await deliveryAt(store, turn.thread), press))
          return answering.them(turn, ELSEWHERE)
        if (press.kind !== 'form') return converse(turn, press)
        if (!filled) return offer(turn, press.form, press.about)
        return converse(turn, actionOf(press.form, press.about, filled))
      }
      case 'words':
        return obey(turn, parseMention(heard.text, await incidentAt(store, turn.thread)), heard.isPersonal)
      case 'investigate':
        return obey(turn, investigation(heard.text, await incidentAt(store, turn.thread)), false)
    }
  }

  async function obey(turn: Turn, command: Command, mayStream: boolean): Promise<void> {
    if ('problem' in command) return answering.them(turn, { kind: 'error', text: command.problem })
    if ('form' in command) return offer(turn, command.form, command.about)
    const isStreamed = mayStream && command.action.kind === 'ask' && !turn.isAgain
    return isStreamed ? converseStreamed(turn, command.action) : converse(turn, command.action)
  }

  async function converse(turn: Turn, action: Action): Promise<void> {
    const event = { by: turn.by, action, thread: turn.thread }
    const { to, message } = await conversation(event, soon => void answering.soon(turn, soon))
    await (to === 'them' ? answering.them(turn, message) : answering.everybody(turn, message))
  }

  /** In a personal chat everybody is the one who asked. */
  async function converseStreamed(turn: Turn, action: Action): Promise<void> {
    const { channel } = turn.thread
    const stream = openStream(connector, channel, 'Reading the record.', log)
    const back: Back = await conversation({ by: turn.by, action, thread: turn.thread })
    const card = cardFor(back.message, clock())
    const activity = activityOf(card, await voice.theirs(turn.by, back.message), `answer:${turn.id}`)
    await stream.end(activity).catch((error: unknown) => {
      log.info({ chat: 'teams', cause: asFault(error).cause }, `a stream was not ended: ${asFault(error).message}`)
      return answering.everybody(turn, back.message)
    })
  }

  async function offer(turn: Turn, form: FormKind, about: string): Promise<void> {
    const needsIncident = form === 'split' || form === 'merge'
    const incident = needsIncident ? await readIncident(store, about) : undefined
    const open = form === 'merge' ? await given.open() : []
    const asked = formOf(form, about, { open, reader: readerAt(clock()), ...(incident && { incident }) })
    if (turn.waiting?.isOpen()) turn.waiting.react(showCard(teamsForm(asked)))
    else await persist(() => voice.slip(turn.thread, turn.by, activityWith(teamsForm(asked), asked.title)))
  }

  async function greet({ thread }: Heard): Promise<void> {
    const card = cardFor({ kind: 'help' }, clock())
    await connector.post(thread.channel, activityOf(card, {}, card.key))
  }

  /** Only to them, and only when there is something to catch up on. After a crash they may have been told. */
  async function welcome(
    { who, thread }: Heard & { kind: 'joined' },
    { isAgain }: Pick<Taken, 'isAgain'>,
  ): Promise<void> {
    if (isAgain || who.length > MOST_GREETED || !channels.includes(thread.channel)) return
    const missed = catchUp(await given.open(), thread)
    if (!missed) return
    for (const sender of who) {
      try {
        const person = await persist(() => people.known(sender, thread.channel))
        if (!person.standing) await persist(() => voice.whisper(thread, person, missed))
      } catch (error) {
        const { message: why, cause } = asFault(error)
        log.warn({ chat: 'teams', channel: thread.channel, cause }, `somebody who joined was not told: ${why}`)
      }
    }
  }

  async function look({ key, by, thread }: Heard & { kind: 'look' }): Promise<Reaction> {
    const person = await people.known(by, thread.channel)
    const delivered = await store.deliveredAs('teams', thread.channel, thread.id)
    // Guests may read along where we wrote, and nowhere else.
    const subject = person.standing && delivered?.key !== key ? undefined : await subjectOf(key, store)
    if (!subject) return showLine('It is as it stands.')
    return showCard(teamsCard(cardFor(subject, clock()), await voice.theirs(person, subject)))
  }

  return {
    handle,
    async receive(activity) {
      const heard = heardIn(activity)
      switch (heard?.kind) {
        case undefined:
          return activity.name === 'adaptiveCard/action'
            ? showLine('This button is from an older version; it does nothing.')
            : DONE
        case 'look':
          return look(heard).catch((error: unknown) => showLine(asFault(error).message))
        case 'press':
          return take(activity, showLine('Working on it.'))
        case 'investigate':
          return take(activity, showDialog('Looking into it. The answer comes below that message.'))
        default:
          return take(activity)
      }
    },
  }
}

const ELSEWHERE: Message = {
  kind: 'error',
  text: 'This button belongs to another incident than the message it was pressed on. Write show and the id of the incident instead.',
}

/** Until Teams has said who they are: good for nothing but an answer. */
function unverified({ id, aadObjectId, name }: Sender): Person {
  return { chat: 'teams', user: aadObjectId ?? id, name, standing: 'stranger' }
}
