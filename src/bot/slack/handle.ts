// What was taken, dealt with: translated into what a person wants, asked of the conversation, and its answer said. Never silence.
import type { Chat, Message } from '#incident/chat.ts'
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import { parseCommand, parseMention } from '../command.ts'
import type { Command } from '../command.ts'
import type { Conversation } from '../conversation.ts'
import { incidentAt, isMeant } from './about.ts'
import type { Arrived } from './arrived.ts'
import type { Call } from './client.ts'
import { openFloor } from './floor.ts'
import type { Floor } from './floor.ts'
import type { Forms } from './forms.ts'
import { catchUp, publishHome } from './home.ts'
import type { Known, People } from './people.ts'
import { channelsOf } from './settings.ts'
import type { Looks, SlackSettings } from './settings.ts'
import { beginStream } from './stream.ts'

export type HandleGiven = {
  chat: Chat
  call: Call
  people: People
  forms: Forms
  conversation: Conversation
  looks: Looks
  store: IncidentStore
  settings: SlackSettings
  clock: () => Millis
  log: Log
}

/** `key`: of what was taken; it marks the answer. */
export async function handle(given: HandleGiven, arrived: Arrived, key: string): Promise<void> {
  const { people, log } = given
  const nobody: Known = { person: { chat: 'slack', user: arrived.user, name: arrived.user }, zone: 'UTC' }
  let floor = openFloor(given, arrived.place, nobody, key)
  try {
    const asker = await people.know(arrived.user)
    floor = openFloor(given, arrived.place, asker, key)
    await dealWith(given, { arrived, asker, floor })
  } catch (thrown) {
    const { message, cause } = asFault(thrown)
    log.warn({ chat: 'slack', kind: arrived.kind, cause }, `not done: ${message}`)
    await floor.them(problem(`Not done: ${message}`))
  }
}

type Turn = { arrived: Arrived; asker: Known; floor: Floor }

async function dealWith(given: HandleGiven, turn: Turn): Promise<void> {
  const { store, settings, looks } = given
  const { arrived, asker, floor } = turn
  const { place } = arrived
  switch (arrived.kind) {
    case 'press': {
      const { press } = arrived
      if (!press) return await floor.them(problem('This button is from an older version. Use /incident instead.'))
      if (!(await isMeant(store, place, press))) {
        return await floor.them(problem('This button does not belong to this message. Use /incident instead.'))
      }
      const command = press.kind === 'form' ? { form: press.form, about: press.about } : { action: press }
      return await obey(given, turn, command, arrived.trigger)
    }
    case 'command':
      return await obey(given, turn, parseCommand(arrived.text), arrived.trigger)
    case 'said': {
      if (asker.person.standing === 'bot') return // two bots that answer one another never end
      return await obey(given, turn, parseMention(arrived.text, await incidentAt(store, place)))
    }
    case 'investigate': {
      if (arrived.text.trim() === '') return await floor.them(problem('There is no text in this message to look into.'))
      const incident = await incidentAt(store, place)
      const question = `What is behind this? ${arrived.text}`.slice(0, LONGEST_QUESTION)
      return await obey(given, turn, { action: { kind: 'ask', question, ...(incident && { incident }) } })
    }
    case 'wanted':
      return await obey(given, turn, { action: arrived.action })
    case 'home':
      return await publishHome(given, asker)
    case 'joined': {
      const { channel = '' } = place
      if (!channelsOf(settings).includes(channel) || asker.person.standing === 'bot') return
      const missed = catchUp(await looks.open(), channel)
      if (missed) await floor.them(missed)
    }
  }
}

const LONGEST_QUESTION = 2_000 // characters, as everywhere else

async function obey(
  given: HandleGiven,
  { arrived, asker, floor }: Turn,
  command: Command,
  trigger?: string,
): Promise<void> {
  if ('problem' in command) return await floor.them(problem(command.problem))
  if ('form' in command) {
    const { form, about } = command
    if (trigger === undefined)
      return await floor.them(problem(`Type it as /incident ${form}: Slack opens no form for a sentence.`))
    return await given.forms.open(trigger, { form, about, place: arrived.place })
  }
  const { action } = command
  const { thread } = floor
  const isStreamed = action.kind === 'ask' && !asker.person.standing
  const stream = isStreamed && thread ? await beginStream(given, thread, asker.person) : undefined
  let word: Promise<void> | undefined
  const soon = (message: Message) => {
    word = floor.them(message).catch(thrown => given.log.warn({ chat: 'slack', cause: thrown }, 'no word in between'))
  }
  const back = await given.conversation(
    { by: asker.person, action, ...(thread && { thread }) },
    stream ? undefined : soon, // a stream is a word in itself
  )
  await word
  if (stream && back.to === 'thread' && (await stream.end(floor.key, back.message))) return
  await stream?.drop()
  await (back.to === 'them' ? floor.them(back.message) : floor.all(back.message))
}

function problem(text: string): Message {
  return { kind: 'error', text }
}
