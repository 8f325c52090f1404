// What was taken, dealt with: translated into what a person wants, asked of the conversation, and its answer said. Never silence.
import type { Action, Message } from '#incident/chat.ts'
import type { FormKind } from '#cards/card.ts'
import { asFault } from '#incident/fault.ts'
import type { IncidentStore } from '#incident/store.ts'
import { belongs, deliveryAt, incidentAt } from '../about.ts'
import { catchUp } from '../catch-up.ts'
import { investigation, parseCommand, parseMention } from '../command.ts'
import type { Command } from '../command.ts'
import type { Conversation } from '../conversation.ts'
import type { Taken } from '../inbox.ts'
import { channelsOf } from '../route.ts'
import { isTheirsAlone, threadOf } from './arrived.ts'
import type { Arrived } from './arrived.ts'
import { openFloor } from './floor.ts'
import type { Floor, FloorGiven } from './floor.ts'
import type { Forms } from './forms.ts'
import { publishHome } from './home.ts'
import type { Known, People } from './people.ts'
import type { Looks } from './settings.ts'
import { beginStream } from './stream.ts'

export type HandleGiven = FloorGiven & {
  people: People
  forms: Forms
  conversation: Conversation
  looks: Looks
  store: IncidentStore
}

/** What fails here was not done, and they are told so. That it was done and could not be said is another matter: floor.ts. */
export async function handle(given: HandleGiven, arrived: Arrived, taken: Taken): Promise<void> {
  const { people, forms, log } = given
  const { user, place } = arrived
  const nobody: Known = { person: { chat: 'slack', user, name: user }, zone: 'UTC' }
  let floor = openFloor(given, place, nobody, taken)
  try {
    const wish = await wishOf(given, arrived)
    if ('form' in wish) return await forms.open(wish.trigger, { form: wish.form, about: wish.about, place })
    const asker = await people.know(user)
    if (asker.person.standing === 'bot' && FOR_PEOPLE.includes(arrived.kind)) return
    floor = openFloor(given, place, asker, taken)
    await grant(given, wish, asker, { floor, taken })
  } catch (thrown) {
    const { message, cause } = asFault(thrown)
    log.warn({ chat: 'slack', kind: arrived.kind, cause }, `not done: ${message}`)
    await floor.them(problem(`Not done: ${message}`))
  }
}

/** Two bots that answer one another never end. */
const FOR_PEOPLE: readonly Arrived['kind'][] = ['said', 'joined']

type Wish =
  | { action: Action }
  | { form: FormKind; about: string; trigger: string }
  | { problem: string }
  | { show: 'home' }
  | { missed: string }

/** What it comes to, as far as that can be told at once: a form has to open before anything slow is asked. */
async function wishOf({ store }: HandleGiven, arrived: Arrived): Promise<Wish> {
  const { place } = arrived
  switch (arrived.kind) {
    case 'press': {
      const { press, trigger } = arrived
      if (!press) return { problem: 'This button is from an older version. Use /incident instead.' }
      if (!isTheirsAlone(place) && !belongs(await deliveryAt(store, threadOf(place)), press)) {
        return { problem: 'This button does not belong to this message. Use /incident instead.' }
      }
      return press.kind === 'form' ? { form: press.form, about: press.about, trigger } : { action: press }
    }
    case 'command':
      return withForm(parseCommand(arrived.text), arrived.trigger)
    case 'said':
      return withForm(parseMention(arrived.text, await incidentAt(store, threadOf(place))))
    case 'investigate':
      return withForm(investigation(arrived.text, await incidentAt(store, threadOf(place))))
    case 'wanted':
      return { action: arrived.action }
    case 'home':
      return { show: 'home' }
    case 'joined':
      return { missed: place.channel ?? '' }
  }
}

function withForm(command: Command, trigger?: string): Wish {
  if (!('form' in command)) return command
  if (trigger !== undefined) return { ...command, trigger }
  return { problem: `Type it as /incident ${command.form}: Slack opens no form for a sentence.` }
}

async function grant(
  given: HandleGiven,
  wish: Exclude<Wish, { form: FormKind }>,
  asker: Known,
  where: { floor: Floor; taken: Taken },
): Promise<void> {
  const { floor, taken } = where
  if ('show' in wish) return await publishHome(given, asker)
  if ('missed' in wish) {
    if (taken.isAgain || !channelsOf(given.settings).includes(wish.missed)) return
    const missed = catchUp(await given.looks.open(), { chat: 'slack', channel: wish.missed })
    if (missed) await floor.them(missed)
    return
  }
  if ('problem' in wish) return await floor.them(problem(wish.problem))
  await obey(given, wish.action, asker, where)
}

async function obey(
  given: HandleGiven,
  action: Action,
  { person }: Known,
  { floor, taken }: { floor: Floor; taken: Taken },
): Promise<void> {
  const { thread } = floor
  const isStreamed = action.kind === 'ask' && !person.standing && !taken.isAgain // what was streamed before is looked for
  const stream = isStreamed && thread ? await beginStream(given, thread, person) : undefined
  let word: Promise<void> | undefined
  const soon = (message: Message) => {
    word = floor.soon(message)
  }
  const back = await given.conversation(
    { by: person, action, ...(thread && { thread }) },
    stream ? undefined : soon, // a stream is a word in itself
  )
  await word
  if (stream && back.to === 'thread' && (await stream.end(taken.id, back.message))) return
  await stream?.drop()
  await (back.to === 'them' ? floor.them(back.message) : floor.all(back.message, stream !== undefined))
}

function problem(text: string): Message {
  return { kind: 'error', text }
}
